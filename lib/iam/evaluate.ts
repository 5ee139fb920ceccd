import { refuse, strings } from '../util/option-checks.ts';
import { type ConditionContext, conditionHolds } from './evaluate-condition.ts';
import { matchesGlob } from './evaluate-glob.ts';

/**
 * IAM's verdict on a request.
 *
 * - `allow`: a statement allows it and no statement denies it.
 * - `explicit-deny`: a statement denies it.
 * - `implicit-deny`: no statement matches. A REST API's resource policy can turn this into an allow.
 */
export type PolicyVerdict = 'allow' | 'explicit-deny' | 'implicit-deny';

/** The request to evaluate a policy for. */
export interface PolicyRequest extends ConditionContext {
  /** The request's ARN: `methodArn` or `routeArn` of the authorizer's event. */
  readonly resource: string;
  /** Default `execute-api:Invoke`. */
  readonly action?: string;
}

/** Any policy document that a Lambda authorizer may return, not only one of this package. */
export interface EvaluablePolicy {
  /** `2012-10-17`. If absent, IAM uses version 2008-10-17, which has no `${*}`. */
  readonly Version?: string | undefined;
  readonly Statement: EvaluableStatement | readonly EvaluableStatement[];
}

export interface EvaluableStatement {
  readonly Sid?: string | undefined;
  readonly Effect: string;
  readonly Action?: string | readonly string[] | undefined;
  readonly NotAction?: string | readonly string[] | undefined;
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[] | undefined;
  /** Operators, each with the values of its condition keys: `{ IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } }`. */
  readonly Condition?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Evaluates a policy document for a request as IAM does. For tests of a handler without AWS.
 *
 * - Patterns match the whole resource: `*` any run of characters, also `/` and `:`; `?` exactly one character; `${*}`,
 *   `${?}` and `${$}` those characters themselves.
 * - Resources are case-sensitive, actions are not.
 * - An explicit Deny goes before any Allow.
 * - Conditions: `IpAddress` and `NotIpAddress` on `aws:SourceIp`, the `Date...` operators on `aws:CurrentTime` and
 *   `aws:EpochTime`.
 *
 * Documents of `@types/aws-lambda` fit the parameter's type.
 *
 * @throws {@link OptionError} if the document is malformed or has an element that this function does not support,
 *   because a guess could make a wrong test pass
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * @example
 * const resource = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/orders';
 * assert.equal(evaluatePolicy(document, { resource }), 'allow');
 */
export function evaluatePolicy(document: EvaluablePolicy, request: PolicyRequest): PolicyVerdict {
  const version = document.Version ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    refuse('policy.Version', 'must be 2012-10-17 or 2008-10-17');
  }
  let verdict: PolicyVerdict = 'implicit-deny';
  for (const [index, statement] of statementsOf(document).entries()) {
    const path = `policy.Statement[${index}]`;
    checkStatement(statement, path);
    if (!applies(statement, request, version === '2012-10-17', path)) continue;
    if (statement.Effect === 'Deny') return 'explicit-deny';
    verdict = 'allow';
  }
  return verdict;
}

function statementsOf(document: EvaluablePolicy): readonly EvaluableStatement[] {
  const statements: unknown = document.Statement;
  if (Array.isArray(statements)) return statements as EvaluableStatement[];
  if (typeof statements === 'object' && statements !== null) return [statements as EvaluableStatement];
  refuse('policy.Statement', 'must be a statement or a list of statements');
}

const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

function checkStatement(statement: EvaluableStatement, path: string): void {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    refuse(`${path}.Effect`, "must be 'Allow' or 'Deny'");
  }
  for (const element of Object.keys(statement)) {
    if (!ELEMENTS.has(element)) refuse(`${path}.${element}`, 'is not supported');
  }
  exactlyOne(statement.Action, statement.NotAction, path, 'Action');
  exactlyOne(statement.Resource, statement.NotResource, path, 'Resource');
}

function exactlyOne(positive: unknown, negative: unknown, path: string, name: string): void {
  if ((positive === undefined) === (negative === undefined)) {
    refuse(`${path}.${name}`, `is wrong: a statement must have exactly one of ${name} and Not${name}`);
  }
}

function applies(
  statement: EvaluableStatement,
  request: PolicyRequest,
  variables: boolean,
  path: string,
): boolean {
  const action = (request.action ?? 'execute-api:Invoke').toLowerCase();
  const onAction = (pattern: string) => matchesGlob(pattern.toLowerCase(), action, variables);
  const onResource = (pattern: string) => matchesGlob(pattern, request.resource, variables);
  return (
    covers(statement.Action, statement.NotAction, onAction, `${path}.Action`) &&
    covers(statement.Resource, statement.NotResource, onResource, `${path}.Resource`) &&
    conditionHolds(statement.Condition, request, `${path}.Condition`)
  );
}

function covers(
  positive: string | readonly string[] | undefined,
  negative: string | readonly string[] | undefined,
  matches: (pattern: string) => boolean,
  path: string,
): boolean {
  return strings(positive ?? negative, path).some(matches) === (positive !== undefined);
}
