import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { OptionError } from '../decision/errors.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds } from '../gateways/index.ts';
import { oneOf, wholeNumber } from '../util/option-checks.ts';
import type { Command } from './command.ts';
import { type DevSettings, startDev } from './dev/session.ts';

/** Runs a local API with the user's options. */
export const dev: Command = {
  parameters: '<module> [--gateway <kind>] [--api <key>] [--port <number>] [--no-cache]',
  summary: 'Runs a local API that is guarded by your options',
  help: `Runs a local API on loopback that is guarded by the \`options\` that a module exports:

  npx middy-auth0-authorizer dev options.ts
  npx middy-auth0-authorizer dev options.ts --gateway http-api-2.0 --port 4000

The API answers as API Gateway does, cache included. The tokens come from a test issuer;
nothing is requested from Auth0. It prints one token for each kind of caller, and each
decision. It starts again when the module, or a file that the module imports, changes.
The tokens stay valid.

  --gateway <kind>  ${gatewayKinds().join(', ')}
                    (default: rest-request)
  --api <key>       the API, if the options have several: a key of \`apis\`
  --port <number>   listen on this port (default: 3000; 0 = a free one)
  --no-cache        do not cache answers

The module is an ES module. It may export \`personas\` too, an object with the claims of
further callers by name. Functions of your own, such as a handler behind the authorizer,
are not run. @middy/core must be installed.
`,
  async run(args, out, err) {
    const settings = settingsOf(args);
    if (settings === null) return 'misused';
    const session = await startDev(settings, out, err).catch(portInUse);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    await session.close();
    return 0;
  },
};

/** The settings; `null` if the arguments make none. */
function settingsOf(args: readonly string[]): DevSettings | null {
  const parsed = parsedArgs(args);
  const [file, ...others] = parsed?.positionals ?? [];
  if (parsed === null || file === undefined || others.length > 0) return null;
  const { gateway, api, port, cache } = parsed.values;
  return {
    file,
    gateway: oneOf<GatewayKind>(gateway, '--gateway', gatewayKinds()),
    port: wholeNumber(/^\d+$/.test(port) ? Number(port) : port, '--port', 0, 65_535),
    cache,
    api,
  };
}

function parsedArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: {
        gateway: { type: 'string', default: 'rest-request' },
        api: { type: 'string' },
        port: { type: 'string', default: '3000' },
        cache: { type: 'boolean', default: true },
      },
    });
  } catch {
    return null;
  }
}

/** @throws {OptionError} if the port is in use; any other error as it is */
function portInUse(error: Error & { readonly code?: string; readonly port?: number }): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new OptionError('--port', `${error.port} is in use: choose another`);
}
