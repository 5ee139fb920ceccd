import { GatewayAdvice } from '../authorizer/gateway-advice.ts';
import { parseAuthorizerOptions, settingsFor } from '../authorizer/settings.ts';
import { gatewayKinds, gatewayOfKind } from '../gateways/index.ts';
import { bookNamed } from '../rules/api-books.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { turn } from '../util/turn.ts';
import { answerTo } from './cached-answer.ts';
import type {
  AdviceAtGateway,
  Exploration,
  ExploredAnswer,
  ExploredColumn,
  ExploredRoute,
} from './exploration.ts';
import { judgeAll, rulesOn, Verdicts } from './matrix.ts';
import { pageCallers } from './page-callers.ts';
import { eventWith, type SampleRequest, sampleRequests } from './sample-requests.ts';
import type { Trial } from './trial.ts';

/**
 * Judges every route for every caller, and answers one request of each caller. Nothing is requested from Auth0: the tokens
 * come from a test issuer. Neither your logger nor your hook is called, nor a function that may take time.
 *
 * @example
 * const { verdicts, columns } = await explore(await trialOf({ source: 'options.ts', options, gateway, client: {} }));
 */
export async function explore(trial: Trial): Promise<Exploration> {
  const { module, gateway, book, options } = trial;
  const samples = sampleRequests(options, book, gateway, module.client);
  const { callers, leftOut } = pageCallers(options, module.personas);
  const verdicts = new Verdicts();
  const columns: ExploredColumn[] = [];
  for (const caller of callers) {
    const token = trial.tokenOf(caller);
    const judged = await trial.judgedCaller(token, (samples[0] as SampleRequest).request);
    const fresh = judgeAll(judged, samples, trial, verdicts);
    const isAllowed = (route: number) => verdicts.all[fresh[route] as number]?.kind === 'allow';
    const request = Math.max(0, [...fresh.keys()].findIndex(isAllowed));
    const { event: asked } = samples[request] as SampleRequest;
    const event = eventWith(token, asked, gateway, options.tokenSource ?? {});
    const answer = book.inputs.includes('anything')
      ? NOT_CACHED
      : await answerTo(event, request, samples, trial.chain, isAllowed);
    columns.push({ fresh, answer });
  }
  return {
    source: module.source,
    gateway: gateway.kind,
    api: module.api ?? null,
    undeclared: book.undeclared,
    routes: samples.map((sample) => routeOf(sample, book)),
    callers,
    callersLeftOut: leftOut,
    verdicts: verdicts.all,
    columns,
  };
}

const NOT_CACHED: ExploredAnswer = {
  kind: 'none',
  reason: 'A custom rule or a look-up of the country may read anything, so each answer is for one request.',
};

function routeOf({ key, request }: SampleRequest, book: RuleBook): ExploredRoute {
  const judging = book.begin(request, null);
  const rules = rulesOn(judging).map(({ name, reportOnly }) => ({ name, reportOnly }));
  const { method, path, arn } = request;
  const token = judging.rules.kind === 'refused' ? 'required' : judging.rules.token;
  return { key, method, path, resource: arn?.text ?? null, rules, token };
}

/** The advice on caching for each gateway. Takes seconds for a thousand routes, and lets other work run in between. */
export async function adviceFor({ module: { options, api } }: Trial): Promise<readonly AdviceAtGateway[]> {
  const settings = parseAuthorizerOptions(options, null);
  const source = new GatewayAdvice(settingsFor(settings, bookNamed(settings.books, api)));
  const advice: AdviceAtGateway[] = [];
  for (const gateway of gatewayKinds()) {
    advice.push({ gateway, advice: source.advice(gatewayOfKind(gateway)) });
    await turn();
  }
  return advice;
}
