import type { Refusal } from '../decision/decision.ts';

/** Deepest nesting of claims that is accepted. Real claims are flatter; recursion ends far deeper. */
const MAX_DEPTH = 32;

/**
 * Freezes claims at every level, so that no handler can change what a later request with the same token sees.
 *
 * @returns `malformed_token` if the claims are nested too deep or have a member `__proto__`, which a careless copy would
 *   turn into a prototype; else `null`
 */
export function deepFreeze(value: object, depth = 0): Refusal | null {
  if (depth > MAX_DEPTH) return { code: 'malformed_token', detail: 'claims are nested too deep' };
  const isList = Array.isArray(value);
  if (!isList && Object.hasOwn(value, '__proto__')) {
    return { code: 'malformed_token', detail: 'claims have a member `__proto__`' };
  }
  for (const member of isList ? value : Object.values(value)) {
    if (typeof member === 'object' && member !== null) {
      const refusal = deepFreeze(member, depth + 1);
      if (refusal !== null) return refusal;
    }
  }
  Object.freeze(value);
  return null;
}
