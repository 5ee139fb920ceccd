import type { SimClock } from './sim-clock.ts';

/**
 * Redirects the clocks, timers and requests of this process to a simulation, for libraries whose clock cannot be set.
 * @returns a function that restores them
 */
export function fakeTime(clock: SimClock, respond: () => Response): () => void {
  const { setTimeout, clearTimeout, fetch } = globalThis;
  const dateNow = Date.now;
  const performanceNow = performance.now;
  Date.now = () => clock.now();
  performance.now = () => clock.ticks();
  globalThis.fetch = async () => respond();
  const later = (action: () => void, milliseconds = 0) => {
    const cancel = clock.after(milliseconds, action);
    return { cancel, unref() {}, ref() {} };
  };
  globalThis.setTimeout = later as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer?: { cancel?: () => void }) => timer?.cancel?.()) as typeof clearTimeout;
  return () => {
    Date.now = dateNow;
    performance.now = performanceNow;
    Object.assign(globalThis, { setTimeout, clearTimeout, fetch });
  };
}
