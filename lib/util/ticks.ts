/**
 * Milliseconds that only go forward, from any start. Not `performance.now()`: the first use of that global loads
 * modules of Node for more than half a millisecond, in each cold start.
 */
export function ticks(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
