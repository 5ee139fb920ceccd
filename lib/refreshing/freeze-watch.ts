import type { SteadyClock } from './clock.ts';

/** Time between two beats, milliseconds. */
const BEAT = 250;

/** Time between two beats from which on it was a freeze, milliseconds. */
const GAP = 1000;

/**
 * Notices freezes of the environment while a refresh is under way: a timer beats, and a long gap between two beats was a
 * freeze. A clock alone does not show it, because what is long for a network is short for a freeze.
 */
export class FreezeWatch {
  readonly #clock: SteadyClock;
  #lastBeat = 0;
  #thawedAt: number | null = null;
  #cancel: (() => void) | null = null;

  constructor(clock: SteadyClock) {
    this.#clock = clock;
  }

  start(now: number): void {
    this.stop();
    this.#lastBeat = now;
    this.#thawedAt = null;
    this.#beat();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** When the last freeze since the start ended, milliseconds of the steady clock; `null` if there was none. */
  thawedAt(now: number): number | null {
    if (now - this.#lastBeat > GAP) this.#thawedAt = now;
    this.#lastBeat = now;
    return this.#thawedAt;
  }

  #beat(): void {
    this.#cancel = this.#clock.after(BEAT, () => {
      this.thawedAt(this.#clock.now());
      this.#beat();
    });
  }
}
