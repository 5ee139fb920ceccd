import type { GatewayKind } from '../gateways/gateway.ts';
import type { Notice, SetUpLine, Teller } from '../invocation/notice.ts';
import type { Judgement } from '../invocation/state.ts';
import type { PolicyCompiler } from '../policy-compiler/compiler.ts';
import { fitsTemplate } from '../routes/route-fit.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { CacheAdvice } from './cache-advice.ts';
import { adviceFor } from './identity-sources.ts';
import type { AuthorizerSettings } from './options.ts';

/**
 * What is to be logged after a decision: the first time that a gateway is seen, how it must be set up, unless the token
 * alone is the right key; and that nothing may be cached, the first time that a route in the key proves to be shared by
 * several declared routes.
 */
export function setUpTeller(settings: AuthorizerSettings, compiler: PolicyCompiler | null): Teller {
  if (isKeyedByToken(settings)) return () => null;
  // Now, that is at start-up: it takes time for large tables, and Lambda does not bill it to a request.
  const analysis = compiler?.analysis ?? null;
  /** The gateways that were seen, and whether there may be more to say about them. */
  const seen = new Map<GatewayKind, boolean>();
  return ({ request, judgement }) => {
    if (request === undefined) return null;
    const { gateway, routeTemplate } = request;
    if (seen.get(gateway) === false) return null;
    const shared = judgement === undefined ? null : sharedRoute(settings.rules, judgement, routeTemplate);
    if (seen.has(gateway) && shared === null) return null;
    const advice = adviceFor(settings, analysis?.exact === true, gateway);
    const isKeyed = advice.cache && advice.identitySources.some((source) => ROUTE_SOURCE.test(source));
    const reason = isKeyed ? shared : null;
    seen.set(gateway, isKeyed && reason === null);
    const warning = idleRoutes(settings.rules, gateway) ?? analysis?.warning ?? null;
    return noticeOf(gateway, reason === null ? advice : { cache: false, reason }, warning);
  };
}

/** Whether the token is key enough at any gateway, as it is without rules: then a first request need not wait for advice. */
function isKeyedByToken({ rules, tokenSource }: AuthorizerSettings): boolean {
  const { routesDiffer, inputs, ipInPolicy, admitsAnonymous } = rules;
  const isOneForAll = !routesDiffer && inputs.length === 0 && ipInPolicy === null && !admitsAnonymous;
  return isOneForAll && Object.keys(tokenSource).length === 1;
}

/** The part of a cache key that is the route which the gateway itself chose. */
const ROUTE_SOURCE = /^\$?context\.(?:routeKey|resourcePath)$/;

/** Why the gateway's own route is no key for the rules that held; `null` if it is. */
function sharedRoute({ routes }: RuleBook, { ruleSet }: Judgement, template: string | null): string | null {
  // A path that has a twin is granted along with all that its own route takes, or it is refused.
  const key = ruleSet.kind === 'route' ? routes[ruleSet.index] : undefined;
  if (key === undefined || template === null || fitsTemplate(key, template)) return null;
  return (
    `The API's route ${template} took a request for which the rules of ${key.key} held, and takes requests for other ` +
    'rules too: cached answers would be shared between them. Make each declared route one of the API, or cache nothing.'
  );
}

/** What the kinds of gateways that know no paths can ask for. */
const ASKED_FOR: Partial<Readonly<Record<GatewayKind, readonly RouteKey['kind'][]>>> = {
  'appsync-graphql': ['default'],
  'appsync-events': ['default'],
  websocket: ['connect', 'default'],
};

/** That none of the declared routes can ever hold here; `null` where one may. */
function idleRoutes({ routes }: RuleBook, gateway: GatewayKind): string | null {
  const kinds = ASKED_FOR[gateway];
  if (kinds === undefined || routes.length === 0 || routes.some(({ kind }) => kinds.includes(kind)))
    return null;
  const names = gateway === 'websocket' ? '`$connect` and `$default`' : '`$default`';
  return `None of the declared routes is ever asked for on ${gateway}, which knows ${names} alone: declare that, or common rules.`;
}

function noticeOf(gateway: GatewayKind, advice: CacheAdvice, warning: string | null): Notice | null {
  const isPlain = gateway === 'websocket' || (advice.cache && advice.identitySources.length <= 1);
  if (isPlain && warning === null) return null;
  const line: SetUpLine = { gateway, ...advice, ...(warning === null ? {} : { warning }) };
  const level = advice.cache && warning === null ? 'info' : 'warn';
  return { level, message: 'authorizer set-up', line };
}
