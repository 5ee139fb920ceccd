import type { JwksSettings } from '../jwks/jwks-options.ts';
import { jwksUriOf } from '../jwks/jwks-uri.ts';
import { createKeySet, type KeySet } from '../jwks/key-set.ts';

/** A key set for each issuer, by what stands in `iss`: one issuer's keys never speak for another. */
export function createKeySources(settings: {
  readonly issuers: readonly string[];
  readonly jwks: JwksSettings;
}): ReadonlyMap<string, KeySet> {
  const { issuers, jwks } = settings;
  return new Map(
    issuers.map((issuer) => {
      // Pinned keys without an address stand alone: nothing is ever fetched.
      const uri = jwks.uri ?? (jwks.pinned === null ? jwksUriOf(issuer) : null);
      return [issuer, createKeySet({ uri, settings: jwks })];
    }),
  );
}
