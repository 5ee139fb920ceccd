import { ticks } from '../util/ticks.ts';

/** The time and the timers, in one place so that a test or a simulation can stand in for them. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May jump either way. */
  now(): number;
  /** Milliseconds that only go forward, from any start; may stand still while the environment is frozen. */
  ticks(): number;
  /** Runs `action` in so many milliseconds; the function that comes back cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks,
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** By how much the wall clock may fall behind between two looks before the other clock is believed, milliseconds. */
const SLACK = 1000;

/**
 * A clock that never runs backwards. It goes forward with the wall clock, over a freeze of the environment too; when
 * the wall clock is set back it goes forward with the clock that cannot be set. So no correction of the time can
 * prolong the life of a key.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #wall: number;
  #ticks: number;
  #time: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#ticks = clock.ticks();
    this.#time = this.#wall;
  }

  /** Milliseconds; only differences mean anything. */
  now(): number {
    const wall = this.#clock.now();
    const ticks = this.#clock.ticks();
    const passed = wall - this.#wall;
    const atLeast = ticks - this.#ticks;
    this.#time += atLeast > passed + SLACK ? atLeast : Math.max(0, passed);
    this.#wall = wall;
    this.#ticks = ticks;
    return this.#time;
  }

  /** Epoch milliseconds, for what is shared with others. */
  wall(): number {
    return this.#clock.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(milliseconds, resolve));
  }

  /** Whether the promise, which never rejects, settled within so many milliseconds; less than none is none. */
  within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(Math.max(0, milliseconds), () => resolve(false));
      promise.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
