import type { ExecuteApiArn } from '../iam/arn.ts';
import { matchesGlob } from '../iam/evaluate-glob.ts';
import { documentWith, isAllow, type PolicyDocument, statement } from '../iam/policy-document.ts';
import { ownResourcePolicy } from '../iam/request-policy.ts';

/**
 * A document with an explicit Deny of this request before it: a document leaves some denials implicit if no glob can
 * express them, and a resource policy could override those.
 */
export function withOwnDeny(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument {
  // A document that allows nothing denies the stage, and this request with it.
  if (!document.Statement.some(isAllow)) return document;
  return documentWith([...ownResourcePolicy('Deny', arn).Statement, ...document.Statement]);
}

/**
 * A document with an Allow of this request before it, for a path that the document does not know. If the document denies
 * the path, only what it denies elsewhere is kept: without the whole list of its Denies its Allows would open too much.
 *
 * @param arn - of a request whose text is no pattern
 */
export function withOwnAllow(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument {
  const own = ownResourcePolicy('Allow', arn).Statement;
  const denied = document.Statement.filter((one) => !isAllow(one)).flatMap(({ Resource }) => Resource);
  const elsewhere = denied.filter((pattern) => !matchesGlob(pattern, arn.text, true));
  if (elsewhere.length === denied.length) return documentWith([...own, ...document.Statement]);
  return documentWith(elsewhere.length === 0 ? own : [...own, statement('Deny', elsewhere)]);
}
