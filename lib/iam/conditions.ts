import type { ExecuteApiArn } from './arn.ts';
import {
  documentWith,
  isAllow,
  type PolicyDocument,
  type PolicyStatement,
  statement,
} from './policy-document.ts';

/** What a policy can check itself each time that API Gateway evaluates it, from the cache too. */
export interface PolicyConditions {
  /** Addresses and CIDR blocks, v4 and v6, that alone may call; absent = all. */
  readonly allowedIps?: readonly string[] | undefined;
  /** Addresses and CIDR blocks that may not call. */
  readonly deniedIps?: readonly string[] | undefined;
  /** The token's `exp`, epoch seconds: the policy allows nothing from then on. */
  readonly expiresAt?: number | null | undefined;
}

type Condition = NonNullable<PolicyStatement['Condition']>;

/** Of the year 9999, the last that four digits can write. Epoch seconds. */
const LAST_SECOND = 253_402_300_799;

/**
 * A document with conditions: each one on every Allow, and turned round in a Deny of the whole stage, since a REST
 * API's resource policy can override an Allow that merely does not apply, never a Deny.
 *
 * AWS documents `aws:SourceIp` and `aws:CurrentTime` for API Gateway, yet not whether the policies of Lambda
 * authorizers may use them: try it on your own API first. Were conditions ignored there, the Denies would apply to
 * every request, so that the fault shows at once, and closed.
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
