import { type LabelSearch, rememberedSearch, someRouteHit } from './glob-hits.ts';
import type { VerbGroup } from './route-automaton.ts';
import { covers, type GlobElements, isStar, type SegmentGlob, segmentGlob } from './segment-glob.ts';
import { takeSteps } from './step-budget.ts';

/**
 * The widest Allows that open no route of `closed`: for each granted route the shortest prefix below which there is
 * none. Undeclared paths, which are granted here, get in along with it.
 */
export function openPrefixes(
  group: VerbGroup,
  granted: readonly SegmentGlob[],
  closed: ReadonlySet<number>,
): readonly SegmentGlob[] {
  if (closed.size === 0) return [segmentGlob(['*'])];
  const search = rememberedSearch((label) => closed.has(label));
  const opensNone = memoised((below) => !someRouteHit(group.start, below, search));
  return granted.map((glob) => shortestBelow(glob, opensNone) ?? glob);
}

/**
 * Globs that lie side by side as one glob for all that is below their common prefix, where that touches nothing
 * that is to be kept.
 *
 * @param open - undeclared paths are granted, so that a prefix must have a literal at least: not all of them be lost
 */
export function mergeSiblings(
  group: VerbGroup,
  globs: readonly SegmentGlob[],
  open: boolean,
  kept: LabelSearch,
): readonly SegmentGlob[] {
  const isNarrow = ({ elements }: SegmentGlob) => !open || !elements.every(isStar);
  const isSafe = memoised((below) => isNarrow(below) && !someRouteHit(group.start, below, kept));
  const uses = new Map<SegmentGlob, number>();
  const wider = globs.map((glob) => {
    const below = shortestBelow(glob, isSafe);
    if (below !== undefined) uses.set(below, (uses.get(below) ?? 0) + 1);
    return below;
  });
  return globs.map((glob, index) => {
    const below = wider[index];
    return below !== undefined && (uses.get(below) as number) > 1 ? below : glob;
  });
}

type Judged = (prefix: GlobElements) => SegmentGlob | undefined;

/** Judges the glob for all that is below a prefix, once for each prefix; the same glob each time, if it passed. */
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

/** Shuts all that is deeper than the deepest granted route, when none of them is greedy. */
export function depthGuard(granted: readonly SegmentGlob[]): SegmentGlob[] {
  if (granted.some((glob) => glob.elements.at(-1) === '*')) return [];
  const deepest = Math.max(...granted.map((glob) => glob.elements.length));
  return [segmentGlob(new Array<string>(deepest + 1).fill('*'))];
}

/** Shuts every path with a final slash at once, when none of them is granted by its route. */
export function slashGuard(group: VerbGroup, kept: LabelSearch): readonly SegmentGlob[] {
  const guard = segmentGlob(['*', '']);
  return someRouteHit(group.start, guard, kept) ? [] : [guard];
}

/** Drops every glob that another one covers. */
export function withoutCovered(globs: readonly SegmentGlob[]): readonly SegmentGlob[] {
  const byText = new Map(globs.map((glob) => [glob.elements.join('/'), glob]));
  const wide = new Set([...byText.values()].filter((glob) => glob.absorbs !== 0));
  const kept: SegmentGlob[] = [];
  for (const glob of byText.values()) {
    takeSteps(wide.size);
    let covered = false;
    for (const other of wide) {
      covered ||= other !== glob && covers(other, glob.elements);
      if (covered) break;
    }
    if (covered) wide.delete(glob);
    else kept.push(glob);
  }
  return kept;
}
