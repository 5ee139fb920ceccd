import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run demo -- [--once] [--port <number>]

Starts a stand-in for Auth0 and one local API for each kind of gateway, sends the
real HTTP requests of a tour, and stays up for requests of your own.

  --once           end after the tour; the exit status is 0 if every request got
                   the expected answer, else 1
  --port <number>  listen on this port and the next ones, one for each API
                   (default: free ports)
  --help           print this
`;

export interface Flags {
  readonly once: boolean;
  readonly help: boolean;
  /** 0 = free ports. */
  readonly port: number;
}

/** @throws {TypeError} for an unknown flag or an invalid port */
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
  // The maximum leaves room for the ports after the first.
  if (!/^\d+$/.test(values.port) || port > 65_500) {
    throw new TypeError(`--port must be a number from 0 to 65500, not '${values.port}'`);
  }
  return { once: values.once, help: values.help, port };
}
