import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { OptionError } from '../decision/errors.ts';
import { adviceFor, explore as exploreModule } from '../exploring/explore.ts';
import { pageCode } from '../exploring/page-code.ts';
import type { PageData } from '../exploring/page-data.ts';
import { pageHtml } from '../exploring/page-html.ts';
import { readHeaders } from '../exploring/request-fields.ts';
import { type PageSource, servePage } from '../exploring/server.ts';
import { createTracer, preparedRequests, type Tracer } from '../exploring/tracer.ts';
import { type ExploredModule, type Trial, trialOf } from '../exploring/trial.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds } from '../gateways/index.ts';
import { defined } from '../util/defined.ts';
import { oneOf } from '../util/option-checks.ts';
import { argumentsOf, exactly } from './arguments.ts';
import type { Command } from './command.ts';
import { importModule, MODULE_HELP, optionsIn } from './options-module.ts';
import type { Output } from './output.ts';
import { portInUse, portNumber } from './port.ts';

/** Shows routes, callers, policies and the cache on one page. */
export const explore: Command = {
  parameters: '<module> [--export <name>] [--gateway <kind>] [--api <key>] [--port <number> | --out <file>]',
  summary: 'Shows on one page which callers may use which routes, and why',
  help: `Serves a page on loopback: routes by callers, one request through the chain, the policy that
a cache repeats, and the advice on caching for each gateway.

  npx middy-auth0-authorizer explore options.ts
  npx middy-auth0-authorizer explore options.ts --out authorizer.html

The tokens come from a test issuer; nothing is requested from Auth0, and the page contains no
token. Custom rules run only for a request that you follow. Your logger and hooks do not run.

${MODULE_HELP}  --gateway <kind>  ${gatewayKinds().join(', ')}
                    (default: rest-request)
  --api <key>       the API, if the options have several: a key of \`apis\`
  --ip <address>    the client of all requests (default: the first that the common rule ip allows)
  --header <h>      a header of all requests, 'name: value'; may be repeated
  --port <number>   listen on this port (default: a free one)
  --out <file>      write the page to a file instead: for a wiki or a pull request, with prepared
                    requests, and the claims of the module's \`personas\` in it
  --json            print what the page shows as JSON instead

The module may export \`personas\` too, an object with the claims of further callers by name.
`,
  async run(args, out) {
    const { values, positionals } = argumentsOf(args, {
      export: { type: 'string' },
      gateway: { type: 'string', default: 'rest-request' },
      api: { type: 'string' },
      ip: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '0' },
      out: { type: 'string' },
    });
    const [file] = exactly(positionals, ['module']);
    const port = portNumber(values.port);
    const trial = await trialOf(await moduleOf(file, values));
    if (values.json) out.write(`${JSON.stringify(await exploreModule(trial), null, 2)}\n`);
    else if (values.out === undefined) await serve(trial, port, out);
    else await write(trial, values.out, out);
    return 0;
  },
};

interface Values {
  readonly export?: string | undefined;
  readonly gateway: string;
  readonly api?: string | undefined;
  readonly ip?: string | undefined;
  readonly header: readonly string[];
}

/** @throws {OptionError} */
async function moduleOf(
  file: string,
  { export: name, gateway, api, ip, header }: Values,
): Promise<ExploredModule> {
  const headers = readHeaders(header.join('\n'));
  if (headers.kind === 'problem') throw new OptionError('--header', headers.text);
  const exported = await importModule(file, 'module');
  return {
    source: file,
    options: optionsIn(exported, name),
    personas: exported['personas'],
    gateway: oneOf<GatewayKind>(gateway, '--gateway', gatewayKinds()),
    api,
    client: defined({ headers: headers.value, sourceIp: ip }),
  };
}

async function serve(trial: Trial, port: number, out: Output): Promise<void> {
  const data: PageData = { exploration: await exploreModule(trial), mode: { kind: 'served' } };
  const page = pageHtml(data, await pageCode());
  // Both take as long as the page itself for a thousand routes, and are not needed before the page is there.
  let tracer: Promise<Tracer> | undefined;
  let advice: Promise<unknown> | undefined;
  const source: PageSource = {
    page,
    async trace(request) {
      tracer ??= createTracer(trial);
      return (await tracer)(request);
    },
    advice: () => (advice ??= adviceFor(trial)),
  };
  const server = await servePage(source, port).catch(portInUse);
  out.write(`${server.url}\nCtrl+C ends it.\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
}

/** Prepared requests at most: a trace has some two KB. */
const MOST_PREPARED = 400;

async function write(trial: Trial, file: string, out: Output): Promise<void> {
  const exploration = await exploreModule(trial);
  const requests = await preparedRequests(exploration, await createTracer(trial), MOST_PREPARED);
  const made = new Date().toISOString().slice(0, 10);
  const mode = { kind: 'static', made, advice: await adviceFor(trial), requests } as const;
  const { html } = pageHtml({ exploration, mode }, await pageCode());
  await fs.writeFile(file, html).catch((error: Error) => {
    throw new OptionError('--out', `cannot be written: ${error.message}`);
  });
  out.write(`${path.resolve(file)}  ${Math.ceil(Buffer.byteLength(html) / 1024)} KB\n`);
}
