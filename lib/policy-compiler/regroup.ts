import type { VerbGroup } from './route-automaton.ts';
import { type GlobElements, isStar, type SegmentGlob, segmentGlob } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';
import type { VerbGlob } from './verb-globs.ts';
import { patternsFor, type VerbSet, verbSetOf } from './verb-patterns.ts';

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

/** A group of verbs for which a candidate may be used. */
interface Option {
  readonly group: VerbGroup;
  readonly index: number;
  /** Texts of the entries that it would replace. */
  readonly replaced: ReadonlySet<string>;
  readonly cost: number;
}

interface Entry {
  readonly glob: SegmentGlob;
  verbs: VerbSet;
  /** By group: how many globs it stands for. */
  readonly counts: number[];
}

function regrouped(
  globs: readonly VerbGlob[],
  candidates: readonly Candidate[],
  terms: RegroupTerms,
): readonly VerbGlob[] {
  const { groups, budget } = terms;
  const sets = groups.map(({ verbs }) => verbSetOf(verbs));
  const entries = new Map<string, Entry>();
  const entryFor = (glob: SegmentGlob): Entry => {
    const entry = entries.get(glob.text) ?? { glob, verbs: 0, counts: groups.map(() => 0) };
    entries.set(glob.text, entry);
    return entry;
  };
  const assign = (row: (Entry | null)[], index: number, entry: Entry) => {
    const before = row[index];
    if (before != null) {
      before.counts[index] = (before.counts[index] as number) - 1;
      if (before.counts[index] === 0) before.verbs &= ~(sets[index] as VerbSet);
    }
    row[index] = entry;
    entry.counts[index] = (entry.counts[index] as number) + 1;
    entry.verbs |= sets[index] as VerbSet;
  };
  /** By glob and group: the entry that stands for it. */
  const standing = globs.map(({ glob, verbs }) => {
    const row: (Entry | null)[] = groups.map(() => null);
    for (const [index, set] of sets.entries()) if ((set & verbs) !== 0) assign(row, index, entryFor(glob));
    return row;
  });
  const optionFor = ({ glob, members }: Candidate, group: VerbGroup, index: number): Option | null => {
    const counts = new Map<Entry, number>();
    for (const member of members) {
      const entry = standing[member]?.[index];
      if (entry != null) counts.set(entry, (counts.get(entry) ?? 0) + 1);
    }
    const replaced = new Set<string>();
    for (const [entry, count] of counts) {
      if (entry.glob.text !== glob.text && entry.counts[index] === count) replaced.add(entry.glob.text);
    }
    if (replaced.size === 0) return null;
    let limit = 0;
    for (const text of replaced) limit += sizeOf(text, entries.get(text)?.verbs ?? 0);
    const cost = terms.costOf(group, glob, limit);
    return cost === null ? null : { group, index, replaced, cost };
  };
  const savingOf = (options: readonly Option[], glob: SegmentGlob): number => {
    const lost = new Map<string, VerbSet>();
    let saved = 0;
    let added: VerbSet = 0;
    for (const { index, replaced, cost } of options) {
      saved -= cost;
      added |= sets[index] as VerbSet;
      for (const text of replaced) lost.set(text, (lost.get(text) ?? 0) | (sets[index] as VerbSet));
    }
    for (const [text, verbs] of lost) {
      const before = entries.get(text)?.verbs ?? 0;
      saved += sizeOf(text, before) - sizeOf(text, before & ~verbs);
    }
    const before = entries.get(glob.text)?.verbs ?? 0;
    return saved + sizeOf(glob.text, before) - sizeOf(glob.text, before | added);
  };
  for (const candidate of candidates) {
    const { glob, members } = candidate;
    budget.take(1 + members.length);
    const options = groups.flatMap((group, index) => optionFor(candidate, group, index) ?? []);
    options.sort((one, other) => one.cost - other.cost);
    let best = { saved: 0, count: 0 };
    for (let count = 1; count <= options.length; count++) {
      const saved = savingOf(options.slice(0, count), glob);
      if (saved > best.saved) best = { saved, count };
    }
    for (const { index, group, replaced } of options.slice(0, best.count)) {
      terms.use(group, glob);
      for (const member of members) {
        const row = standing[member] as (Entry | null)[];
        const entry = row[index];
        if (entry != null && replaced.has(entry.glob.text)) assign(row, index, entryFor(glob));
      }
    }
  }
  return [...entries.values()].filter(({ verbs }) => verbs !== 0);
}

/** Characters that a resource has besides its verb and its path, in the short form. */
export const OVERHEAD = 43;

/** Numbers of characters of the verbs and their slashes, by set of verbs, as far as they were needed. */
const verbLengths: (readonly number[] | undefined)[] = [];

function verbLengthsOf(verbs: VerbSet): readonly number[] {
  verbLengths[verbs] ??= patternsFor(verbs, () => false).map(({ text }) => text.length + 1);
  return verbLengths[verbs];
}

/** The characters of a glob's resources. */
export function sizeOf(text: string, verbs: VerbSet): number {
  let size = 0;
  for (const length of verbLengthsOf(verbs)) size += length + text.length + OVERHEAD;
  return size;
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
    if (element !== '' && !isStar(element)) yield [...before, `${element}*`];
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
