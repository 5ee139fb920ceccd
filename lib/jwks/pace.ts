/** The most by which a pause between two requests is lengthened, so that environments do not move in step. */
const JITTER = 0.2;

/** When the next attempt to get keys may be made. All times in milliseconds of the steady clock. */
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

  /** Whether the last failure, if that is what came last, is so recent that nobody needs to wait for another. */
  isOutage(now: number): boolean {
    return now < this.#outageUntil;
  }

  /** An attempt begins. Its cooldown runs from here, so that a freeze in the middle of it counts too. */
  begin(now: number): void {
    this.#nextAt = now + this.#cooldownMs * this.#jitter();
  }

  /** The endpoint itself is asked, which an attempt may come to late or never. */
  ask(now: number): void {
    this.#nextAt = Math.max(this.#nextAt, now + this.#cooldownMs);
  }

  /** Somebody else asked the endpoint: its cooldown counts, not that of our looking at the answer. */
  share(askedAt: number): void {
    this.#nextAt = Math.min(this.#nextAt, askedAt + this.#cooldownMs);
  }

  /** An attempt failed; the endpoint may have said how long to stay away. */
  fail(begunAt: number, now: number, retryAfterMs: number): void {
    // Nothing here is counted from now but that wish: an attempt that a freeze held up is no recent failure.
    const wish = retryAfterMs === 0 ? begunAt : now + retryAfterMs * this.#jitter();
    this.#nextAt = Math.max(this.#nextAt, wish);
    this.#outageUntil = Math.max(begunAt + this.#cooldownMs, wish) + this.#cooldownMs;
  }

  #jitter(): number {
    return 1 + JITTER * this.#random();
  }
}
