/**
 * Milliseconds that never go backwards, from an arbitrary start. Not `performance.now()`: its first use loads modules of
 * Node, which takes more than 0.5 ms of each cold start.
 */
export function ticks(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
