import { refuse, strings } from '../util/option-checks.ts';
import { type ConditionContext, conditionHolds } from './evaluate-condition.ts';
import { matchesGlob, unknownVariableIn } from './evaluate-glob.ts';

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
 * - Throws for any other policy variable, such as `${aws:username}`, in Version 2012-10-17, and for each in an action, where
 *   IAM has none. In Version 2008-10-17 `${` is text.
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
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @example
 * const resource = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/orders';
 * assert.equal(evaluatePolicy(document, { resource }), 'allow');
 */
export function evaluatePolicy(document: EvaluablePolicy, request: PolicyRequest): PolicyVerdict {
  return policyEvaluator(document)(request);
}

/**
 * Reads a policy document once for many requests, as {@link evaluatePolicy} does for one.
 *
 * @throws {@link OptionError}; for conditions when a request is evaluated
 */
export function policyEvaluator(document: EvaluablePolicy): (request: PolicyRequest) => PolicyVerdict {
  const { Version: version = '2008-10-17' } = document;
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    refuse('policy.Version', 'must be 2012-10-17 or 2008-10-17');
  }
  const statements = statementsOf(document).map((statement, index) => {
    const path = `policy.Statement[${index}]`;
    return { statement, path, patterns: patternsOf(statement, path, version === '2012-10-17') };
  });
  return (request) => {
    let verdict: PolicyVerdict = 'implicit-deny';
    for (const { statement, path, patterns } of statements) {
      if (!applies(statement, patterns, request, path)) continue;
      if (statement.Effect === 'Deny') return 'explicit-deny';
      verdict = 'allow';
    }
    return verdict;
  };
}

function statementsOf(document: EvaluablePolicy): readonly EvaluableStatement[] {
  const statements: unknown = document.Statement;
  if (Array.isArray(statements)) return statements as EvaluableStatement[];
  if (typeof statements === 'object' && statements !== null) return [statements as EvaluableStatement];
  refuse('policy.Statement', 'must be a statement or a list of statements');
}

const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/** The patterns of a statement. */
interface Patterns {
  /** In lower case. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether `${*}` means `*` in resources. */
  readonly variables: boolean;
}

/** Checks a statement and returns its patterns, also if it does not apply to the request. */
function patternsOf(statement: EvaluableStatement, path: string, variables: boolean): Patterns {
  if (typeof statement !== 'object' || statement === null) refuse(path, 'must be a statement');
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    refuse(`${path}.Effect`, "must be 'Allow' or 'Deny'");
  }
  for (const element of Object.keys(statement)) {
    if (!ELEMENTS.has(element)) refuse(`${path}.${element}`, 'is not supported');
  }
  const actions = listOf(statement, path, 'Action');
  const resources = listOf(statement, path, 'Resource');
  if (variables) {
    const inAction = actions.find((action) => action.includes('${'));
    if (inAction !== undefined) refuseVariable(`${path}.Action`, inAction, 'IAM has no variables in actions');
    const unknown = resources.map(unknownVariableIn).find((variable) => variable !== null);
    if (unknown !== undefined) refuseVariable(`${path}.Resource`, unknown, 'write its value');
  }
  return { actions: actions.map((action) => action.toLowerCase()), resources, variables };
}

function refuseVariable(path: string, variable: string, advice: string): never {
  refuse(path, `has '${variable}', a policy variable that cannot be evaluated here: ${advice}`);
}

function listOf(statement: EvaluableStatement, path: string, name: 'Action' | 'Resource'): readonly string[] {
  const { [name]: positive, [`Not${name}` as const]: negative } = statement;
  if ((positive === undefined) === (negative === undefined)) {
    refuse(`${path}.${name}`, `is wrong: a statement must have exactly one of ${name} and Not${name}`);
  }
  const list = strings(positive ?? negative, `${path}.${name}`);
  return list.length > 0 ? list : refuse(`${path}.${name}`, 'must have a value');
}

function applies(
  statement: EvaluableStatement,
  { actions, resources, variables }: Patterns,
  request: PolicyRequest,
  path: string,
): boolean {
  const action = (request.action ?? 'execute-api:Invoke').toLowerCase();
  const isAction = actions.some((pattern) => matchesGlob(pattern, action, false));
  const isResource = resources.some((pattern) => matchesGlob(pattern, request.resource, variables));
  return (
    isAction === (statement.Action !== undefined) &&
    isResource === (statement.Resource !== undefined) &&
    conditionHolds(statement.Condition, request, `${path}.Condition`)
  );
}
