/** Largest share by which a pause is lengthened, so that environments do not ask at the same time. */
const JITTER = 0.2;

/** Decides when the next attempt to get keys may start. All times in milliseconds of the steady clock. */
export class Pace {
  readonly #cooldownMs: number;
  readonly #random: () => number;
  #nextAt: number;
  #outageUntil = Number.NEGATIVE_INFINITY;

  constructor(now: number, cooldownMs: number, random: () => number) {
    this.#nextAt = now;
    this.#cooldownMs = cooldownMs;
    this.#random = random;
  }

  get nextAt(): number {
    return this.#nextAt;
  }

  /** Whether the last attempt failed recently. Requests then use stale keys at once. */
  isOutage(now: number): boolean {
    return now < this.#outageUntil;
  }

  /** An attempt starts. Its cooldown runs from here, so that the time of a freeze during the attempt counts. */
  begin(now: number): void {
    this.#nextAt = now + this.#cooldownMs * this.#jitter();
  }

  /** A request to the endpoint goes out. With a store, an attempt may do so late or never. */
  ask(now: number): void {
    this.#nextAt = Math.max(this.#nextAt, now + this.#cooldownMs);
  }

  /** The keys come from the store: the cooldown runs from the other environment's request, not from our reading it. */
  share(askedAt: number): void {
    this.#nextAt = Math.min(this.#nextAt, askedAt + this.#cooldownMs);
  }

  /** An attempt failed. `retryAfterMs`: how long the endpoint says to wait, 0 if it does not say. */
  fail(begunAt: number, now: number, retryAfterMs: number): void {
    // Only `Retry-After` counts from now. The rest counts from the start of the attempt, so that an attempt delayed by a
    // freeze is not taken for a recent failure.
    const earliest = retryAfterMs === 0 ? begunAt : now + retryAfterMs * this.#jitter();
    this.#nextAt = Math.max(this.#nextAt, earliest);
    this.#outageUntil = Math.max(begunAt + this.#cooldownMs, earliest) + this.#cooldownMs;
  }

  #jitter(): number {
    return 1 + JITTER * this.#random();
  }
}
