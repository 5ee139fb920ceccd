import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run demo -- [--once] [--port <number>]

Starts a stand-in for Auth0 and one local API for each kind of gateway, walks
through a tour of real HTTP requests, and stays up for requests of your own.

  --once           end after the tour: exit status 0 when every request was
                   answered as expected, 1 when not
  --port <number>  listen there and on the ports after it, one for each API
                   (default: free ports)
  --help           print this
`;

export interface Flags {
  readonly once: boolean;
  readonly help: boolean;
  /** 0 = free ports. */
  readonly port: number;
}

/** @throws {TypeError} on a flag that does not exist, or a port that is none */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
      port: { type: 'string', default: '0' },
    },
  });
  const port = Number(values.port);
  // The highest leaves room for the ports after the first.
  if (!/^\d+$/.test(values.port) || port > 65_500) {
    throw new TypeError(`--port must be a number from 0 to 65500, not '${values.port}'`);
  }
  return { once: values.once, help: values.help, port };
}
