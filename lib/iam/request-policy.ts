import type { ExecuteApiArn } from './arn.ts';
import type { PolicyDocument } from './policy-document.ts';
import { documentWith, statement } from './policy-document.ts';

/** Characters that a `Resource` may have, as API Gateway documents for authorizer output. */
export const MAX_RESOURCE_LENGTH = 512;

/** What gives a pattern a meaning beyond its letters: IAM's wildcards and policy variables. */
const PATTERN_TEXT = /[*?]|\$\{/;

/**
 * A policy for every route of the stage: `stage/*`, on WebSocket `stage/$connect`.
 *
 * `Allow` is right only when all routes share one decision. `Deny` is right when the token itself is refused: it is as
 * bad on the next route, so a cached replay stays right. A refusal that concerns one route (a scope that is missing
 * there) takes {@link ownResourcePolicy} or a compiled policy instead: replayed from the cache, a Deny of the whole
 * stage would shut the caller out of what he may use.
 *
 * The stage `*` means every stage of the API. Any other ARN with wildcard characters in its API or stage is none that
 * API Gateway sends; it gets a Deny.
 */
export function stagePolicy(effect: 'Allow' | 'Deny', arn: ExecuteApiArn): PolicyDocument {
  const prefix = arn.stagePrefix;
  const fixed = arn.stage === '*' ? prefix.slice(0, -'*/'.length) : prefix;
  if (PATTERN_TEXT.test(fixed)) return singleStatement('Deny', '*');
  return singleStatement(effect, `${prefix}${arn.routeKey ?? '*'}`);
}

/**
 * A policy for this request's resource alone. Exact when nothing is cached; replayed from a cache it fits no other
 * path, which is refused then.
 *
 * A path is the client's text, and a `Resource` is a pattern: an `Allow` for `/users/*` would open every user. Whether
 * API Gateway honours the escapes of IAM (`${*}`) is not documented. So an ARN with `*`, `?` or `${`, or one that is
 * longer than a resource may be, is never allowed: whatever the effect asked for, it gets a Deny, in which `?` stands
 * for each such character, so that it matches the request and hardly anything else. The stage `*` stays as it is in a
 * Deny, and makes an Allow none: it would match deeper paths that end alike.
 */
export function ownResourcePolicy(effect: 'Allow' | 'Deny', arn: ExecuteApiArn): PolicyDocument {
  if (isPlainResource(arn.text)) return singleStatement(effect, arn.text);
  const from = arn.stage === '*' ? arn.stagePrefix.length : 0;
  const pattern = arn.text.slice(0, from) + arn.text.slice(from).replaceAll('*', '?').replaceAll('${', '?{');
  if (pattern.length <= MAX_RESOURCE_LENGTH) return singleStatement('Deny', pattern);
  return singleStatement('Deny', `${pattern.slice(0, MAX_RESOURCE_LENGTH - 1)}*`);
}

/** Whether an ARN can stand in a policy as a `Resource` that matches itself and nothing else. */
export function isPlainResource(resource: string): boolean {
  return resource.length <= MAX_RESOURCE_LENGTH && !PATTERN_TEXT.test(resource);
}

function singleStatement(effect: 'Allow' | 'Deny', resource: string): PolicyDocument {
  return documentWith([statement(effect, resource)]);
}
