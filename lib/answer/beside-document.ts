import type { ExecuteApiArn } from '../iam/arn.ts';
import { matchesGlob } from '../iam/evaluate-glob.ts';
import { documentWith, isAllow, type PolicyDocument, statement } from '../iam/policy-document.ts';
import { ownResourcePolicy } from '../iam/request-policy.ts';

/**
 * Adds an explicit Deny of this request to a document. A document leaves some denials implicit if no glob can express
 * them, and a resource policy could override those.
 */
export function withOwnDeny(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument {
  // A document that allows nothing denies the stage, and this request with it.
  if (!document.Statement.some(isAllow)) return document;
  return documentWith([...ownResourcePolicy('Deny', arn).Statement, ...document.Statement]);
}

/**
 * Adds an Allow of this request to a document. Returns `null` if the document denies the request.
 *
 * @param arn - without wildcard characters
 */
export function withOwnAllow(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument | null {
  if (deniedIn(document).some((pattern) => matchesGlob(pattern, arn.text, true))) return null;
  return documentWith([...ownResourcePolicy('Allow', arn).Statement, ...document.Statement]);
}

/**
 * Returns an Allow of this request with the Denies of a document that do not match it. The document's Allows are left
 * out, because without all of its Denies they would open too much.
 *
 * @param arn - without wildcard characters
 */
export function ownAllowWithDenies(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument {
  const own = ownResourcePolicy('Allow', arn).Statement;
  const elsewhere = deniedIn(document).filter((pattern) => !matchesGlob(pattern, arn.text, true));
  return documentWith(elsewhere.length === 0 ? own : [...own, statement('Deny', elsewhere)]);
}

function deniedIn({ Statement }: PolicyDocument): readonly string[] {
  return Statement.filter((one) => !isAllow(one)).flatMap(({ Resource }) => Resource);
}
