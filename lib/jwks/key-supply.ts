import type { IgnoredKey, KeysById } from './import-keys.ts';

/** The keys of one JWKS address as they were at one moment. */
export interface KeySnapshot {
  readonly keys: KeysById;
  readonly ignored: readonly IgnoredKey[];
  /** When the endpoint was asked, milliseconds of the steady clock. */
  readonly askedAt: number;
  /** The same in epoch milliseconds, to compare with what other environments fetched. */
  readonly publishedAt: number;
  /** Seconds, from the endpoint's response; `null` if it did not say. */
  readonly maxAge: number | null;
  readonly from: 'endpoint' | 'store';
}

/** What this environment has and what it needs. */
export interface KeyNeed {
  /** The keys in memory, however old. */
  readonly have: KeySnapshot | null;
  /** The key that a token names and that is not in memory; `null` for a refresh that is merely due. */
  readonly kid: string | null;
  /** From here on nobody waits for the keys, since a freeze came in between. Milliseconds of the steady clock. */
  readonly abandonedAt: number;
}

export type Supply =
  | { readonly kind: 'new keys'; readonly snapshot: KeySnapshot }
  /** The keys in memory are still those that are published. */
  | { readonly kind: 'no change' }
  /** `older`: keys from the store that are stale, but newer than those in memory. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly older: KeySnapshot | null };

/** The keys that a supply brings, whether or not it also failed. */
export function snapshotOf(supply: Supply): KeySnapshot | null {
  if (supply.kind === 'new keys') return supply.snapshot;
  return supply.kind === 'failed' ? supply.older : null;
}

/** Gets keys from the endpoint or from a store. Never rejects. */
export type KeySupplier = (need: KeyNeed) => Promise<Supply>;
