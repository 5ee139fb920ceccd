import type { TokenSource } from '../gateways/gateway.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { RequestInput } from '../rules/rule.ts';
import type { AuthorizerSettings } from './options.ts';

/** What an answer depends on, as far as a cache key must cover it. */
export interface CacheDependencies {
  /** Whether the answer may differ from route to route. */
  readonly routesDiffer: boolean;
  /** Whether one policy is exact for every route, whoever calls. */
  readonly policyExact: boolean;
  /** Whether an answer that is not exact for all routes is at least exact for every path of the request's own route. */
  readonly routeExact: boolean;
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
  const { routesDiffer, inputs, ipInPolicy, admitsAnonymous } = rules;
  return {
    routesDiffer,
    // The handler decides about the request's own route only.
    policyExact: !routesDiffer || (isExact && !handlerDecides),
    routeExact: isExact || (rules.routes.every(isBounded) && rules.undeclared === 'deny'),
    inputs,
    ipInPolicy: ipInPolicy !== null,
    admitsAnonymous,
    tokenSource,
    httpApiResponse: serializer.httpApiResponse,
  };
}

/** Whether a policy can name all paths of the route. That of a greedy route cannot leave out the paths of other routes. */
function isBounded(route: RouteKey): boolean {
  return route.kind === 'connect' || (route.kind === 'path' && route.segments.at(-1)?.kind !== 'greedy');
}
