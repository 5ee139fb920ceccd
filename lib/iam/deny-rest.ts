import type { AnsweredPolicy, PolicyDocument } from './policy-document.ts';
import { isAllow } from './policy-document.ts';

/**
 * The document with a Deny of everything that it does not allow, so that nothing is denied implicitly: a resource policy of
 * a REST API can turn an implicit Deny into an Allow. Returned as it is if it allows nothing.
 *
 * AWS documents `NotResource` for IAM, yet not for the policies of Lambda authorizers. Others use it in cached authorizer
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
