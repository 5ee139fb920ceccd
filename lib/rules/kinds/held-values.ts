import type { AccessTokenClaims } from '../../token/verified-token.ts';

/** Tests whether a claim holds a value. */
export type Holds = (value: unknown) => boolean;

/** Up to here, a search is as fast as the look-up in a set, which must be made first. */
const FEW_ITEMS = 16;
const SHORT_TEXT = 256;

/** What was derived of large claims. Claims of a known token are the same object in each request. */
const derived = new WeakMap<AccessTokenClaims, Map<string, unknown>>();

/**
 * Tests for the items of a claim that is a list; `null` if it is none. Many rules may ask many questions about a list of a
 * thousand items: its set is made once a token.
 */
export function holderOfList(claims: AccessTokenClaims, claim: string): Holds | null {
  const list: unknown = claims[claim];
  if (!Array.isArray(list)) return null;
  if (list.length <= FEW_ITEMS) return (value) => list.includes(value);
  const items = onceForClaims(claims, claim, () => new Set<unknown>(list));
  return (value) => items.has(value);
}

/** Tests for the names in a claim that is a text with spaces between them; a claim of another type holds none. */
export function holderOfNames(claims: AccessTokenClaims, claim: string): Holds {
  const text = claims[claim];
  if (typeof text !== 'string') return () => false;
  if (text.length <= SHORT_TEXT) {
    const padded = ` ${text} `;
    return (name) => padded.includes(` ${name} `);
  }
  const names = onceForClaims(claims, claim, () => new Set<unknown>(text.split(' ')));
  return (name) => names.has(name);
}

/**
 * What is read of a list in a claim, once for the claims if the list is long.
 *
 * @param read - always the same function for the same claim
 */
export function readOfList<Item, Read>(
  claims: AccessTokenClaims,
  claim: string,
  list: readonly Item[],
  read: (list: readonly Item[]) => Read,
): Read {
  return list.length <= FEW_ITEMS ? read(list) : onceForClaims(claims, `${claim} read`, () => read(list));
}

function onceForClaims<Made>(claims: AccessTokenClaims, name: string, make: () => Made): Made {
  const made = derived.get(claims) ?? new Map<string, unknown>();
  derived.set(claims, made);
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as Made;
}
