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

export function isAllow({ Effect }: PolicyStatement): boolean {
  return Effect === 'Allow';
}
