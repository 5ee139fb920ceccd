import type { Gateway, GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { placesOf } from '../gateways/reading/credentials.ts';
import type { Notice, NoticeSource, SetUpLine } from '../invocation/notice.ts';
import type { PolicyCompiler } from '../policy-compiler/compiler.ts';
import { fitsTemplate } from '../routes/route-fit.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { Judging } from '../rules/judging.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { type CacheAdvice, cacheAdvice, catchAllAdvice, unsupportedBinding } from './cache-advice.ts';
import { cacheDependencies, maxTtlOf } from './cache-dependencies.ts';
import { analysedCoverage, COVERS_ALL, coveredTable } from './policy-coverage.ts';
import type { ApiSettings } from './settings.ts';

/**
 * Returns the notice `authorizer set-up` for the log. On the first request from a gateway: the identity sources it
 * needs, unless the token alone is enough, or why it cannot have `dpop` or `mtls`. Later, once: a warning with other identity sources, if a gateway route in the
 * cache key serves several declared routes. `null` if there is never anything to log.
 */
export function setUpNotice(settings: ApiSettings, compiler: PolicyCompiler | null): NoticeSource | null {
  if (isKeyedByToken(settings)) return null;
  const analysis = compiler?.analysis ?? null;
  /** The gateways that sent a request, and whether another notice about them may follow. */
  const seen = new Map<GatewayKind, boolean>();
  return ({ request, judging }) => {
    if (request === null) return null;
    const { gateway: kind, routeTemplate } = request;
    if (seen.get(kind) === false) return null;
    const shared = judging === null ? null : sharedRoute(settings.rules, judging, routeTemplate);
    if (seen.has(kind) && shared === null) return null;
    const gateway = gatewayOfKind(kind);
    const table = coveredTable(compiler, settings.rules, gateway);
    const coverage = table === null ? COVERS_ALL : analysedCoverage(table);
    const dependencies = cacheDependencies(settings, coverage);
    const advice = cacheAdvice(dependencies, gateway);
    const isKeyed = isKeyedByRoute(advice, gateway);
    const reason = isKeyed ? shared : null;
    seen.set(kind, isKeyed && reason === null);
    const warning = warningsOf(settings.rules, gateway, analysis?.warning ?? null);
    const key = reason === null ? advice : { ...catchAllAdvice(dependencies, gateway), reason };
    const line = warning === null ? key : { ...key, warning };
    const isSupported = unsupportedBinding(dependencies, gateway) === null;
    if (isSupported && !isWorthLogging(gateway, line)) return null;
    return noticeOf(gateway, settings.api === null ? line : { api: settings.api, ...line });
  };
}

/** Whether the token is the whole key at every gateway, as it is without rules. Saves the first request the advice. */
function isKeyedByToken(settings: ApiSettings): boolean {
  const { rules, tokenSource, handlerDecides, verifier } = settings;
  const { routesDiffer, inputs, ipInPolicy, admitsAnonymous } = rules;
  const isOneForAll =
    verifier.bindings.length === 0 &&
    !routesDiffer &&
    !handlerDecides &&
    inputs.length === 0 &&
    ipInPolicy === null &&
    !admitsAnonymous &&
    maxTtlOf(settings) === null;
  return isOneForAll && placesOf(tokenSource).length === 1;
}

function isKeyedByRoute(advice: CacheAdvice, { cache }: Gateway): boolean {
  if (!advice.cache || cache.kind !== 'identity sources') return false;
  return advice.identitySources.includes(cache.route[0]);
}

/** Why a cache key with the gateway's route does not separate the declared routes; `null` if it does. */
function sharedRoute({ routes }: RuleBook, { rules }: Judging, template: string | null): string | null {
  // A path with a twin is granted along with all other paths of its own route, or it is refused.
  const key = rules.kind === 'route' ? routes[rules.index] : undefined;
  if (key === undefined || template === null || fitsTemplate(key, template)) return null;
  return (
    `The API's route ${template} received a request to which the rules of ${key.key} apply, and receives requests ` +
    'to which other rules apply: they would share cached answers. Declare each of these routes in the API, or make the path part of the key.'
  );
}

function warningsOf(rules: RuleBook, gateway: Gateway, inexact: string | null): string | null {
  const idle = idleRoutes(rules, gateway);
  if (idle !== null) return idle;
  const warnings = [overlapping(rules, gateway), inexact].filter((text) => text !== null);
  return warnings.length === 0 ? null : warnings.join(' ');
}

/** How many pairs of routes a warning names. */
const SHOWN = 5;

/** A warning if declared routes match the same requests in an order that AWS does not document, else `null`. */
function overlapping({ routes, overlaps }: RuleBook, { routing }: Gateway): string | null {
  const found = routing === null ? [] : overlaps(routing);
  if (found.length === 0) return null;
  const keyOf = (index: number) => `'${(routes[index] as RouteKey).key}'`;
  const shown = found
    .slice(0, SHOWN)
    .map(
      ({ routes: [one, other], decidedBy }) =>
        `${keyOf(one)} and ${keyOf(other)} (to decide, declare '${decidedBy}')`,
    );
  const more = found.length > SHOWN ? `; and ${found.length - SHOWN} more pairs` : '';
  return (
    'Some requests match two declared routes with different rules, and AWS does not document which route API Gateway ' +
    `chooses. Such requests must pass the rules of both: ${shown.join('; ')}${more}.`
  );
}

const NAMES = { path: 'routes with a path', connect: '`$connect`', default: '`$default`' } as const;

/** A warning if no declared route can match a request of this gateway, else `null`. */
function idleRoutes({ routes }: RuleBook, { kind: name, routeKinds }: Gateway): string | null {
  if (routes.length === 0 || routes.some(({ kind }) => routeKinds.includes(kind))) return null;
  const names = routeKinds.map((kind) => NAMES[kind]).join(' and ');
  return `None of the declared routes is ever matched on ${name}, which has ${names} only: declare one of these, or common \`rules\`.`;
}

/** Whether the line says more than that the token is the whole key. */
function isWorthLogging(gateway: Gateway, line: Omit<SetUpLine, 'gateway'>): boolean {
  return needsCacheSetUp(gateway, line) || line.warning !== undefined;
}

/** Whether a cache under the token alone for 300 seconds, the default of API Gateway, would give wrong answers. */
function needsCacheSetUp(gateway: Gateway, line: Omit<SetUpLine, 'gateway'>): boolean {
  return needsKey(gateway, line) || needsTtl(line);
}

function needsKey({ cache }: Gateway, { identitySources }: Omit<SetUpLine, 'gateway'>): boolean {
  return cache.kind !== 'none' && (identitySources?.length ?? Infinity) > 1;
}

/** The TTL of API Gateway unless it is configured, seconds. */
const DEFAULT_TTL_S = 300;

function needsTtl({ maxTtl = DEFAULT_TTL_S }: Omit<SetUpLine, 'gateway'>): boolean {
  return maxTtl < DEFAULT_TTL_S;
}

const USE_THESE =
  'Configure exactly these identity sources at the authorizer, or a TTL of 0. With others, by default the token alone, ' +
  'API Gateway repeats an answer for requests that it is wrong for.';
const DO_NOT_CACHE =
  'Configure a TTL of 0 at the authorizer: API Gateway, which caches for 300 seconds by default, would repeat an answer for ' +
  'requests that it is wrong for.';

const OUTLIVES =
  'a cached allow outlives the `maxAge` of a rule, and a revocation (`revocations.within`), by up to the TTL.';

function noticeOf(gateway: Gateway, line: Omit<SetUpLine, 'gateway'>): Notice {
  const key = line.cache ? USE_THESE : DO_NOT_CACHE;
  const sentences = [
    ...(needsKey(gateway, line) ? [key] : []),
    ...(needsTtl(line) ? [`Configure a TTL of at most ${line.maxTtl} seconds: ${OUTLIVES}`] : []),
  ];
  const advised = sentences.length === 0 ? line : { ...line, advice: sentences.join(' ') };
  return { level: 'warn', message: 'authorizer set-up', line: { gateway: gateway.kind, ...advised } };
}
