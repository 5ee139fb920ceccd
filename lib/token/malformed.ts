import { Refused } from '../decision/errors.ts';
import { defined } from '../util/defined.ts';

/** @param detail - what is wrong and where, without any text of the token */
export function malformed(detail?: string): Refused {
  return new Refused(defined({ code: 'malformed_token' as const, detail }));
}
