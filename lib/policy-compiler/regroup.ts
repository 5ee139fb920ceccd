import type { VerbGroup } from './route-automaton.ts';
import { type GlobElements, isStar, type SegmentGlob, segmentGlob } from './segment-glob.ts';
import { type Option, Standing } from './standing.ts';
import type { StepBudget } from './step-budget.ts';
import type { VerbGlob } from './verb-globs.ts';
import { sizeOf } from './verb-patterns.ts';

/** What regrouping must respect. */
export interface RegroupTerms {
  readonly groups: readonly VerbGroup[];
  /** What it costs in characters to use the glob for a group of verbs; `null` if it must not be used, or beyond the limit. */
  costOf(group: VerbGroup, glob: SegmentGlob, limit: number): number | null;
  /** The glob is used for the group from now on. */
  use(group: VerbGroup, glob: SegmentGlob): void;
  readonly budget: StepBudget;
}

/** A glob that could stand for several others. */
interface Candidate {
  readonly glob: SegmentGlob;
  /** Indexes of the globs that it covers. */
  readonly members: readonly number[];
}

/** Replaces globs that begin alike by one wider glob where that takes fewer characters; the longest beginnings first. */
export function regroupBeginnings(globs: readonly VerbGlob[], terms: RegroupTerms): readonly VerbGlob[] {
  const candidates = candidatesFor(globs, beginnings);
  const lengthOf = ({ glob }: Candidate) => glob.elements.length * 1000 + glob.text.length;
  candidates.sort((one, other) => lengthOf(other) - lengthOf(one));
  return regrouped(globs, candidates, terms);
}

/** Replaces globs that have any part in common by one wider glob where that takes fewer characters. */
export function regroupAll(globs: readonly VerbGlob[], terms: RegroupTerms): readonly VerbGlob[] {
  const candidates = candidatesFor(globs, allWider).filter(({ members }) => members.length > 1);
  const size = ({ glob, verbs }: VerbGlob) => sizeOf(glob.text, verbs);
  const savings = new Map(
    candidates.map((one) => {
      const own = one.members.reduce((sum, member) => sum + size(globs[member] as VerbGlob), 0);
      return [one, own - sizeOf(one.glob.text, 1)];
    }),
  );
  candidates.sort((one, other) => (savings.get(other) as number) - (savings.get(one) as number));
  return regrouped(globs, candidates, terms);
}

/** Uses each candidate for those groups of verbs for which it saves most. */
function regrouped(
  globs: readonly VerbGlob[],
  candidates: readonly Candidate[],
  terms: RegroupTerms,
): readonly VerbGlob[] {
  const { groups, budget } = terms;
  const standing = new Standing(globs, groups);
  for (const { glob, members } of candidates) {
    budget.take(1 + members.length);
    const options = groups.flatMap((group, index): Option[] => {
      const replaced = standing.replacedBy(glob, members, index);
      if (replaced.size === 0) return [];
      const cost = terms.costOf(group, glob, standing.sizeOfAll(replaced));
      return cost === null ? [] : [{ index, replaced, cost }];
    });
    for (const { index, replaced } of bestOf(standing, options, glob)) {
      terms.use(groups[index] as VerbGroup, glob);
      standing.replace(glob, members, index, replaced);
    }
  }
  return standing.globs();
}

/** The cheapest options, as many as save most together. */
function bestOf(standing: Standing, options: readonly Option[], glob: SegmentGlob): readonly Option[] {
  const sorted = options.toSorted((one, other) => one.cost - other.cost);
  let best = { saved: 0, count: 0 };
  for (let count = 1; count <= sorted.length; count++) {
    const saved = standing.savingOf(sorted.slice(0, count), glob);
    if (saved > best.saved) best = { saved, count };
  }
  return sorted.slice(0, best.count);
}

function candidatesFor(
  globs: readonly VerbGlob[],
  widerThan: (elements: GlobElements) => Iterable<GlobElements>,
): Candidate[] {
  const byText = new Map<string, { elements: GlobElements; members: number[] }>();
  for (const [index, { glob }] of globs.entries()) {
    for (const elements of widerThan(glob.elements)) {
      const text = elements.join('/');
      const known = byText.get(text);
      if (known === undefined) byText.set(text, { elements, members: [index] });
      else if (known.members.at(-1) !== index) known.members.push(index);
    }
  }
  return [...byText.values()].map(({ elements, members }) => ({ glob: segmentGlob(elements), members }));
}

/** Globs for all that begins like the given one: `*`, `users*`, `users/*`. */
function* beginnings(elements: GlobElements): Generator<GlobElements> {
  for (const [index, element] of elements.entries()) {
    const before = elements.slice(0, index);
    yield [...before, '*'];
    if (!isStar(element)) yield [...before, `${element}*`];
  }
}

/** Globs that begin or end like the given one, or hold one of its literals. */
function* allWider(elements: GlobElements): Generator<GlobElements> {
  yield* beginnings(elements);
  const last = elements.length - 1;
  for (const [index, element] of elements.entries()) {
    if (isStar(element) || index === 0) continue;
    yield ['*', ...elements.slice(index)];
    if (element === '') continue;
    if (!element.endsWith('*')) yield ['*', `${element}*`];
    if (index < last) yield ['*', element, '*'];
  }
}
