import { once } from 'node:events';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds } from '../gateways/index.ts';
import { oneOf } from '../util/option-checks.ts';
import { argumentsOf, exactly, Misuse } from './arguments.ts';
import type { Command } from './command.ts';
import { type DevSettings, startDev } from './dev/session.ts';
import { MODULE_HELP } from './options-module.ts';
import { portInUse, portNumber } from './port.ts';

/** Runs a local API with the user's options. */
export const dev: Command = {
  parameters: '<module> [--export <name>] [--gateway <kind>] [--api <key>] [--port <number>] [--no-cache]',
  summary: 'Runs a local API that is guarded by your options',
  help: `Runs a local API on loopback that is guarded by the \`options\` that a module exports:

  npx middy-auth0-authorizer dev options.ts
  npx middy-auth0-authorizer dev options.ts --gateway http-api-2.0 --port 4000

The API answers as API Gateway does, cache included. The tokens come from a test issuer;
nothing is requested from Auth0. It prints one token for each kind of caller, and each
decision. It starts again when the module, or a file that the module imports, changes.
The tokens stay valid.

${MODULE_HELP}  --gateway <kind>  ${gatewayKinds().join(', ')}
                    (default: rest-request)
  --api <key>       the API, if the options have several: a key of \`apis\`
  --port <number>   listen on this port (default: 3000; 0 = a free one)
  --no-cache        do not cache answers

The module may export \`personas\` too, an object with the claims of further callers by name.
Functions of your own, such as a handler behind the authorizer, are not run. @middy/core must be installed.
`,
  async run(args, out, err) {
    const settings = settingsOf(args);
    const session = await startDev(settings, out, err).catch(portInUse);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    await session.close();
    return 0;
  },
};

/** @throws {Misuse | OptionError} */
function settingsOf(args: readonly string[]): DevSettings {
  const { values, positionals } = argumentsOf(args, {
    export: { type: 'string' },
    gateway: { type: 'string', default: 'rest-request' },
    api: { type: 'string' },
    port: { type: 'string', default: '3000' },
    cache: { type: 'boolean', default: true },
  });
  if (values.json) throw new Misuse('--json: dev runs until you end it, and has no result to print as JSON');
  const [file] = exactly(positionals, ['module']);
  const { export: exportName, gateway, api, port, cache } = values;
  return {
    file,
    exportName,
    gateway: oneOf<GatewayKind>(gateway, '--gateway', gatewayKinds()),
    port: portNumber(port),
    cache,
    api,
  };
}
