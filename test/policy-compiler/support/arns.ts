import type { ExecuteApiArn } from '../../../lib/iam/arn.ts';
import { parseExecuteApiArn } from '../../../lib/iam/arn.ts';

export const PREFIX = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/';

export function arnOf(tail: string, prefix = PREFIX): ExecuteApiArn {
  const arn = parseExecuteApiArn(prefix + tail);
  if (arn === null) throw new Error('no ARN');
  return arn;
}
