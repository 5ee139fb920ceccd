import { type Life, lifeOf, refreshDueAt } from './freshness.ts';
import type { KeysById } from './import-keys.ts';
import type { JwksSettings } from './jwks-settings.ts';
import type { KeySnapshot } from './key-supply.ts';

/** `none`: nothing was fetched yet. `gone`: the last keys are too old to verify anything. */
export type HeldState = 'none' | 'fresh' | 'stale' | 'gone';

const NO_KEYS: KeysById = new Map();

/** The keys in memory, and how long they serve. All times in milliseconds of the steady clock. */
export class HeldKeys {
  readonly #settings: JwksSettings;
  readonly #random: () => number;
  #snapshot: (KeySnapshot & Life) | null = null;
  #dueAt = Number.NEGATIVE_INFINITY;

  /** @param random - from 0 to 1, so that environments that started together do not refresh together */
  constructor(settings: JwksSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
  }

  get snapshot(): KeySnapshot | null {
    return this.#snapshot;
  }

  replace(snapshot: KeySnapshot): void {
    this.#snapshot = { ...snapshot, ...lifeOf(snapshot, this.#settings) };
    this.#dueAt = refreshDueAt(snapshot, this.#settings, this.#random());
  }

  stateAt(now: number): HeldState {
    if (this.#snapshot === null) return 'none';
    if (now < this.#snapshot.freshUntil) return 'fresh';
    return now < this.#snapshot.usableUntil ? 'stale' : 'gone';
  }

  /** Whether to refresh beside the requests. It begins before the keys become stale, so that nobody waits. */
  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }

  /** The keys that may verify tokens, fresh or stale: none when they are gone. */
  usableAt(now: number): KeysById {
    const held = this.#snapshot;
    return held !== null && now < held.usableUntil ? held.keys : NO_KEYS;
  }

  hasUsableAt(now: number): boolean {
    return this.usableAt(now) !== NO_KEYS;
  }
}
