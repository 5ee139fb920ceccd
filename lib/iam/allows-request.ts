import type { ExecuteApiArn } from './arn.ts';
import { matchesGlob } from './evaluate-glob.ts';
import { isAllow, type PolicyDocument, type PolicyStatement } from './policy-document.ts';

/**
 * Whether a document without conditions allows the request of this ARN: `evaluatePolicy` for a document of our own,
 * without the checks and conditions that a bundle of the authorizer then need not carry.
 */
export function allowsRequest({ Statement }: PolicyDocument, { text }: ExecuteApiArn): boolean {
  const speaksOfIt = ({ Resource }: PolicyStatement) =>
    [Resource].flat().some((pattern) => matchesGlob(pattern, text, true));
  const [allows, denies] = [Statement.filter(isAllow), Statement.filter((one) => !isAllow(one))];
  return allows.some(speaksOfIt) && !denies.some(speaksOfIt);
}
