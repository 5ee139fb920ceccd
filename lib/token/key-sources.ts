import { fetchFirst } from '../jwks/fetch-first.ts';
import { fetchJwks } from '../jwks/fetch-jwks.ts';
import type { JwksSettings } from '../jwks/jwks-settings.ts';
import { createKeySet, type KeySet } from '../jwks/key-set.ts';
import { ticks } from '../util/ticks.ts';
import { jwksUriOf } from './auth0-profile.ts';

/** The most issuers whose keys are fetched at once in a cold start, so that a fleet does not flood Auth0. */
export const MOST_AT_ONCE = 4;

interface KeySourceSettings {
  readonly issuers: readonly string[];
  readonly jwks: JwksSettings;
}

/**
 * Creates a key set for each issuer, by `iss`. A key of one issuer never verifies a token of another, unless `jwks.shared`
 * says that all are one tenant: then they share one key set.
 */
export function createKeySources({ issuers, jwks }: KeySourceSettings): ReadonlyMap<string, KeySet> {
  if (jwks.shared) {
    const shared = sharedKeySet(issuers, jwks);
    return new Map(issuers.map((issuer) => [issuer, shared]));
  }
  return new Map(
    issuers.map((issuer) => [issuer, createKeySet({ uri: uriOf(issuer, jwks), settings: jwks })]),
  );
}

function sharedKeySet(issuers: readonly string[], jwks: JwksSettings): KeySet {
  const uris = issuers.map((issuer) => uriOf(issuer, jwks));
  const [first = null] = uris;
  const addresses = [...new Set(uris)].filter((uri) => uri !== null);
  const fetch = fetchFirst(addresses, jwks.fetch ?? fetchJwks);
  return createKeySet({ uri: first, settings: { ...jwks, fetch } });
}

/** Pinned keys without an address are the whole set: nothing is ever fetched. */
function uriOf(issuer: string, { uri, pinned }: JwksSettings): string | null {
  return uri ?? (pinned === null ? jwksUriOf(issuer) : null);
}

/** Waits until each key set has keys, a few at once, or until that much time has passed, milliseconds. Never rejects. */
export async function awaitKeys(keySets: Iterable<KeySet>, timeoutMs: number): Promise<void> {
  const until = ticks() + timeoutMs;
  const queue = new Set(keySets).values();
  const drain = async () => {
    for (const set of queue) await set.ready(until - ticks());
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, drain));
}
