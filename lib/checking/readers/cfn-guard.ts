import type { FormatAdvice, Guard } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { referenceOf } from './cfn-resource.ts';

export const CFN_ADVICE: FormatAdvice = {
  guard: 'set `AuthorizationType: CUSTOM` and `AuthorizerId`',
  unguard: 'set `AuthorizationType: NONE` and remove `AuthorizerId`',
};

/** The guard by `AuthorizationType` and `AuthorizerId`, of a method or a route. */
export function guardOfProperties(properties: Cursor): Guard {
  const type = properties.get('AuthorizationType');
  if (type.undecided !== null)
    return { kind: 'undecided', text: `\`AuthorizationType\` is ${type.undecided.text}` };
  const name = type.text ?? 'NONE';
  if (name === 'NONE') return { kind: 'none' };
  if (name !== 'CUSTOM') return { kind: 'other', what: name };
  const authorizer = referenceOf(properties.get('AuthorizerId'));
  return authorizer === null
    ? { kind: 'undecided', text: '`AuthorizerId` is missing' }
    : { kind: 'lambda', authorizer };
}
