import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import type { Binding } from '../policy-compiler/own-text.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { Judging } from '../rules/judging.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { ReadAnswer } from '../testing/answer.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';
import type { ReplayedRoute } from './explanation.ts';

/** Stands for any value of a parameter: no literal of a route has it. */
const ANY_VALUE = 'any-value-0';

/**
 * What an answer, repeated from the cache, does on each declared route of the gateway, and what the authorizer itself would
 * decide there.
 *
 * @param answer - `null` if the invocation failed: nothing is cached
 * @param judging - `null` if the token was refused: it is refused on every route
 */
export function replayedRoutes(
  answer: ReadAnswer | null,
  request: AuthorizationRequest,
  judging: Judging | null,
  book: RuleBook,
): readonly ReplayedRoute[] {
  const { routeKinds } = gatewayOfKind(request.gateway);
  const claims = judging?.token?.claims ?? null;
  return book.routes.flatMap((key, index): ReplayedRoute[] => {
    if (!routeKinds.includes(key.kind)) return [];
    const sample = sampleOf(key, request, book.bindings[index] as readonly Binding[], claims);
    const verdict = answer?.verdict({
      resource: resourceOf(request, sample),
      sourceIp: request.clientIp ?? undefined,
    });
    const fresh = judging === null ? 'deny' : freshVerdict(judging, index, sample, book);
    return [{ route: key.key, fresh, cached: verdict === 'allow' ? 'allow' : 'deny' }];
  });
}

/** A request to a route; `null` parts for keys without a path. */
type Sample = Pick<AuthorizationRequest, 'method' | 'path'>;

function sampleOf(
  key: RouteKey,
  { method }: AuthorizationRequest,
  bindings: readonly Binding[],
  claims: AccessTokenClaims | null,
): Sample {
  if (key.kind !== 'path') return { method: null, path: null };
  const texts = key.segments.map((segment, index) => {
    if (segment.kind === 'literal') return segment.text;
    const own = bindings.find((binding) => binding.segment === index)?.own;
    return (claims === null ? undefined : own?.of(claims)) ?? ANY_VALUE;
  });
  return {
    // Gateways whose routes have a path send a method.
    method: key.method === 'ANY' ? method : key.method,
    path: `/${texts.join('/')}${key.trailingSlash ? '/' : ''}`,
  };
}

/** The ARN of the sample; of the request itself if the sample has no path. */
function resourceOf({ arn }: AuthorizationRequest, { method, path }: Sample): string {
  if (arn === null) return '';
  return path === null ? arn.text : `${arn.stagePrefix}${method}${path}`;
}

function freshVerdict(
  judging: Judging,
  index: number,
  sample: Sample,
  book: RuleBook,
): ReplayedRoute['fresh'] {
  if (judging.grants().routes[index] !== 1) return 'deny';
  if (!book.inputs.includes('anything')) return 'allow';
  const other = { ...judging.request, ...sample, otherPaths: [], otherMethod: null, routeTemplate: null };
  const { rules } = book.begin(other, judging.token);
  return rules.kind !== 'refused' && rules.rules.some(readsAnything) ? 'depends' : 'allow';
}

function readsAnything({ inputs, reportOnly }: Rule): boolean {
  return !reportOnly && inputs.includes('anything');
}
