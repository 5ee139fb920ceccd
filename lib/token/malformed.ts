import { Refused } from '../decision/errors.ts';

/** @param detail - what is wrong and where, without any text of the token */
export function malformed(detail?: string): Refused {
  return new Refused({ code: 'malformed_token', ...(detail === undefined ? {} : { detail }) });
}
