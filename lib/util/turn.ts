/**
 * Lets the event loop run once, so that sockets and timers get their turn between two parts of a long computation. Not
 * from `node:timers/promises`, whose import takes longer.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
