import type { ExecuteApiArn } from './arn.ts';
import type { PolicyDocument } from './policy-document.ts';
import { documentWith, statement } from './policy-document.ts';

/**
 * Most characters of a `Resource`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export const MAX_RESOURCE_LENGTH = 512;

/** IAM's wildcards and the beginning of a policy variable. */
const PATTERN_TEXT = /[*?]|\$\{/;

/**
 * Makes a policy for all routes of the stage: `stage/*`, on WebSocket `stage/$connect`.
 *
 * - `Allow` is right only if all routes have the same decision.
 * - `Deny` is right if the token itself is refused, because every other route refuses it too.
 * - If one route refuses (a missing scope), use {@link ownResourcePolicy} or a compiled policy: a cached Deny of the whole
 *   stage would also refuse the caller's other routes.
 *
 * The stage `*` means every stage of the API. API Gateway sends no other ARN with wildcard characters in its API or stage;
 * such an ARN gets a Deny.
 */
export function stagePolicy(effect: 'Allow' | 'Deny', arn: ExecuteApiArn): PolicyDocument {
  const prefix = arn.stagePrefix;
  const fixed = arn.stage === '*' ? prefix.slice(0, -'*/'.length) : prefix;
  if (PATTERN_TEXT.test(fixed)) return singleStatement('Deny', '*');
  return singleStatement(effect, `${prefix}${arn.routeKey ?? '*'}`);
}

/**
 * Makes a policy for this request's resource only. Replayed from the cache, it refuses every other path.
 *
 * The client chooses the path, and a `Resource` is a pattern: an `Allow` for the path `/users/*` would open every user.
 * AWS does not document whether API Gateway supports IAM's escapes (`${*}`). So an ARN that contains `*`, `?` or `${`, or
 * that is longer than {@link MAX_RESOURCE_LENGTH}, always gets a Deny, even if `effect` is `Allow`. In that Deny, `?`
 * replaces `*` and the `$` of `${`, so that it matches the request and little else.
 *
 * A Deny is printable ASCII. HTTP APIs decode paths, and AWS does not document which characters a policy may contain, so `?`
 * replaces every other UTF-16 code unit. An Allow keeps them: it must match nothing else, and if API Gateway does not
 * accept it, the request fails closed.
 *
 * The stage `*` also turns an `Allow` into a Deny, because it would match deeper paths with the same end. The Deny keeps
 * the `*`.
 */
export function ownResourcePolicy(effect: 'Allow' | 'Deny', arn: ExecuteApiArn): PolicyDocument {
  if (effect === 'Allow' && isPlainResource(arn.text)) return singleStatement(effect, arn.text);
  const from = arn.stage === '*' ? arn.stagePrefix.length : 0;
  const pattern = arn.text.slice(0, from) + withoutPatterns(arn.text.slice(from));
  if (pattern.length <= MAX_RESOURCE_LENGTH) return singleStatement('Deny', pattern);
  return singleStatement('Deny', `${pattern.slice(0, MAX_RESOURCE_LENGTH - 1)}*`);
}

/** The text with `?` in place of whatever has a meaning in patterns, or is not printable ASCII. */
function withoutPatterns(text: string): string {
  return text.replace(/[^\x21-\x7e]|\*|\$(?=\{)/g, '?');
}

/** Whether an ARN, used as a `Resource`, is short enough and matches only itself. */
export function isPlainResource(resource: string): boolean {
  return resource.length <= MAX_RESOURCE_LENGTH && !PATTERN_TEXT.test(resource);
}

function singleStatement(effect: 'Allow' | 'Deny', resource: string): PolicyDocument {
  return documentWith([statement(effect, resource)]);
}
