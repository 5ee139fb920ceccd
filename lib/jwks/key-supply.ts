import type { Need, Snapshot, Supplier, Supply } from '../refreshing/supply.ts';
import type { IgnoredKey, KeysById } from './import-keys.ts';

/** The keys of one JWKS address as they were at one moment. */
export interface KeySnapshot extends Snapshot {
  readonly keys: KeysById;
  readonly ignored: readonly IgnoredKey[];
  /** When the endpoint was asked, epoch milliseconds, to compare with what other environments fetched. */
  readonly publishedAt: number;
  /** Seconds, from the endpoint's response; `null` if it did not say. */
  readonly maxAge: number | null;
}

export type KeyNeed = Need<KeySnapshot>;

export type KeySupply = Supply<KeySnapshot>;

export type KeySupplier = Supplier<KeySnapshot>;
