import type { KeyObject } from 'node:crypto';
import type { KeySource } from '../jwks/signing-key.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import type { VerifiedToken } from './verified-token.ts';

/** A token that was proven once. */
export interface RememberedToken {
  /** The key that verified the signature. */
  key: KeyObject;
  token: VerifiedToken;
  /** The keys of the issuer, to check whether that key is still current. */
  readonly source: KeySource;
  /** For how many tokens it counts. */
  readonly weight: number;
}

/** Length of a token that counts for one, characters. Most tokens of Auth0 are shorter. */
const USUAL_LENGTH = 2048;

/**
 * Tokens that were proven. A long token counts for several, because its claims take more memory. Those that were not used for a while leave first. The key of an entry is the token's
 * SHA-256, so that no token stays in memory. To be taken for another token, a text would need the same SHA-256.
 */
export class TokenCache extends BoundedMap<RememberedToken> {
  /** @param max - largest number of tokens of usual length */
  constructor(max: number) {
    super(max, ({ weight }) => weight);
  }

  /** For how many tokens a token counts. */
  static weightOf(token: string): number {
    return Math.ceil(token.length / USUAL_LENGTH);
  }

  /** The key of a token in the cache. */
  static idOf(token: string): string {
    return nodeCrypto().hash('sha256', token, 'base64');
  }
}
