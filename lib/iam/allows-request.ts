import type { ExecuteApiArn } from './arn.ts';
import { matchesGlob } from './evaluate-glob.ts';
import { isAllow, type PolicyDocument, type PolicyStatement } from './policy-document.ts';

/**
 * Whether a document of this package, without conditions, allows the request of this ARN. Smaller than `evaluatePolicy`,
 * whose checks and conditions an authorizer's bundle then does not carry.
 */
export function allowsRequest({ Statement }: PolicyDocument, { text }: ExecuteApiArn): boolean {
  const matches = ({ Resource }: PolicyStatement) =>
    [Resource].flat().some((pattern) => matchesGlob(pattern, text, true));
  const [allows, denies] = [Statement.filter(isAllow), Statement.filter((one) => !isAllow(one))];
  return allows.some(matches) && !denies.some(matches);
}
