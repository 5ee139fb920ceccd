import type { KeyObject } from 'node:crypto';
import type { VerifiedToken } from './verified-token.ts';

// An ESM import would read every export of the module, which costs milliseconds of cold start.
const { hash } = process.getBuiltinModule('node:crypto');

/** A token that was verified once, and the key that verified it. */
export interface VerifiedEntry {
  key: KeyObject;
  token: VerifiedToken;
}

/**
 * Tokens that were verified, the least recently used one leaving first. Entries are found by the token's SHA-256, so
 * that no token stays in memory; whoever finds the hash of another token's text has broken SHA-256.
 */
export class TokenCache {
  readonly #entries = new Map<string, VerifiedEntry>();
  readonly #max: number;

  /** @param max - entries kept at most */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What the methods below know a token by. */
  static idOf(token: string): string {
    return hash('sha256', token, 'base64');
  }

  get(id: string): VerifiedEntry | undefined {
    const entry = this.#entries.get(id);
    if (entry !== undefined) {
      // A Map keeps the order of insertion: what was used last goes to its end.
      this.#entries.delete(id);
      this.#entries.set(id, entry);
    }
    return entry;
  }

  set(id: string, entry: VerifiedEntry): void {
    this.#entries.delete(id);
    if (this.#entries.size >= this.#max) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest as string);
    }
    this.#entries.set(id, entry);
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }
}
