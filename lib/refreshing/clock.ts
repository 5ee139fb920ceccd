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

/** How far the time may fall behind the clock that cannot be set, in all, milliseconds. */
const SLACK = 1000;

/**
 * A clock that never runs backwards. It advances with the wall clock, which also counts the time of a freeze. If the
 * wall clock is set back, it advances with the clock that cannot be set, so that no corrections of the time, however many,
 * prolong the life of what is held by more than {@link SLACK}.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #wall: number;
  #time: number;
  /** The most by which the time has been ahead of the clock that cannot be set. */
  #lead: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#time = this.#wall;
    this.#lead = this.#time - clock.ticks();
  }

  /** Milliseconds. Only differences have a meaning. */
  now(): number {
    const wall = this.#clock.now();
    const ticks = this.#clock.ticks();
    const atLeast = ticks + this.#lead;
    const time = this.#time + Math.max(0, wall - this.#wall);
    this.#time = atLeast > time + SLACK ? atLeast : time;
    this.#lead = Math.max(this.#lead, this.#time - ticks);
    this.#wall = wall;
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
