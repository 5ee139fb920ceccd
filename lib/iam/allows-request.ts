import type { ExecuteApiArn } from './arn.ts';
import { matchesGlob } from './evaluate-glob.ts';
import { isAllow, type PolicyDocument } from './policy-document.ts';

/**
 * Whether a document of this package, without conditions, allows the request of this ARN. Smaller than `evaluatePolicy`,
 * whose checks and conditions an authorizer's bundle then does not carry.
 */
export function allowsRequest({ Statement }: PolicyDocument, { text }: ExecuteApiArn): boolean {
  let isAllowed = false;
  for (const statement of Statement) {
    if (![statement.Resource].flat().some((pattern) => matchesGlob(pattern, text, true))) continue;
    if (!isAllow(statement)) return false;
    isAllowed = true;
  }
  return isAllowed;
}
