/** Pseudo-random numbers from 0 to 1; the seed determines the sequence (mulberry32, by Tommy Ettinger, public domain). */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Time until the next event of a memoryless process with the given mean interval. */
export function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random());
}
