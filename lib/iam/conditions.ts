import type { ExecuteApiArn } from './arn.ts';
import {
  documentWith,
  isAllow,
  type PolicyDocument,
  type PolicyStatement,
  statement,
} from './policy-document.ts';

/** Checks that API Gateway makes each time it evaluates the policy, also a cached one. */
export interface PolicyConditions {
  /** Addresses and CIDR blocks, v4 and v6, which IAM compares apart. Only these may call; absent = all. */
  readonly allowedIps?: readonly string[] | undefined;
  /** Addresses and CIDR blocks, v4 and v6. These may not call; absent = none. */
  readonly deniedIps?: readonly string[] | undefined;
  /** The token's `exp`, epoch seconds. The policy allows nothing from then on; absent or `null` = no end. */
  readonly expiresAt?: number | null | undefined;
}

type Condition = NonNullable<PolicyStatement['Condition']>;

/** The last second of the year 9999, epoch seconds. `aws:CurrentTime` has four digits for the year. */
const LAST_SECOND = 253_402_300_799;

/**
 * Adds conditions to a document. Returns the document itself if there is no condition or nothing is allowed.
 *
 * - Every Allow gets all conditions.
 * - For each condition, a Deny of the whole stage applies if the condition fails. A REST API's resource policy can allow
 *   what no Allow of this document matches, but it cannot override a Deny.
 *
 * AWS documents `aws:SourceIp` and `aws:CurrentTime` for API Gateway, but not whether the policies of Lambda authorizers
 * may use them. Test it on your API first. If API Gateway ignored conditions, the Denies would refuse every request, so
 * the problem would be visible at once.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
export function withConditions(
  document: PolicyDocument,
  conditions: PolicyConditions,
  arn: ExecuteApiArn,
): PolicyDocument {
  const { allowedIps, deniedIps, expiresAt } = conditions;
  const holds: Record<string, Condition[string]> = {};
  const fails: Condition[] = [];
  if (allowedIps !== undefined) {
    holds['IpAddress'] = { 'aws:SourceIp': allowedIps };
    fails.push({ NotIpAddress: { 'aws:SourceIp': allowedIps } });
  }
  if (deniedIps !== undefined) {
    holds['NotIpAddress'] = { 'aws:SourceIp': deniedIps };
    fails.push({ IpAddress: { 'aws:SourceIp': deniedIps } });
  }
  if (expiresAt !== undefined && expiresAt !== null) {
    const time = new Date(Math.min(expiresAt, LAST_SECOND) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    holds['DateLessThan'] = { 'aws:CurrentTime': time };
    fails.push({ DateGreaterThanEquals: { 'aws:CurrentTime': time } });
  }
  if (fails.length === 0 || !document.Statement.some(isAllow)) return document;
  const conditional = document.Statement.map((statement) =>
    isAllow(statement) ? { ...statement, Condition: holds } : statement,
  );
  const denial = statement('Deny', `${arn.stagePrefix}${arn.routeKey ?? '*'}`);
  const denials = fails.map((condition) => ({ ...denial, Condition: condition }));
  return documentWith([...conditional, ...denials]);
}
