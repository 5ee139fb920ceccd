import type { SteadyClock } from './clock.ts';
import { cutOffError } from './endpoint-supplier.ts';
import type { HeldKeys } from './held-keys.ts';
import { JwksError } from './jwks-error.ts';
import type { JwksSettings } from './jwks-options.ts';
import type { KeySnapshot, KeySupplier, Supply } from './key-supply.ts';
import type { Pace } from './pace.ts';

/** A refresh that takes this much longer than it ever could was cut off by a freeze. Milliseconds. */
const GRACE = 1000;

/** The longest that a refresh can take unless a freeze cuts it off, milliseconds. */
export function longestRefresh({ timeoutMs, storeTimeoutMs, store }: JwksSettings): number {
  return (store === null ? timeoutMs : 2 * timeoutMs + 4 * storeTimeoutMs) + GRACE;
}

/** One attempt to get keys. */
export interface Refresh {
  /** Counts from 1, in the order in which refreshes start. */
  readonly number: number;
  /** Milliseconds of the steady clock. */
  readonly startedAt: number;
  /** Resolves when the result is in memory. Never rejects. */
  readonly ended: Promise<void>;
}

export interface RefreshingParts {
  readonly uri: string;
  readonly supplier: KeySupplier;
  readonly held: HeldKeys;
  readonly pace: Pace;
  readonly clock: SteadyClock;
  readonly longestMs: number;
  /** Called after each refresh whose result counts. */
  readonly onEnd: (supply: Supply, durationMs: number) => void;
}

/**
 * Refreshes the held keys: one refresh at a time, at the pace that is allowed.
 *
 * - Whoever needs keys while a refresh is under way waits for that one.
 * - A refresh that took longer than it ever could was cut off by a freeze. The next need starts another. If the first
 *   one ends after all, its result counts only if no later refresh has ended: the newest wins.
 */
export class Refreshing {
  readonly #parts: RefreshingParts;
  #current: Refresh | null = null;
  #count = 0;
  #newestEnded = 0;
  #lastError: unknown = null;

  constructor(parts: RefreshingParts) {
    this.#parts = parts;
  }

  /** Why the last refresh failed; `null` after a success. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** When the next refresh may start, milliseconds of the steady clock. */
  get nextAt(): number {
    return this.#parts.pace.nextAt;
  }

  /** Whether the last refresh failed, recently. */
  isOutage(now: number): boolean {
    return this.#lastError !== null && this.#parts.pace.isOutage(now);
  }

  /**
   * The refresh that is under way, or a new one; `null` if none is under way and none may start yet.
   *
   * @param kid - the key that a token names and that is not in memory; `null` for a refresh that is merely due
   */
  start(now: number, kid: string | null): Refresh | null {
    const { uri, supplier, held, pace, longestMs } = this.#parts;
    if (this.#current !== null) {
      if (now - this.#current.startedAt < longestMs) return this.#current;
      this.#current = null;
      this.#lastError = cutOffError(uri);
    }
    if (now < pace.nextAt) return null;
    pace.begin(now);
    this.#count += 1;
    const number = this.#count;
    const need = { have: held.snapshot, kid, abandonedAt: now + longestMs };
    const ended = supplier(need).then((supply) => this.#end(number, now, supply));
    this.#current = { number, startedAt: now, ended };
    return this.#current;
  }

  /** Whether the refresh ended within so many milliseconds. */
  awaitEnd({ ended }: Refresh, patienceMs: number): Promise<boolean> {
    const { clock, longestMs } = this.#parts;
    return clock.within(ended, Math.min(patienceMs, longestMs));
  }

  #end(number: number, startedAt: number, supply: Supply): void {
    const { held, pace, clock, onEnd } = this.#parts;
    if (this.#current?.number === number) this.#current = null;
    if (number < this.#newestEnded) return;
    this.#newestEnded = number;
    const now = clock.now();
    if (supply.kind === 'failed') {
      const { error, older } = supply;
      this.#lastError = error;
      if (older !== null) held.replace(older);
      pace.fail(startedAt, now, error instanceof JwksError ? error.retryAfterMs : 0);
    } else {
      this.#lastError = null;
      if (supply.kind === 'new keys') this.#keep(supply.snapshot, number);
    }
    onEnd(supply, now - startedAt);
  }

  #keep(snapshot: KeySnapshot, number: number): void {
    const { held, pace } = this.#parts;
    held.replace(snapshot);
    // A later refresh may have started meanwhile: then its own pace counts.
    if (snapshot.from === 'store' && number === this.#count) pace.share(snapshot.askedAt);
  }
}
