import { hitsSome, type LabelSearch } from './glob-hits.ts';
import type { VerbGroup } from './route-automaton.ts';
import { type GlobElements, isStar, type SegmentGlob, segmentGlob } from './segment-glob.ts';

/** Finds, for globs of one group of verbs, the widest glob that touches nothing that is to be avoided. */
export function widener(group: VerbGroup, avoided: LabelSearch): (glob: SegmentGlob) => SegmentGlob {
  const known = new Map<string, SegmentGlob | null>();
  const judged = (elements: GlobElements) => {
    const text = elements.join('/');
    const before = known.get(text);
    if (before !== undefined) return before;
    const glob = segmentGlob(elements);
    const result = hitsSome(group.start, glob, avoided) ? null : glob;
    known.set(text, result);
    return result;
  };
  return (glob) => {
    for (const wider of widerThan(glob.elements)) {
      const found = judged(wider);
      if (found !== null) return found;
    }
    return glob;
  };
}

/** Globs for all that begins like the given one, the widest first: `*`, `users*`, `users/*`, `users/*` + `/posts*`. */
function* widerThan(elements: GlobElements): Generator<GlobElements> {
  for (const [index, element] of elements.entries()) {
    const before = elements.slice(0, index);
    yield [...before, '*'];
    // `?*` takes no empty end, as a final slash and a greedy parameter do.
    const mayBeEmpty = index === elements.length - 1 && (element === '' || element === '*');
    if (index > 0 && !mayBeEmpty) yield [...before, '?*'];
    if (!isStar(element)) yield [...before, `${element}*`];
  }
}
