import { ticks } from '../util/ticks.ts';

/** A timer that fires this much too late was held up by a freeze. Milliseconds. */
const LATE = 200;

/** How long after a thaw a response may still arrive in full, milliseconds. */
const THAW_GRACE = 500;

/**
 * Calls `onTimeOut` after so many milliseconds. After a freeze the timer fires before the sockets are read: then
 * `onTimeOut` is called a little later, so that what has arrived meanwhile still counts.
 *
 * @returns a function that cancels it
 */
export function startDeadline(timeoutMs: number, onTimeOut: () => void): () => void {
  const startedAt = ticks();
  let timer = setTimeout(() => {
    if (ticks() - startedAt > timeoutMs + LATE) timer = setTimeout(onTimeOut, THAW_GRACE);
    else onTimeOut();
  }, timeoutMs);
  return () => clearTimeout(timer);
}
