import type { KeyState } from '../../lib/decision/decision.ts';
import type { KeySource, SigningKey } from '../../lib/jwks/signing-key.ts';
import type { TestKey } from './issuer.ts';

/** The keys of one issuer in memory. A test may change them. */
export interface TestKeySource extends KeySource {
  keys: readonly TestKey[];
  state: KeyState;
  /** Thrown by `findKey` instead of an answer. */
  failure: Error | null;
  /** Answers with a promise, as if a fetch were needed. */
  waits: boolean;
  readonly lookups: { kid: string; algorithm: string; remainingMs: number }[];
  prefetches: number;
}

export function testKeySource(...keys: TestKey[]): TestKeySource {
  return {
    keys,
    state: 'fresh',
    failure: null,
    waits: false,
    lookups: [],
    prefetches: 0,
    findKey(kid, algorithm, remainingMs) {
      this.lookups.push({ kid, algorithm, remainingMs });
      if (this.failure !== null) {
        if (this.waits) return Promise.reject(this.failure);
        throw this.failure;
      }
      const known = this.keys.find((key) => key.kid === kid && key.algorithm === algorithm);
      const found: SigningKey | null =
        known === undefined ? null : { kid, key: known.publicKey, state: this.state, isUnnamed: false };
      return this.waits ? Promise.resolve(found) : found;
    },
    whyUnusable: () => null,
    prefetch() {
      this.prefetches += 1;
    },
  };
}
