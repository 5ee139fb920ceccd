import { createExplainer } from '../explaining/explainer.ts';
import type { Explanation } from '../explaining/explanation.ts';
import { explainLog } from '../explaining/log/explained-log.ts';
import { gatewayKinds } from '../gateways/index.ts';
import type { Command, ExitCode, Input } from './command.ts';
import { type ExplainMode, modeOf, shownIn } from './explain/arguments.ts';
import { eventToExplain } from './explain/event.ts';
import { writeExplanation } from './explain/print.ts';
import { writeLog } from './explain/print-log.ts';
import { readInput } from './input.ts';
import { loadOptions, MODULE_HELP } from './options-module.ts';
import type { Output } from './output.ts';

/** Explains what the authorizer decides on one request, or what a log line says. */
export const explain: Command = {
  parameters: '<module> (--event <file> | --path <path>) [--token <file> | --claims <file>]',
  summary: 'Explains what your options decide on a request, or what a log line means',
  help: `Explains what the authorizer decides on a request, and why: the route, each rule, what the client gets, what a
cached copy of the answer does on the other routes, and what to change.

  npx middy-auth0-authorizer explain options.ts --path /orders --token token.txt
  npx middy-auth0-authorizer explain options.ts --method POST --path /orders --claims claims.json
  pbpaste | npx middy-auth0-authorizer explain options.ts --path /orders --token -
  npx middy-auth0-authorizer explain options.ts --event event.json --json
  aws logs tail /aws/lambda/authorizer --since 1h | npx middy-auth0-authorizer explain --log -

${MODULE_HELP}
The request, one of:

  --event <file>    the event of the authorizer, as JSON; - reads standard input
  --path <path>     its path, percent-encoded, with its query; and these:
    --method <m>      (default: GET)
    --gateway <kind>  ${gatewayKinds().join(', ')}
                      (default: rest-request)
    --ip <address>    of the client; with the headers that your proxies add, if a rule reads them
    --country <code>  of the client, in the header that your rule reads, with its secret
    --header 'N: v'   another header; may be repeated
    --api <id>        the ID of the API, or ID/stage: a key of \`apis\`
    --stage <name>    its stage
  --log <file>      log lines in place of a request: lines of the log, the output of \`aws logs tail\` or
                    \`aws logs filter-log-events\`, or an export of Logs Insights (JSON, CSV)

Its token, at most one of:

  --token <file>    the token; - reads standard input. It is verified with the keys of its issuer
  --claims <file>   the claims of a token, as a JSON object; iss, aud, sub, azp, iat and exp are filled in
  --offline         fetches no keys: every check of the token is made but that of its signature

  --show <claims>   prints the values of these claims, separated by commas; all = all
  --policy          prints the policy document
  --json            prints the explanation as JSON

Exit codes: 0 the request is allowed, 1 it is not, 2 wrong arguments, options or files. Functions of the options
run. Nothing is requested but the keys, and nothing reaches your logger, hooks and stores.
`,
  async run(args, out, _err, input) {
    const mode = modeOf(args);
    return mode.kind === 'log' ? explainLines(mode, out, input) : explainRequest(mode, out, input);
  },
};

type Mode<Kind> = Extract<ExplainMode, { readonly kind: Kind }>;

async function explainRequest(
  { file, values }: Mode<'request'>,
  out: Output,
  input: Input,
): Promise<ExitCode> {
  const options = await loadOptions(file, values.export);
  const isResigned = values.offline || values.claims !== undefined;
  const explainer = await createExplainer(options, isResigned ? 'resigned' : 'keys');
  const event = await eventToExplain(values, input, options, explainer);
  const found = await explainer.explain(event, { claims: shownIn(values), policy: values.policy });
  const explanation = values.event === undefined ? ofDescribed(found) : found;
  if (values.json) out.write(`${JSON.stringify(explanation, null, 2)}\n`);
  else writeExplanation(out, explanation);
  return explanation.decision.outcome === 'allow' ? 0 : 1;
}

/** Of a request without its event, the route that the API chose is not known. */
function ofDescribed(explanation: Explanation): Explanation {
  return {
    ...explanation,
    notices: explanation.notices.filter(({ message }) => message !== 'authorizer undeclared route'),
    caveats: [...explanation.caveats, 'The API is taken to have the declared routes, and no others.'],
  };
}

async function explainLines({ log, json }: Mode<'log'>, out: Output, input: Input): Promise<ExitCode> {
  const explained = explainLog(await readInput('--log', log, input));
  if (json) out.write(`${JSON.stringify(explained, null, 2)}\n`);
  else writeLog(out, explained);
  return explained.problems.length + explained.failures.length === 0 ? 0 : 1;
}
