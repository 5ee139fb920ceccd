import { covers, type SegmentGlob } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';
import type { VerbSet } from './verb-patterns.ts';

/** A glob over paths, for a set of verbs. */
export interface VerbGlob {
  readonly glob: SegmentGlob;
  readonly verbs: VerbSet;
}

/** Joins the verbs of equal globs, and drops every glob that another one covers. */
export function simplified(globs: readonly VerbGlob[], budget: StepBudget): readonly VerbGlob[] {
  const byText = new Map<string, VerbGlob>();
  for (const one of globs) {
    const known = byText.get(one.glob.text);
    byText.set(one.glob.text, known === undefined ? one : { ...known, verbs: known.verbs | one.verbs });
  }
  const wide = new Set([...byText.values()].filter(({ glob }) => glob.absorbs !== 0));
  const isCovered = (one: VerbGlob) => {
    budget.take(1 + wide.size);
    for (const other of wide) {
      const isOther = other !== one && (one.verbs & ~other.verbs) === 0;
      if (isOther && covers(other.glob, one.glob.elements)) return true;
    }
    return false;
  };
  return [...byText.values()].filter((one) => {
    if (!isCovered(one)) return true;
    wide.delete(one);
    return false;
  });
}
