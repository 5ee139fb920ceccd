import { type Clock, SteadyClock, systemClock } from '../refreshing/clock.ts';
import type { KeysById } from './import-keys.ts';
import type { KeySetStatus } from './key-set-status.ts';
import { PinnedKeySet } from './pinned-key-set.ts';
import { RefreshedKeySet, type RefreshParts } from './refreshed-key-set.ts';
import type { KeySource } from './signing-key.ts';

/** The keys of one issuer, kept current. */
export interface KeySet extends KeySource {
  readonly status: KeySetStatus;
  /** Resolves when there are keys that verify tokens, or when that much time has passed, milliseconds. Never rejects. */
  ready(timeoutMs: number): Promise<void>;
}

export interface KeySetParts extends RefreshParts {
  /** Where this issuer's keys are published; `null` if all keys are pinned. */
  readonly uri: string | null;
  readonly clock?: Clock;
}

/** The keys of one issuer. Sets share nothing: a key of one issuer never verifies a token of another. */
export function createKeySet({ uri, clock = systemClock, ...parts }: KeySetParts): KeySet {
  const steady = new SteadyClock(clock);
  const pinned: KeysById = parts.settings.pinned ?? new Map();
  return uri === null
    ? new PinnedKeySet(pinned, new Date(steady.wall()))
    : new RefreshedKeySet(uri, pinned, steady, parts);
}
