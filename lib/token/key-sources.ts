import type { JwksSettings } from '../jwks/jwks-options.ts';
import { createKeySet, type KeySet } from '../jwks/key-set.ts';
import { jwksUriOf } from './auth0-profile.ts';

/** Creates a key set for each issuer, by `iss`. A key of one issuer never verifies a token of another. */
export function createKeySources(settings: {
  readonly issuers: readonly string[];
  readonly jwks: JwksSettings;
}): ReadonlyMap<string, KeySet> {
  const { issuers, jwks } = settings;
  return new Map(
    issuers.map((issuer) => {
      // Pinned keys without an address are the whole set: nothing is ever fetched.
      const uri = jwks.uri ?? (jwks.pinned === null ? jwksUriOf(issuer) : null);
      return [issuer, createKeySet({ uri, settings: jwks })];
    }),
  );
}
