import type { AnsweredPolicy, PolicyDocument } from './policy-document.ts';
import { isAllow } from './policy-document.ts';

/**
 * Adds a Deny of everything that the document does not allow, because a resource policy of a REST API can turn an
 * implicit Deny into an Allow. Returns the document itself if it allows nothing.
 *
 * AWS documents `NotResource` for IAM, but not for the policies of Lambda authorizers. Others use it in cached authorizer
 * policies of HTTP APIs.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
 */
export function withDenyRest(document: PolicyDocument): AnsweredPolicy {
  const allowed = document.Statement.filter(isAllow).flatMap(({ Resource }) => Resource);
  if (allowed.length === 0) return document;
  const rest = { Action: 'execute-api:Invoke', Effect: 'Deny', NotResource: allowed } as const;
  return { ...document, Statement: [...document.Statement, rest] };
}
