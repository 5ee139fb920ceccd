/** Largest share by which a pause is lengthened, so that environments do not ask at the same time. */
const JITTER = 0.2;

/** The most by which a pause that the endpoint asks for is lengthened, milliseconds. */
const LONGEST_RETRY_JITTER = 2000;

/** The first pauses between attempts while nothing is in memory, milliseconds. Then 1 s, 2 s, 4 s and so on. */
const FIRST_PAUSES = [200, 500];

/** A failed attempt. Times in milliseconds. */
export interface FailedAttempt {
  readonly begunAt: number;
  /** How long the endpoint says to wait, 0 if it does not say. */
  readonly retryAfterMs: number;
  /** Whether something that was fetched before is in memory and may serve. */
  readonly isHeld: boolean;
}

/**
 * Decides when the next attempt to fetch may start. All times in milliseconds of the steady clock.
 *
 * - With something in memory: one attempt in a cooldown, whether it succeeds or fails.
 * - With nothing in memory: growing pauses from the end of each failure, up to the cooldown. They depend on the number of failures
 *   alone, so that many requests cause no more attempts than one.
 * - `Retry-After` is never undercut. With nothing in memory it replaces the pause.
 */
export class Pace {
  readonly #cooldownMs: number;
  readonly #random: () => number;
  #nextAt: number;
  #askedAt = Number.NEGATIVE_INFINITY;
  #outageUntil = Number.NEGATIVE_INFINITY;
  /** Attempts in a row without a result. */
  #misses = 0;
  #missesCountUntil = Number.NEGATIVE_INFINITY;

  constructor(now: number, cooldownMs: number, random: () => number) {
    this.#nextAt = now;
    this.#cooldownMs = cooldownMs;
    this.#random = random;
  }

  get nextAt(): number {
    return this.#nextAt;
  }

  /** Whether the last attempt failed recently. Requests then use what is stale at once. */
  isOutage(now: number): boolean {
    return now < this.#outageUntil;
  }

  /** An attempt starts. Its cooldown runs from here, so that the time of a freeze during the attempt counts. */
  begin(now: number): void {
    this.#askedAt = now;
    this.#nextAt = now + this.#cooldownMs * this.#jitter();
  }

  /** A request to the endpoint goes out. With a store, an attempt may do so late or never. */
  ask(now: number): void {
    this.#askedAt = now;
    this.#nextAt = Math.max(this.#nextAt, now + this.#cooldownMs);
  }

  /** The result comes from the store: the cooldown runs from the other environment's request, not from our reading it. */
  share(askedAt: number): void {
    this.#nextAt = Math.min(this.#nextAt, askedAt + this.#cooldownMs);
  }

  /** There is a result, so that the cooldown counts, even if it came after another attempt had failed. */
  succeed(): void {
    this.#misses = 0;
    this.#nextAt = Math.max(this.#nextAt, this.#askedAt + this.#cooldownMs);
  }

  fail(now: number, { begunAt, retryAfterMs, isHeld }: FailedAttempt): void {
    const misses = this.#countMiss(now);
    const retryAt = retryAfterMs === 0 ? 0 : now + this.#retryPause(retryAfterMs);
    if (isHeld) this.#nextAt = Math.max(this.#nextAt, retryAt);
    else this.#nextAt = retryAt === 0 ? now + this.#growingPause(misses) : retryAt;
    // From the start of the attempt, so that an attempt delayed by a freeze is not taken for a recent failure.
    this.#outageUntil = Math.max(begunAt + this.#cooldownMs, retryAt) + this.#cooldownMs;
  }

  /**
   * A freeze cut the attempt off, which says nothing of the endpoint. With nothing in memory the next attempt may start at once.
   * Further ones in a row pause like failures, so that a series of freezes causes no series of requests.
   */
  cutOff(now: number, isHeld: boolean): void {
    const misses = this.#countMiss(now);
    if (!isHeld) this.#nextAt = misses === 1 ? now : now + this.#growingPause(misses - 1);
  }

  /** The number of misses in a row, with this one. Those of long ago do not count. */
  #countMiss(now: number): number {
    this.#misses = now < this.#missesCountUntil ? this.#misses + 1 : 1;
    this.#missesCountUntil = now + 2 * this.#cooldownMs;
    return this.#misses;
  }

  #growingPause(misses: number): number {
    const pause = FIRST_PAUSES[misses - 1] ?? 1000 * 2 ** (misses - 1 - FIRST_PAUSES.length);
    return Math.min(pause, this.#cooldownMs) * this.#jitter();
  }

  #retryPause(retryAfterMs: number): number {
    return retryAfterMs + Math.min(retryAfterMs * JITTER, LONGEST_RETRY_JITTER) * this.#random();
  }

  #jitter(): number {
    return 1 + JITTER * this.#random();
  }
}
