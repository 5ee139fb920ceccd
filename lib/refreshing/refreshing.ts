import type { SteadyClock } from './clock.ts';
import { FreezeWatch } from './freeze-watch.ts';
import type { Held } from './held.ts';
import type { Pace } from './pace.ts';
import type { Snapshot, Supplier, Supply } from './supply.ts';

/** How long after a thaw a refresh may still end with what has arrived during the freeze, milliseconds. */
const THAW_GRACE = 300;

/** One attempt to fetch. */
export interface Refresh {
  /** Counts from 1, in the order in which refreshes start. */
  readonly number: number;
  /** Milliseconds of the steady clock. */
  readonly startedAt: number;
  /** Resolves when the result is in memory. Never rejects. */
  readonly ended: Promise<void>;
}

export interface RefreshingParts<Fetched extends Snapshot> {
  readonly supplier: Supplier<Fetched>;
  readonly held: Held<Fetched>;
  readonly pace: Pace;
  readonly clock: SteadyClock;
  /** The longest that a refresh takes unless a freeze cuts it off, milliseconds. */
  readonly longestMs: number;
  /** The failure of a refresh that a freeze cut off. */
  cutOffError(): Error;
  /** How long the source asks to wait after a failure, milliseconds; 0 if it does not say. */
  retryAfterMs(error: unknown): number;
  /**
   * Called after each refresh whose result counts.
   *
   * @param wasCutOff - it failed because of a freeze, which says nothing of the source
   */
  onEnd(supply: Supply<Fetched>, durationMs: number, wasCutOff: boolean): void;
}

/**
 * Refreshes what is held: one refresh at a time, at the pace that is allowed.
 *
 * - Whoever needs it while a refresh is under way waits for that one.
 * - If the environment was frozen meanwhile, the refresh has {@link THAW_GRACE} for what has arrived. After that it was
 *   cut off: it counts as no failure, and the next need starts another. If the first one succeeds after all, it
 *   counts only if no later refresh has ended: the newest wins.
 */
export class Refreshing<Fetched extends Snapshot> {
  readonly #parts: RefreshingParts<Fetched>;
  readonly #watch: FreezeWatch;
  #current: Refresh | null = null;
  #count = 0;
  #newestEnded = 0;
  #lastError: unknown = null;

  constructor(parts: RefreshingParts<Fetched>) {
    this.#parts = parts;
    this.#watch = new FreezeWatch(parts.clock);
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
    const { supplier, held, pace, longestMs } = this.#parts;
    if (this.#current !== null) {
      if (now < this.#waitedForUntil(this.#current, now)) return this.#current;
      this.#cutOff(now);
    }
    if (now < pace.nextAt) return null;
    pace.begin(now);
    this.#count += 1;
    const number = this.#count;
    const need = { have: held.snapshot, kid, abandonedAt: now + longestMs };
    this.#watch.start(now);
    const ended = supplier(need).then((supply) => this.#end(number, now, supply));
    this.#current = { number, startedAt: now, ended };
    return this.#current;
  }

  /** Whether the refresh ended within so many milliseconds, and before it counts as cut off. */
  awaitEnd(refresh: Refresh, patienceMs: number): Promise<boolean> {
    const { clock } = this.#parts;
    const now = clock.now();
    return clock.within(refresh.ended, Math.min(patienceMs, this.#waitedForUntil(refresh, now) - now));
  }

  /** Waits until there is something that may serve, or until that much time has passed, milliseconds. Never rejects. */
  async awaitUsable(timeoutMs: number): Promise<void> {
    const { clock, held } = this.#parts;
    const until = clock.ticks() + timeoutMs;
    for (;;) {
      const now = clock.now();
      const left = until - clock.ticks();
      if (left <= 0 || held.usableAt(now) !== null) return;
      const refresh = this.start(now, null);
      if (refresh !== null) await this.awaitEnd(refresh, left);
      else await clock.sleep(Math.min(left, this.nextAt - now));
    }
  }

  /** Whether the refresh began before a freeze that was longer than any refresh takes. */
  isOutdated({ startedAt }: Refresh, now: number): boolean {
    return now - startedAt > this.#parts.longestMs;
  }

  #waitedForUntil({ startedAt }: Refresh, now: number): number {
    const thawedAt = this.#watch.thawedAt(now);
    return thawedAt === null ? startedAt + this.#parts.longestMs : thawedAt + THAW_GRACE;
  }

  /** The current refresh was cut off by a freeze. */
  #cutOff(now: number): void {
    const { pace, held } = this.#parts;
    this.#leaveCurrent();
    this.#lastError = this.#parts.cutOffError();
    pace.cutOff(now, held.usableAt(now) !== null);
  }

  #leaveCurrent(): void {
    this.#current = null;
    this.#watch.stop();
  }

  #end(number: number, startedAt: number, supply: Supply<Fetched>): void {
    const { held, clock } = this.#parts;
    const now = clock.now();
    const isCurrent = this.#current?.number === number;
    const wasFrozen = isCurrent && this.#watch.thawedAt(now) !== null;
    if (isCurrent) this.#leaveCurrent();
    if (number < this.#newestEnded) return;
    this.#newestEnded = number;
    let wasCutOff = false;
    if (supply.kind === 'failed') {
      if (supply.older !== null) held.replace(supply.older);
      wasCutOff = !isCurrent || this.#fail(supply.error, { startedAt, now, wasFrozen });
    } else {
      this.#lastError = null;
      this.#parts.pace.succeed();
      if (supply.kind === 'new') this.#keep(supply.snapshot, number);
    }
    this.#parts.onEnd(supply, now - startedAt, wasCutOff);
  }

  /** @returns whether a freeze is why it failed */
  #fail(error: unknown, { startedAt, now, wasFrozen }: Ended): boolean {
    const { held, pace } = this.#parts;
    this.#lastError = error;
    const isHeld = held.usableAt(now) !== null;
    const retryAfterMs = this.#parts.retryAfterMs(error);
    // What fails after a freeze fails because of it, unless the source says otherwise.
    const wasCutOff = wasFrozen && retryAfterMs === 0;
    if (wasCutOff) pace.cutOff(now, isHeld);
    else pace.fail(now, { begunAt: startedAt, retryAfterMs, isHeld });
    return wasCutOff;
  }

  #keep(snapshot: Fetched, number: number): void {
    const { held, pace } = this.#parts;
    held.replace(snapshot);
    // A later refresh may have started meanwhile: then its own pace counts.
    if (snapshot.from === 'store' && number === this.#count) pace.share(snapshot.askedAt);
  }
}

/** Times of a refresh that has ended, milliseconds of the steady clock. */
interface Ended {
  readonly startedAt: number;
  readonly now: number;
  readonly wasFrozen: boolean;
}
