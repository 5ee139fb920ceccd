import type { GatewayKind } from './gateways/gateway.ts';
import { GATEWAY_KINDS } from './gateways/index.ts';
import { compilerFor } from './middlewares/policy-writer.ts';
import type { SetUpLine } from './middlewares/set-up-line.ts';
import type { AuthorizationState, Judgement } from './middlewares/state.ts';
import { oneOf } from './option-checks.ts';
import { type AuthorizerOptions, type AuthorizerSettings, parseAuthorizerOptions } from './options.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from './policy/arn.ts';
import { adviseCaching, type CacheAdvice } from './policy/cache-advice.ts';
import type { PolicyCompiler } from './policy/compiler.ts';
import { fitsTemplate } from './routes/route-fit.ts';
import type { RouteKey } from './routes/route-key.ts';
import { carriesAddress, carriesHeaders } from './rules/gateway-data.ts';
import type { RuleBook } from './rules/rule-book.ts';

/** Caching does not depend on who issues the tokens, so neither option need be known. */
const ANY_ISSUER = { AUTH0_DOMAIN: 'any.invalid', AUTH0_AUDIENCE: 'any' };

/**
 * How the authorizer must be configured at the gateway for cached answers to be right ones: its identity sources, or
 * that nothing may be cached (a TTL of 0), and why. Meant for the code that deploys the API.
 *
 * What your handler, or the option `context`, looks at besides the token is for you to know: if either looks at the
 * request, don't cache.
 *
 * Where the route is among the identity sources (`$context.routeKey`, or `context.resourcePath` and
 * `context.httpMethod`), it is the API's own: each declared route must be a route of the API, too. Behind a catch-all
 * (`$default`, `ANY /{proxy+}`), or a route for `ANY` method where the options tell methods apart, requests for
 * several routes share one key, and a cached `isAuthorized: true` opens them all: cache nothing there. A log line of
 * level `WARN` tells when a request shows that it is so.
 *
 * @param options - the same as for auth0Authorizer; `domain` and `audience` do not matter here
 * @param gateway - what the authorizer is attached to: one of `rest-token`, `rest-request`, `http-api-1.0`,
 *   `http-api-2.0`, `websocket`, `appsync-graphql` and `appsync-events`
 * @throws {OptionError}
 */
export function identitySources(options: AuthorizerOptions, gateway: GatewayKind): CacheAdvice {
  oneOf(gateway, 'gateway', GATEWAY_KINDS);
  const settings = parseAuthorizerOptions(options, ANY_ISSUER);
  const compiler = compilerFor(settings.rules);
  const analysis = compiler?.analyse() ?? null;
  const fits = compiler === null || !isTooLarge(compiler, settings.rules);
  return adviceFor(settings, analysis?.exact === true && fits, gateway);
}

/**
 * What is to be logged after a decision: the first time that a gateway is seen, how it must be set up, unless the token
 * alone is the right key; and that nothing may be cached, the first time that a route in the key proves to be shared by
 * several declared routes.
 */
export function setUpTeller(
  settings: AuthorizerSettings,
  compiler: PolicyCompiler | null,
): (state: AuthorizationState) => SetUpLine | null {
  if (isKeyedByToken(settings)) return () => null;
  // Now, that is at start-up: it takes time for large tables, and Lambda does not bill it to a request.
  const analysis = compiler?.analyse() ?? null;
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
    return lineFor(gateway, reason === null ? advice : { cache: false, reason }, analysis?.warning ?? null);
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
  const key = ruleSet.index === null || ruleSet.twin !== undefined ? undefined : routes[ruleSet.index];
  if (key === undefined || template === null || fitsTemplate(key, template)) return null;
  return (
    `The API's route ${template} took a request for which the rules of ${key.key} held, and takes requests for other ` +
    'rules too: cached answers would be shared between them. Make each declared route one of the API, or cache nothing.'
  );
}

function lineFor(gateway: GatewayKind, advice: CacheAdvice, warning: string | null): SetUpLine | null {
  const plain = advice.cache && advice.identitySources.length <= 1;
  if (gateway === 'websocket' || (plain && warning === null)) return null;
  return { gateway, ...advice, ...(warning === null ? {} : { warning }) };
}

/** A stage as long as they usually are, for sizes that have to be told where there is no event. */
const TYPICAL_ARN = parseExecuteApiArn(
  'arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/production/GET/',
) as ExecuteApiArn;

/**
 * Whether there are callers whose document is too large: tried with those who have nothing that is asked for, and who
 * have every other of those things. Takes too long for a cold start, so that in Lambda the log line of such a caller
 * tells it (`policy: 'narrow'`).
 */
function isTooLarge(compiler: PolicyCompiler, rules: RuleBook): boolean {
  const { requirements, undeclaredRequirement } = rules;
  const distinct = [...new Set(requirements)];
  const has = [
    (one: string | boolean) => one === true,
    (one: string | boolean) => one === true || (one !== false && distinct.indexOf(one) % 2 === 0),
  ];
  return has.some((granted) => {
    const caller = { routes: requirements.map(granted), undeclared: granted(undeclaredRequirement) };
    const { document, obstacle } = compiler.explain(caller, TYPICAL_ARN);
    return document === null && obstacle === null;
  });
}

function adviceFor(
  { rules, tokenSource, serializer, handlerDecides }: AuthorizerSettings,
  isExact: boolean,
  gateway: GatewayKind,
): CacheAdvice {
  const { routesDiffer, inputs, admitsAnonymous } = rules;
  const untold = inputs.filter((input) => !isTold(input, gateway));
  if (untold.length > 0) return { cache: false, reason: untoldReason(untold) };
  // A handler is not asked about other routes than the one at hand: its answer is good for that one only.
  const policyExact = !routesDiffer || (isExact && !handlerDecides);
  const routeExact = isExact || (rules.routes.every(isBounded) && rules.undeclared === 'deny');
  const { httpApiResponse } = serializer;
  // Without a policy there is nothing that could carry the rule.
  const isSimple = gateway === 'http-api-2.0' && httpApiResponse === 'simple';
  const carried = rules.ipInPolicy === null || !isSimple ? [] : (['source-ip'] as const);
  return adviseCaching(
    {
      routesDiffer,
      policyExact,
      routeExact,
      inputs: [...inputs, ...carried],
      admitsAnonymous,
      tokenSource,
      httpApiResponse,
    },
    gateway,
  );
}

/** Whether the gateway tells its authorizer what a rule looks at. */
function isTold(input: string, gateway: GatewayKind): boolean {
  if (input === 'anything') return true;
  return input === 'source-ip' ? carriesAddress(gateway) : carriesHeaders(gateway);
}

function untoldReason(untold: readonly string[]): string {
  return (
    `Rules look at ${untold.join(', ')}, which this kind of authorizer is not told: where they hold they refuse every request, ` +
    'cached or not. Use a REQUEST authorizer, or switch these rules off.'
  );
}

/** Whether a policy for the one route can name all its paths: a greedy one cannot leave out those of other routes. */
function isBounded(route: RouteKey): boolean {
  return route.kind === 'websocket' || (route.kind === 'path' && route.segments.at(-1)?.kind !== 'greedy');
}
