import type { TokenSource } from '../gateways/gateway.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { RequestInput } from '../rules/rule.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { BindingCaching, TokenBinding } from '../token/binding.ts';
import type { PolicyCoverage } from './policy-coverage.ts';
import type { ApiSettings } from './settings.ts';

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
  /** Whether the handler decides, so that an answer opens only what the handler was called for. */
  readonly handlerDecides: boolean;
  /** What some callers lose under the token alone, in one sentence; `null` if policies cover all routes of all callers. */
  readonly loss: string | null;
  /** What the enforced rules, and the checks of bound tokens, read besides the token and the route. No cache key can hold `anything`. */
  readonly inputs: readonly RequestInput[];
  /** The checks of bound tokens. */
  readonly bindings: readonly TokenBinding[];
  /** Whether policies carry the `ip` rule as a condition, so that the address is not among `inputs`. */
  readonly ipInPolicy: boolean;
  /** Whether some route takes callers without a token. */
  readonly admitsAnonymous: boolean;
  /** Where the token is looked for. Default: the header `Authorization`. */
  readonly tokenSource: TokenSource;
  readonly httpApiResponse: 'iam' | 'simple';
  /** How long an answer may be repeated at most, seconds; `null` if it does not depend on the time. */
  readonly maxTtl: number | null;
}

export function cacheDependencies(settings: ApiSettings, coverage: PolicyCoverage): CacheDependencies {
  const { rules, tokenSource, serializer, handlerDecides, verifier } = settings;
  const { bindings } = verifier;
  const { routesDiffer, inputs, ipInPolicy, admitsAnonymous } = rules;
  const isForAll = !routesDiffer && !handlerDecides;
  return {
    policyScope: isForAll ? 'stage' : handlerDecides ? handlerScope(rules, coverage) : SCOPES[coverage.kind],
    simpleScope: isForAll ? 'stage' : !handlerDecides && isLiteralTable(rules) ? 'route' : 'path',
    handlerDecides,
    loss: coverage.kind === 'all' ? null : coverage.loss,
    inputs: [
      ...new Set([...inputs, ...bindings.flatMap((binding) => headerInputs(binding.terms().caching))]),
    ],
    bindings,
    ipInPolicy: ipInPolicy !== null,
    admitsAnonymous,
    tokenSource,
    httpApiResponse: serializer.httpApiResponse,
    maxTtl: maxTtlOf(settings),
  };
}

function headerInputs(caching: BindingCaching): readonly RequestInput[] {
  return 'reason' in caching ? [] : caching.headers.map((name) => `header:${name}` as const);
}

/** The least that rules and `revocations.within` leave for repeated answers, seconds; `null` without either. */
export function maxTtlOf({ rules, verifier }: ApiSettings): number | null {
  const least = Math.min(rules.maxAge ?? Infinity, verifier.revocations?.maxTtl ?? Infinity);
  return least === Infinity ? null : least;
}

/** The scope of a policy by what the policies of all callers cover. */
const SCOPES = { all: 'stage', some: 'route', request: 'path' } as const satisfies Record<
  PolicyCoverage['kind'],
  AnswerScope
>;

/** The scope of a policy if the handler decides: paths that no route matches have answers of their own. */
function handlerScope({ routesDiffer, undeclared }: RuleBook, { kind }: PolicyCoverage): AnswerScope {
  return routesDiffer && undeclared !== 'rules' && kind !== 'request' ? 'route' : 'path';
}

/** Whether each route has one path, so that all requests by it are for that path. */
function isLiteralTable({ routesDiffer, routes, undeclared }: RuleBook): boolean {
  return routesDiffer && undeclared !== 'rules' && routes.every(isLiteral);
}

function isLiteral(route: RouteKey): boolean {
  return (
    route.kind === 'connect' ||
    (route.kind === 'path' && route.segments.every(({ kind }) => kind === 'literal'))
  );
}
