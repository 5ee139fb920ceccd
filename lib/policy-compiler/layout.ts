import { type RememberedSearch, rememberedSearch } from './glob-hits.ts';
import { type Grant, type GrantedParts, mayUseRest, STATUS } from './grant.ts';
import type { GrantSearches } from './grant-searches.ts';
import { closableShape } from './group-openings.ts';
import type { Label } from './labels.ts';
import type { RegroupTerms } from './regroup.ts';
import type { VerbGroup } from './route-automaton.ts';
import { type SegmentGlob, segmentGlob } from './segment-glob.ts';
import type { Settled, SettledGroup } from './settle.ts';
import type { StepBudget } from './step-budget.ts';
import type { CompiledTable } from './table.ts';
import { simplified, type VerbGlob } from './verb-globs.ts';
import { verbSetOf } from './verb-patterns.ts';
import { widener } from './widen.ts';

/** The globs of a document, before they are written as resources. */
export interface Layout {
  readonly allow: readonly VerbGlob[];
  /** Denies without which an Allow would let in too much. */
  readonly required: readonly VerbGlob[];
}

/** One caller's grant, ready to be laid out. */
export interface LayoutTerms extends GrantSearches {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly grant: Grant;
  readonly groups: readonly SettledGroup[];
  readonly budget: StepBudget;
}

export function layoutTerms(
  table: CompiledTable,
  granted: GrantedParts,
  { grant, searches, groups }: Settled,
  budget: StepBudget,
): LayoutTerms {
  return { table, granted, grant, ...searches, groups, budget };
}

/** Lets in as little as can be, and denies only what the routes' own globs open. */
export function narrowLayout(terms: LayoutTerms): Layout {
  const { groups, closed, budget } = terms;
  const allow = groups.flatMap((one) => allowsOf(terms, one, closed));
  return { allow: simplified(allow, budget), required: openingDenies(terms) };
}

/** Denies every closed route that can be denied, so that an Allow may be as wide as it likes there. */
export function wideLayout(terms: LayoutTerms): Layout {
  const { groups, grant, budget } = terms;
  const allow: VerbGlob[] = [];
  const required: VerbGlob[] = [...openingDenies(terms)];
  for (const settled of groups) {
    const { group } = settled;
    const closable = closableIn(terms, group, STATUS.reserved);
    const isClosed = (label: Label) => grant(label) === STATUS.closed && !closable.has(label);
    allow.push(...allowsOf(terms, settled, rememberedSearch(isClosed, budget)));
    required.push(...globsFor(group, [...closable.values()].flat()));
  }
  return { allow: simplified(allow, budget), required: simplified(required, budget) };
}

/** The Denies of what the routes' own globs open. */
export function openingDenies({ groups, budget }: LayoutTerms): readonly VerbGlob[] {
  const denies = groups.flatMap(({ group, denies }) =>
    globsFor(
      group,
      denies.map(({ glob }) => glob),
    ),
  );
  return simplified(denies, budget);
}

/** Denies of closed routes, as far as they touch nothing that the caller may use. */
export function explicitDenies(terms: LayoutTerms): readonly VerbGlob[] {
  const denies = terms.groups.flatMap(({ group }) =>
    globsFor(group, [...closableIn(terms, group, STATUS.reserved).values()].flat()),
  );
  return simplified(denies, terms.budget);
}

/** Terms on which Denies may be made wider: not at the cost of labels from this status on. */
export function denyTerms({ table, from, budget }: LayoutTerms, spare: number): RegroupTerms {
  return {
    groups: table.groups,
    budget,
    costOf: (group, glob) => (from(spare).hits(group.start, glob) ? null : 0),
    use: () => undefined,
  };
}

/** The Allows of a group, as wide as they can be without touching what is to be avoided. */
function allowsOf(
  { table, granted }: LayoutTerms,
  { group, allowed }: SettledGroup,
  avoided: RememberedSearch,
): readonly VerbGlob[] {
  const widest = widener(group, avoided);
  const own = allowed.flatMap((route) => table.ownOf(route).map(widest));
  const all = segmentGlob(['*']);
  return globsFor(group, mayUseRest(granted) && !avoided.hits(group.start, all) ? [all] : own);
}

/** The closed labels of a group that can be denied without touching labels from this status on, with their globs. */
function closableIn(
  { table, granted, grant, from }: LayoutTerms,
  group: VerbGroup,
  spare: number,
): ReadonlyMap<Label, readonly SegmentGlob[]> {
  const found = new Map<Label, readonly SegmentGlob[]>();
  for (const label of group.labels) {
    if (grant(label) !== STATUS.closed) continue;
    const shape = closableShape(table, granted, group, label, from(spare));
    if (shape !== null) found.set(label, shape);
  }
  return found;
}

export function globsFor({ verbs }: VerbGroup, globs: readonly SegmentGlob[]): readonly VerbGlob[] {
  return globs.map((glob) => ({ glob, verbs: verbSetOf(verbs) }));
}
