/** CPU time of one call, milliseconds: the best of three. Not the time of the clock, which other processes stretch. */
function cpuOf(work: () => unknown): number {
  const costs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...costs);
}

/**
 * How many times longer the work takes on four times the input: about 4 if its time is linear, 16 if it is quadratic. Time
 * below 5 ms counts as 5 ms, so that work that is quick on both does not matter.
 *
 * @param prepare - makes the work for an input of a size; not measured
 */
export function growth(prepare: (size: number) => () => unknown, size: number): number {
  const [small, large] = [prepare(size), prepare(4 * size)];
  small();
  return Math.max(5, cpuOf(large)) / Math.max(5, cpuOf(small));
}
