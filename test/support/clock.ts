import type { Clock } from '../../lib/refreshing/clock.ts';

/** Real timers, and a wall clock that a test can move. */
export interface ShiftedClock extends Clock {
  /** Moves the wall clock; negative seconds set it back. */
  shift(seconds: number): void;
}

export function shiftedClock(): ShiftedClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    ticks: () => performance.now(),
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
    shift(seconds) {
      offset += seconds * 1000;
    },
  };
}

/** Time that only the test moves. Timers fire in order as it passes them. */
export interface FakeClock extends Clock {
  /** Advances the time, fires the timers that are due and lets promises settle. */
  advance(milliseconds: number): Promise<void>;
  /** Moves the wall clock, as NTP or a thaw does. No timer fires. */
  jump(milliseconds: number): void;
  /** Lets promises settle. */
  settle(): Promise<void>;
}

export function fakeClock(start = 1_800_000_000_000): FakeClock {
  let elapsed = 0;
  let wall = start;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => wall,
    ticks: () => elapsed,
    after(milliseconds, action) {
      const timer = { at: elapsed + Math.max(0, milliseconds), action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(milliseconds) {
      const end = elapsed + milliseconds;
      await settle();
      for (;;) {
        const next = timers.reduce<(typeof timers)[number] | null>(
          (first, timer) => (timer.at <= end && (first === null || timer.at < first.at) ? timer : first),
          null,
        );
        if (next === null) break;
        wall += next.at - elapsed;
        elapsed = next.at;
        timers = timers.filter((other) => other !== next);
        next.action();
        await settle();
      }
      wall += end - elapsed;
      elapsed = end;
      await settle();
    },
    jump(milliseconds) {
      wall += milliseconds;
    },
    settle,
  };
}
