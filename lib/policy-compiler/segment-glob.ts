/**
 * A glob over the part of a resource that follows the stage: the verb, then the segments of the path. Written as a
 * list of elements that are joined with `/`:
 * - a literal; `''` only at the end, for a path that ends with a slash (`GET/` is the root);
 * - `*` before the end: one segment or more, since `*` crosses `/` (an empty one would mean `//`, which is refused);
 * - `?*` at the end: at least one character, then anything;
 * - `*` at the end: anything, nothing included.
 */
export type GlobElements = readonly string[];

/**
 * A glob made ready to be run, one segment at a time, over many paths at once. A state is a set of positions, one bit
 * each: bit i = the elements before i have been consumed.
 */
export interface SegmentGlob {
  readonly elements: GlobElements;
  readonly stars: number;
  /** Positions after a star, which may go on consuming. */
  readonly loops: number;
  readonly literals: ReadonlyMap<string, number>;
  /** Positions in which the glob matches when the path ends here. */
  readonly ends: number;
  /** Positions in which it matches when the path ends here with one more slash. */
  readonly slashEnds: number;
  /** Position after a final star: whatever follows is matched. */
  readonly absorbs: number;
}

/** Bits in a state: longer globs cannot be made. */
export const MAX_ELEMENTS = 30;

/** The state before the first element. */
export const START = 1;

export function isStar(element: string): boolean {
  return element === '*' || element === '?*';
}

export function segmentGlob(elements: GlobElements): SegmentGlob {
  const literals = new Map<string, number>();
  let stars = 0;
  for (const [index, element] of elements.entries()) {
    if (isStar(element)) stars |= 1 << index;
    else literals.set(element, (literals.get(element) ?? 0) | (1 << index));
  }
  const last = elements.at(-1) as string;
  const end = 1 << elements.length;
  const beforeLast = end >> 1;
  return {
    elements,
    stars,
    loops: stars << 1,
    literals,
    ends: end,
    slashEnds: last === '' ? beforeLast : last === '*' ? beforeLast | end : last === '?*' ? end : 0,
    absorbs: isStar(last) ? end : 0,
  };
}

/** The state after a segment that is one of the glob's literals, or after one that is none of them (`null`). */
export function step(glob: SegmentGlob, state: number, segment: string | null): number {
  const literal = segment === null ? 0 : (glob.literals.get(segment) ?? 0);
  return ((state & (glob.stars | literal)) << 1) | (state & glob.loops);
}

/** The literals that would lead on from a state. */
export function nextLiterals(glob: SegmentGlob, state: number): string[] {
  const found: string[] = [];
  for (const [literal, positions] of glob.literals) {
    if ((state & positions) !== 0 && literal !== '') found.push(literal);
  }
  return found;
}

/** Whether every path of `narrow` is one of `wide` too. Sound, not complete: `false` may also mean "not seen". */
export function covers(wide: SegmentGlob, narrow: GlobElements): boolean {
  const last = narrow.length - 1;
  const end = narrow[last] as string;
  let state = START;
  for (let index = 0; index < last && state !== 0; index++) {
    const element = narrow[index] as string;
    // A star stands for any number of segments: only a star that goes on consuming takes them all.
    state = element === '*' ? step(wide, state, null) & wide.loops : step(wide, state, element);
  }
  const slash = (state & wide.slashEnds) !== 0;
  if (end === '') return slash;
  if (!isStar(end)) return (step(wide, state, end) & wide.ends) !== 0;
  return (slash || end === '?*') && (step(wide, state, null) & wide.absorbs) !== 0;
}
