import type { IgnoredKey, KeysById } from './import-keys.ts';

/** One set of keys as it was at one moment. */
export interface Answer {
  readonly keys: KeysById;
  readonly ignored: readonly IgnoredKey[];
  /** When the endpoint was asked, milliseconds of the steady clock. */
  readonly askedAt: number;
  /** The same in epoch milliseconds, to compare with what other environments fetched. */
  readonly publishedAt: number;
  /** Seconds, as the endpoint said; `null` when it did not. */
  readonly maxAge: number | null;
  readonly from: 'endpoint' | 'store';
}

/** What the asking environment has and misses. */
export interface Need {
  /** The keys at hand, however old. */
  readonly have: Answer | null;
  /** The key that is missing; `null` for a refresh that is merely due. */
  readonly kid: string | null;
  /** From here on nobody waits for the answer, milliseconds of the steady clock: a freeze came in between. */
  readonly abandonedAt: number;
}

/** Both may be there: old keys out of the store, and the reason why there are no new ones. */
export interface Outcome {
  readonly answer: Answer | null;
  readonly error: unknown;
}

/** Gets keys from somewhere. Never rejects. */
export type Ask = (need: Need) => Promise<Outcome>;
