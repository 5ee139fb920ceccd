import { Refused } from '../decision/errors.ts';

/** @param detail - where, in words that are not the token's own */
export function malformed(detail?: string): Refused {
  return new Refused({ code: 'malformed_token', ...(detail === undefined ? {} : { detail }) });
}
