/** An IAM policy as API Gateway reads it. Version 2012-10-17, action `execute-api:Invoke`. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Action: 'execute-api:Invoke';
  readonly Effect: 'Allow' | 'Deny';
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Denies everything but these resources. */
export interface RestStatement {
  readonly Action: 'execute-api:Invoke';
  readonly Effect: 'Deny';
  readonly NotResource: readonly string[];
  readonly Resource?: undefined;
  readonly Condition?: undefined;
}

/** The policy of an answer: a document, with one more Deny if the option `denyRest` is set. */
export interface AnsweredPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly (PolicyStatement | RestStatement)[];
}

export function documentWith(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

export function statement(effect: 'Allow' | 'Deny', resource: PolicyStatement['Resource']): PolicyStatement {
  return { Action: 'execute-api:Invoke', Effect: effect, Resource: resource };
}

export function isAllow({ Effect }: Pick<PolicyStatement, 'Effect'>): boolean {
  return Effect === 'Allow';
}
