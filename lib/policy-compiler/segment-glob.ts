/**
 * A glob over the part of a resource that follows the verb: the segments of the path. Written as a list of elements that
 * are joined with `/`:
 * - a literal; `''` only at the end, for a path that ends with a slash (`GET/` is the root);
 * - `*` before the end: one segment or more, since `*` crosses `/` (an empty one would mean `//`, which is refused);
 * - `?*` at the end: at least one character, then anything;
 * - `*` at the end: anything, nothing included;
 * - a text and a `*` at the end, `users*`: a segment that begins with the text, then anything.
 */
export type GlobElements = readonly string[];

/**
 * A glob made ready to be run, one segment at a time, over many paths at once. A state is a set of positions, one bit
 * each: bit i = the elements before i have been consumed.
 */
export interface SegmentGlob {
  readonly elements: GlobElements;
  /** The elements as they are written. */
  readonly text: string;
  readonly stars: number;
  /** Positions that may go on consuming. */
  readonly loops: number;
  readonly literals: ReadonlyMap<string, number>;
  /** What the last segment must begin with, and the position before it; `null` for globs that do not end like this. */
  readonly prefix: { readonly text: string; readonly position: number } | null;
  /** Positions in which the glob matches when the path ends here. */
  readonly ends: number;
  /** Positions in which it matches when the path ends here with one more slash. */
  readonly slashEnds: number;
  /** Position from which whatever follows is matched. */
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
  const last = elements.at(-1) as string;
  const end = 1 << elements.length;
  const beforeLast = end >> 1;
  const isPrefix = last.endsWith('*') && !isStar(last);
  let stars = 0;
  for (const [index, element] of elements.entries()) {
    const position = 1 << index;
    if (isStar(element)) stars |= position;
    else if (!isPrefix || position !== beforeLast) {
      literals.set(element, (literals.get(element) ?? 0) | position);
    }
  }
  const isOpen = isPrefix || isStar(last);
  return {
    elements,
    text: elements.join('/'),
    stars,
    loops: (stars << 1) | (isPrefix ? end : 0),
    literals,
    prefix: isPrefix ? { text: last.slice(0, -1), position: beforeLast } : null,
    ends: end,
    slashEnds: last === '' ? beforeLast : last === '*' ? beforeLast | end : isOpen ? end : 0,
    absorbs: isOpen ? end : 0,
  };
}

/** The state after a segment; `null` stands for one that is no literal of the glob and begins like none. */
export function step(glob: SegmentGlob, state: number, segment: string | null): number {
  const literal = segment === null ? 0 : (glob.literals.get(segment) ?? 0);
  const next = ((state & (glob.stars | literal)) << 1) | (state & glob.loops);
  const { prefix } = glob;
  if (prefix === null || segment === null || (state & prefix.position) === 0) return next;
  return segment.startsWith(prefix.text) ? next | glob.ends : next;
}

/** The literals that a glob tells apart from other segments in a state. */
export function nextSegments({ literals }: SegmentGlob, state: number): string[] {
  const found: string[] = [];
  for (const [literal, positions] of literals) {
    if ((state & positions) !== 0 && literal !== '') found.push(literal);
  }
  return found;
}

/** Whether the glob can go on with a segment that it does not name. */
export function takesOthers({ stars, loops, prefix }: SegmentGlob, state: number): boolean {
  return (state & (stars | loops | (prefix?.position ?? 0))) !== 0;
}

/** Whether every path of `narrow` is one of `wide` too. Sound, not complete: `false` may also mean "not seen". */
export function covers(wide: SegmentGlob, narrow: GlobElements): boolean {
  const last = narrow.length - 1;
  const end = narrow[last] as string;
  let state = START;
  // No literal holds a star: only a star takes one, which goes on consuming, or a beginning that is at most as long.
  for (let index = 0; index < last && state !== 0; index++)
    state = step(wide, state, narrow[index] as string);
  const slash = (state & wide.slashEnds) !== 0;
  if (end === '') return slash;
  return (slash || end !== '*') && (step(wide, state, end) & wide.ends) !== 0;
}

/** Whether every path of one glob is one of the other too, as far as {@link covers} sees. */
export function isWithin(narrow: SegmentGlob, wide: SegmentGlob): boolean {
  return narrow.text === wide.text || covers(wide, narrow.elements);
}
