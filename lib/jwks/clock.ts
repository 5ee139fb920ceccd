import { ticks } from '../util/ticks.ts';

/** Time and timers behind one interface, so that tests and simulations can replace them. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May jump either way. */
  now(): number;
  /** Milliseconds that only go forward, from any start; may stand still while the environment is frozen. */
  ticks(): number;
  /** Runs `action` after so many milliseconds. Returns a function that cancels it. */
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

/** How far the wall clock may fall behind the other clock between two reads before the other one counts, milliseconds. */
const SLACK = 1000;

/**
 * A clock that never runs backwards. It advances with the wall clock, which also counts the time of a freeze. If the
 * wall clock is set back, it advances with the clock that cannot be set, so that no correction of the time prolongs the
 * life of a key.
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

  /** Milliseconds. Only differences have a meaning. */
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

  /** Epoch milliseconds, for times that are shared with other environments. */
  wall(): number {
    return this.#clock.now();
  }

  /** Milliseconds that no correction of the wall clock moves, to measure how long a request has waited. */
  ticks(): number {
    return this.#clock.ticks();
  }

  /** Runs `action` after so many milliseconds. Returns a function that cancels it. */
  after(milliseconds: number, action: () => void): () => void {
    return this.#clock.after(milliseconds, action);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Whether a promise that never rejects settles within so many milliseconds. A negative number counts as 0. */
  within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.after(Math.max(0, milliseconds), () => resolve(false));
      promise.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
