import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds, gatewayOfKind } from '../gateways/index.ts';
import type { Probe } from '../proving/probe.ts';
import { type Clock, type Proof, type ProofSettings, planOf, prove as proofOf } from '../proving/prove.ts';
import {
  answerText,
  DIFFERENCES,
  dateText,
  expectedText,
  hasFinding,
  proofJson,
  requestText,
  unclearReasons,
} from '../proving/report.ts';
import { proofMarkdown } from '../proving/report-markdown.ts';
import { parseParameters } from '../proving/route-path.ts';
import { senderTo, stageUrl } from '../proving/send.ts';
import { oneOf, wholeNumber } from '../util/option-checks.ts';
import { argumentsOf, exactly, Misuse } from './arguments.ts';
import type { Command } from './command.ts';
import { loadOptions, MODULE_HELP } from './options-module.ts';
import { coloured, type Output } from './output.ts';
import { readTokens, TOKEN_VARIABLE } from './prove/read-tokens.ts';
import { type ForecastArguments, methodsIn, proofSettings } from './prove/settings.ts';

/** How long one request may take, milliseconds: API Gateway ends its own after 29 seconds. */
const TIMEOUT_MS = 30_000;

const CLOCK: Clock = { now: Date.now, sleep: setTimeout };

/** Gateways whose requests have a path. */
const KINDS = gatewayKinds().filter((kind) => gatewayOfKind(kind).routing !== null);

/** Compares a stage with the options. */
export const prove: Command = {
  parameters: '<url> <module> --gateway <kind> [options]',
  summary: 'Sends requests to your own stage and compares its answers with your options',
  help: `Sends a bounded list of GET and HEAD requests to a stage of yours, compares its answers with what
the options and the cache should do, and answers the open questions of SECURITY.md for this stage:

  export MIDDY_AUTH0_TOKEN_GOOD=... MIDDY_AUTH0_TOKEN_THIN=... MIDDY_AUTH0_TOKEN_EXPIRED=...
  npx middy-auth0-authorizer prove https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod options.ts \\
    --gateway rest-request --plan

${MODULE_HELP}  --gateway <kind>  ${KINDS.join(', ')}
  --api <key>       the API, if the options have several: a key of \`apis\`
  --plan            print the requests and send none
  --json            print the report, or the plan, as JSON
  --out <folder>    write the report there, as Markdown and JSON
  --param <name=value>        value of a path parameter (repeatable; default: prove)
  --methods <list>            further methods, such as POST,OPTIONS. They may change data
  --token-command <command>   gets the name of a caller as its last argument and prints a token
  --ip <address>, --country <code>   what the stage sees of this computer, for rules that read it
  --ttl <seconds>, --identity-source <source>   the cache of the stage, if it is not as advised
  --max-requests <number>     (default: 500)
  --rate <number>             requests a second (default: 5)
  --json                      print the plan, or the proof, as JSON

Callers and their tokens, each optional: ${TOKEN_VARIABLE}GOOD (may use every route), _THIN (valid, without
scopes and permissions), _EXPIRED, and _EXPIRING (expires within 10 minutes; prove waits for it).
Tokens are sent to the host of the URL only. Redirects are not followed, and no proxy is used.
`,
  async run(args, out) {
    const given = argumentsIn(args);
    const stage = stageUrl(given.url);
    const options = await loadOptions(given.file, given.exportName);
    const tokens = await readTokens(process.env, given.tokenCommand);
    const settings = await proofSettings(given, options, stage, tokens);
    if (given.plan) {
      printPlan(out, await planOf(settings), settings, given.json);
      return 0;
    }
    const sender = senderTo(stage, TIMEOUT_MS);
    const proof = await proofOf(settings, sender, CLOCK).finally(() => sender.close());
    if (given.out !== undefined) await write(given.out, proof);
    if (given.json) out.write(`${JSON.stringify(proofJson(proof), null, 2)}\n`);
    else printProof(out, proof);
    return hasFinding(proof) ? 1 : 0;
  },
};

interface ProveArguments extends ForecastArguments {
  readonly url: string;
  readonly file: string;
  readonly exportName: string | undefined;
  readonly plan: boolean;
  readonly json: boolean;
  /** The folder of the report. */
  readonly out?: string | undefined;
  readonly tokenCommand: string | undefined;
}

/** @throws {Misuse | OptionError} */
function argumentsIn(args: readonly string[]): ProveArguments {
  const { values, positionals } = argumentsOf(args, {
    export: { type: 'string' },
    gateway: { type: 'string' },
    api: { type: 'string' },
    plan: { type: 'boolean', default: false },
    out: { type: 'string' },
    param: { type: 'string', multiple: true, default: [] },
    methods: { type: 'string', default: '' },
    'token-command': { type: 'string' },
    ip: { type: 'string' },
    country: { type: 'string' },
    ttl: { type: 'string' },
    'identity-source': { type: 'string', multiple: true },
    'max-requests': { type: 'string', default: '500' },
    rate: { type: 'string', default: '5' },
  });
  const [url, file] = exactly(positionals, ['url', 'module']);
  if (values.gateway === undefined) throw new Misuse('--gateway <kind> is missing');
  const { ttl } = values;
  return {
    ...values,
    url,
    file,
    exportName: values.export,
    gateway: oneOf<GatewayKind>(values.gateway, '--gateway', KINDS),
    parameters: parseParameters(values.param),
    methods: methodsIn(values.methods),
    tokenCommand: values['token-command'],
    ttl: ttl === undefined ? undefined : numberIn(ttl, '--ttl', 0, 3600),
    identitySources: values['identity-source'],
    maxRequests: numberIn(values['max-requests'], '--max-requests', 1, 100_000),
    rate: numberIn(values.rate, '--rate', 1, 100),
  };
}

function numberIn(text: string, option: string, least: number, most: number): number {
  return wholeNumber(/^\d+$/.test(text) ? Number(text) : text, option, least, most);
}

function printPlan(
  out: Output,
  planned: readonly Probe[],
  { maxRequests, rate }: ProofSettings,
  isJson: boolean,
): void {
  const probes = planned.slice(0, maxRequests);
  if (isJson) {
    out.write(`${JSON.stringify({ requests: probes, notSent: planned.length - probes.length }, null, 2)}\n`);
    return;
  }
  for (const probe of probes) out.write(`${requestText(probe)}  (${probe.caller}, ${probe.purpose})\n`);
  const rest = planned.length - probes.length;
  const left = rest === 0 ? '' : `, ${rest} left out by --max-requests`;
  out.write(
    `\n${probes.length} requests${left}, ${Math.ceil(probes.length / rate)} s at least. None was sent.\n`,
  );
}

function printProof(out: Output, proof: Proof): void {
  for (const { kind, row } of proof.differences) {
    const { means, advice } = DIFFERENCES[kind];
    const request = `${requestText(row.probe)} (${row.probe.caller})`;
    out.write(coloured(kind === 'opens' ? 'red' : 'yellow', kind), `  ${request}\n`);
    out.write(`  answered ${row.observed.outcome}, expected ${expectedText(row)}\n  ${means} ${advice}\n\n`);
  }
  for (const answered of proof.questions) {
    out.write(`${answered.question.question}\n  ${answerText(answered)}\n`);
  }
  const unclear = [...unclearReasons(proof.rows)].map(([reason, count]) => `  ${count} unclear: ${reason}\n`);
  const rest = proof.notSent === 0 ? '' : `, ${proof.notSent} left out by --max-requests`;
  out.write(`\n${proof.rows.length} requests sent${rest}\n${unclear.join('')}`);
  out.write(`${proof.differences.length} differences\n`);
}

/** Writes the report under the time of the proof. */
async function write(folder: string, proof: Proof): Promise<void> {
  const base = path.join(folder, `proof-${dateText(proof.date).replaceAll(':', '-')}`);
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(`${base}.md`, proofMarkdown(proof));
  await fs.writeFile(`${base}.json`, `${JSON.stringify(proofJson(proof), null, 2)}\n`);
}
