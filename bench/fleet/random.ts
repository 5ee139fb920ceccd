/** A number from 0 to 1, the next of a sequence that the seed settles (mulberry32, by Tommy Ettinger, public domain). */
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

/** How long until the next of events that come without memory, so many apart in the mean. */
export function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random());
}
