import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import type { Binding } from '../policy-compiler/own-text.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { Judging } from '../rules/judging.ts';
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
  const grants = judging?.grants() ?? null;
  const certain = book.inputs.includes('anything') ? 'depends' : 'allow';
  return book.routes.flatMap((key, index): ReplayedRoute[] => {
    if (!routeKinds.includes(key.kind)) return [];
    const fresh = grants?.routes[index] === 1 ? certain : 'deny';
    const resource = resourceOf(key, request, book.bindings[index] ?? [], judging?.token?.claims ?? null);
    const verdict = answer?.verdict({ resource, sourceIp: request.clientIp ?? undefined });
    return [{ route: key.key, fresh, cached: verdict === 'allow' ? 'allow' : 'deny' }];
  });
}

/** The ARN of a request to the route; of the request itself for keys without a path. */
function resourceOf(
  key: RouteKey,
  { arn, method }: AuthorizationRequest,
  bindings: readonly Binding[],
  claims: AccessTokenClaims | null,
): string {
  if (key.kind !== 'path' || arn === null) return arn?.text ?? '';
  const texts = key.segments.map((segment, index) => {
    if (segment.kind === 'literal') return segment.text;
    const own = bindings.find((binding) => binding.segment === index)?.own;
    return (claims === null ? undefined : own?.of(claims)) ?? ANY_VALUE;
  });
  const verb = key.method === 'ANY' ? (method ?? 'GET') : key.method;
  return `${arn.stagePrefix}${verb}/${texts.join('/')}${key.trailingSlash ? '/' : ''}`;
}
