import { hitsSome, type LabelSearch, rememberedSearch } from './glob-hits.ts';
import type { Label } from './labels.ts';
import type { VerbGroup } from './route-automaton.ts';
import { covers, type GlobElements, isStar, type SegmentGlob, segmentGlob } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/**
 * The widest Allows that open no label of `closed`: for each granted route its shortest prefix below which there is
 * none. Undeclared paths, which are granted here, are let in along with it.
 */
export function openPrefixes(
  group: VerbGroup,
  granted: readonly SegmentGlob[],
  closed: ReadonlySet<Label>,
  budget: StepBudget,
): readonly SegmentGlob[] {
  if (closed.size === 0) return [segmentGlob(['*'])];
  const search = rememberedSearch((label) => closed.has(label), budget);
  const opensNone = memoised((below) => !hitsSome(group.start, below, search));
  return granted.map((glob) => shortestBelow(glob, opensNone) ?? glob);
}

/**
 * Replaces globs that share a prefix by one glob for all that is below the prefix, where that touches nothing that is
 * kept.
 *
 * @param open - whether undeclared paths are granted. A prefix must then contain a literal, so that a Deny does not take
 *   them all
 */
export function mergeSiblings(
  group: VerbGroup,
  globs: readonly SegmentGlob[],
  open: boolean,
  kept: LabelSearch,
): readonly SegmentGlob[] {
  const isNarrow = ({ elements }: SegmentGlob) => !open || !elements.every(isStar);
  const isSafe = memoised((below) => isNarrow(below) && !hitsSome(group.start, below, kept));
  const uses = new Map<SegmentGlob, number>();
  const wider = globs.map((glob) => shortestBelow(glob, isSafe));
  for (const below of wider) if (below !== undefined) uses.set(below, (uses.get(below) ?? 0) + 1);
  return globs.map((glob, index) => {
    const below = wider[index];
    return below !== undefined && (uses.get(below) ?? 0) > 1 ? below : glob;
  });
}

type Judged = (prefix: GlobElements) => SegmentGlob | undefined;

/** Judges the glob for all that is below a prefix, once for each prefix. Returns the same glob each time if it passed. */
function memoised(passes: (below: SegmentGlob) => boolean): Judged {
  const known = new Map<string, SegmentGlob | undefined>();
  return (prefix) => {
    const text = prefix.join('/');
    if (!known.has(text)) {
      const below = segmentGlob([...prefix, '*']);
      known.set(text, passes(below) ? below : undefined);
    }
    return known.get(text);
  };
}

function shortestBelow(glob: SegmentGlob, judged: Judged): SegmentGlob | undefined {
  for (let length = 0; length < glob.elements.length; length++) {
    const below = judged(glob.elements.slice(0, length));
    if (below !== undefined) return below;
  }
  return undefined;
}

/** Shuts all that is deeper than the deepest granted route, if none of the granted routes is greedy. */
export function depthGuard(granted: readonly SegmentGlob[]): SegmentGlob[] {
  if (granted.some((glob) => glob.elements.at(-1) === '*')) return [];
  const deepest = Math.max(...granted.map((glob) => glob.elements.length));
  return [segmentGlob(new Array<string>(deepest + 1).fill('*'))];
}

/** Shuts every path with a final slash at once, if none of them is granted by its route. */
export function slashGuard(group: VerbGroup, kept: LabelSearch): readonly SegmentGlob[] {
  const guard = segmentGlob(['*', '']);
  return hitsSome(group.start, guard, kept) ? [] : [guard];
}

/** Drops every glob that another one covers. */
export function withoutCovered(globs: readonly SegmentGlob[], budget: StepBudget): readonly SegmentGlob[] {
  const byText = new Map(globs.map((glob) => [glob.elements.join('/'), glob]));
  const wide = new Set([...byText.values()].filter((glob) => glob.absorbs !== 0));
  const isCovered = (glob: SegmentGlob) => {
    budget.take(wide.size);
    for (const other of wide) if (other !== glob && covers(other, glob.elements)) return true;
    return false;
  };
  return [...byText.values()].filter((glob) => {
    if (!isCovered(glob)) return true;
    wide.delete(glob);
    return false;
  });
}
