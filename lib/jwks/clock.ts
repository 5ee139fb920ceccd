/** The time and the timers, in one place so that a test or a simulation can stand in for them. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May jump either way. */
  now(): number;
  /** Runs `action` in so many milliseconds; the function that comes back cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * A clock that never runs backwards. It goes forward with the wall clock, over a freeze of the environment too, and
 * stands still for the moment in which the wall clock is set back: so no correction of the clock can prolong the
 * life of a key.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #wall: number;
  #time: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#time = this.#wall;
  }

  /** Milliseconds; only differences mean anything. */
  now(): number {
    const wall = this.#clock.now();
    if (wall > this.#wall) this.#time += wall - this.#wall;
    this.#wall = wall;
    return this.#time;
  }

  /** Epoch milliseconds, for what is shared with others. */
  wall(): number {
    return this.#clock.now();
  }

  after(milliseconds: number, action: () => void): () => void {
    return this.#clock.after(milliseconds, action);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(milliseconds, resolve));
  }

  /** Whether the promise, which never rejects, settled within so many milliseconds. */
  within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(milliseconds, () => resolve(false));
      promise.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
