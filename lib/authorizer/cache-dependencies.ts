import type { TokenSource } from '../gateways/gateway.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { RequestInput } from '../rules/rule.ts';
import type { AuthorizerSettings } from './options.ts';

/**
 * The requests of a caller that one cached answer is right for, and does not refuse wrongly: all of the stage, those of
 * its own route, or those with its own method and path.
 */
export type AnswerScope = 'stage' | 'route' | 'path';

/** What an answer depends on, as far as a cache key must cover it. */
export interface CacheDependencies {
  /** The scope of an answer with a policy. */
  readonly policyScope: AnswerScope;
  /** The scope of an answer without one: it applies to every request with the same key. */
  readonly simpleScope: AnswerScope;
  /** Why the scopes are narrower than the stage, in one sentence; `null` if both are the stage. */
  readonly scopeReason: string | null;
  /** What the enforced rules read besides the token and the route. No cache key can hold `anything`. */
  readonly inputs: readonly RequestInput[];
  /** Whether policies carry the `ip` rule as a condition, so that the address is not among `inputs`. */
  readonly ipInPolicy: boolean;
  /** Whether some route takes callers without a token. */
  readonly admitsAnonymous: boolean;
  /** Where the token is looked for. Default: the header `Authorization`. */
  readonly tokenSource: TokenSource;
  readonly httpApiResponse: 'iam' | 'simple';
}

/** @param isExact - whether the compiled policies are exact for every caller */
export function cacheDependencies(settings: AuthorizerSettings, isExact: boolean): CacheDependencies {
  const { rules, tokenSource, serializer, handlerDecides } = settings;
  const { routesDiffer, routes, undeclared, inputs, ipInPolicy, admitsAnonymous } = rules;
  const isOneForAll = !routesDiffer && !handlerDecides;
  const isExactForAll = isOneForAll || (isExact && !handlerDecides);
  // A policy cannot name all undeclared paths, nor those of a greedy route, which leaves out the paths of other routes.
  const isRouteExact = routesDiffer && undeclared !== 'rules' && (isExact || routes.every(isBounded));
  const isRouteLiteral = routesDiffer && undeclared !== 'rules' && routes.every(isLiteral) && !handlerDecides;
  return {
    policyScope: isExactForAll ? 'stage' : isRouteExact ? 'route' : 'path',
    simpleScope: isOneForAll ? 'stage' : isRouteLiteral ? 'route' : 'path',
    scopeReason: isOneForAll ? null : handlerDecides ? HANDLER_REASON : INEXACT_REASON,
    inputs,
    ipInPolicy: ipInPolicy !== null,
    admitsAnonymous,
    tokenSource,
    httpApiResponse: serializer.httpApiResponse,
  };
}

const HANDLER_REASON =
  'Your handler decides (`handlerDecides`), so an answer opens only what it was called for.';
const INEXACT_REASON = 'No policy is exact for all callers of these routes.';

/** Whether a policy can name all paths of the route. */
function isBounded(route: RouteKey): boolean {
  return route.kind === 'connect' || (route.kind === 'path' && route.segments.at(-1)?.kind !== 'greedy');
}

/** Whether the route has one path, so that all requests by it are for that path. */
function isLiteral(route: RouteKey): boolean {
  return (
    route.kind === 'connect' ||
    (route.kind === 'path' && route.segments.every(({ kind }) => kind === 'literal'))
  );
}
