import type { IgnoredKey, KeysById } from './import-keys.ts';

/** The most ignored keys that a message names. */
const MOST_NAMED = 5;

/** The longest part of a `kid` that a message quotes, characters. */
const LONGEST_KID = 64;

/** One ignored key with its reason, for people: `key 3 ("enc"): not for signatures`. */
export function describeIgnored({ index, kid, flaw }: IgnoredKey): string {
  return `key ${index} (${kid === null ? 'no kid' : JSON.stringify(kid.slice(0, LONGEST_KID))}): ${flaw}`;
}

/** The first ignored keys with their reasons. */
export function describeAllIgnored(ignored: readonly IgnoredKey[]): string {
  const named = ignored.slice(0, MOST_NAMED).map(describeIgnored);
  const more = ignored.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** Why a published key does not verify a token that names its `kid`; `null` if no key with that `kid` is published. */
export function whyUnusable(kid: string, keys: KeysById, ignored: readonly IgnoredKey[]): string | null {
  const published = keys.get(kid);
  if (published !== undefined) {
    return `published for ${published.flatMap(({ algorithms }) => algorithms).join(', ')} only`;
  }
  const dropped = ignored.find((one) => one.kid === kid);
  return dropped === undefined ? null : `published, not used: ${dropped.flaw}`;
}
