import type { KeyObject } from 'node:crypto';
import { BoundedMap } from '../util/bounded-map.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import type { VerifiedToken } from './verified-token.ts';

/** A token that was verified once, and the key that verified it. */
export interface VerifiedEntry {
  key: KeyObject;
  token: VerifiedToken;
}

/**
 * Tokens that were verified, those that were not used for a while leaving first. Entries are found by the token's SHA-256, so
 * that no token stays in memory; whoever finds the hash of another token's text has broken SHA-256.
 */
export class TokenCache extends BoundedMap<VerifiedEntry> {
  /** What a token is found by. */
  static idOf(token: string): string {
    return nodeCrypto().hash('sha256', token, 'base64');
  }
}
