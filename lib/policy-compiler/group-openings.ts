import { labelsHit, type RememberedSearch, rememberedSearch } from './glob-hits.ts';
import { type Grant, type GrantedParts, STATUS } from './grant.ts';
import type { GrantSearches } from './grant-searches.ts';
import type { Label } from './labels.ts';
import { findOpenings, type Opening } from './openings.ts';
import { nextState, type PathState, type VerbGroup } from './route-automaton.ts';
import { isStar, type SegmentGlob, START, step } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';
import type { CompiledTable } from './table.ts';

/** A Deny of what Allows open. */
export interface OpeningDeny {
  readonly glob: SegmentGlob;
  /** The routes whose Allows make it needed. */
  readonly openers: readonly number[];
}

export type Stuck = Opening & { readonly kind: 'stuck' };

/** An opening that nothing shuts, and the routes whose Allows open it. */
export interface StuckRoutes {
  readonly opening: Stuck;
  readonly openers: readonly number[];
}

/** What the own globs of some routes open against a grant. */
export interface GroupOpenings {
  readonly denies: readonly OpeningDeny[];
  readonly stuck: readonly StuckRoutes[];
}

/** One group of verbs of one caller. */
export interface GroupTerms {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly grant: Grant;
  readonly group: VerbGroup;
  readonly searches: GrantSearches;
  readonly budget: StepBudget;
  /** Whether the first opening that nothing shuts is all that is wanted. */
  readonly untilStuck: boolean;
}

/** A closed route that some Allows open, and that has no Deny of its own: it would touch what is kept. */
interface Exposed {
  /** Index of the route; `null` for undeclared paths. */
  readonly denied: number | null;
  readonly labels: Set<Label>;
  readonly openers: Set<number>;
}

/** The closed labels that own globs of routes hit, each with these routes. */
export type Opened = ReadonlyMap<Label, readonly number[]>;

/** Finds the Denies that shut what own globs of routes open. */
export function groupOpenings(terms: GroupTerms, opened: Opened): GroupOpenings {
  const denies: OpeningDeny[] = [];
  const exposed = new Map<number | null, Exposed>();
  for (const [label, openers] of opened) {
    const shape = leastHarmful(terms, label);
    if (shape === null) expose(terms, exposed, label, openers);
    else for (const glob of shape) denies.push({ glob, openers });
  }
  const stuck: StuckRoutes[] = [];
  for (const { openers: all, ...one } of exposed.values()) {
    const openers = one.denied === null ? shutLonger(terms, all, denies) : all;
    if (openers.size === 0) continue;
    const { openings, routesOf } = openingsOf(terms, denies, { ...one, openers });
    for (const opening of openings) {
      const openers = routesOf(opening.openers);
      if (opening.kind === 'stuck') stuck.push({ opening, openers });
      else denies.push({ glob: opening.deny, openers });
    }
  }
  return { denies, stuck };
}

/** What the own globs of the routes open. */
export function openedBy({ table, grant, group, budget }: GroupTerms, allowed: readonly number[]): Opened {
  const opened = new Map<Label, number[]>();
  for (const route of allowed) {
    for (const label of table.hits(group, route, budget)) {
      if (grant(label) !== STATUS.closed) continue;
      const openers = opened.get(label);
      if (openers === undefined) opened.set(label, [route]);
      else openers.push(route);
    }
  }
  return opened;
}

/** The labels among some that own globs of granted routes open. */
export function openedAmong(
  { table, granted, grant, group, budget }: GroupTerms,
  labels: Iterable<Label>,
): Opened {
  const opened = new Map<Label, readonly number[]>();
  for (const label of labels) {
    if (!group.labels.has(label) || grant(label) !== STATUS.closed) continue;
    budget.take(1);
    const openers = table.openersOf(group, label, budget).filter((route) => Boolean(granted.routes[route]));
    if (openers.length > 0) opened.set(label, openers);
  }
  return opened;
}

/**
 * Shuts the undeclared paths that own globs of routes open: all of them are longer than the paths of the route. That takes
 * one Deny for each star, where going through the table takes one for each shape of path.
 *
 * @param denies - gets the Denies
 * @returns the routes whose longer paths cannot be shut without touching what is kept
 */
function shutLonger(
  { table, group, searches }: GroupTerms,
  openers: ReadonlySet<number>,
  denies: OpeningDeny[],
): Set<number> {
  const kept = searches.from(STATUS.kept);
  const left = new Set<number>();
  for (const route of openers) {
    const longer = table.longerOf(route);
    if (longer === null || longer.some((glob) => kept.hits(group.start, glob))) left.add(route);
    else for (const glob of longer) denies.push({ glob, openers: [route] });
  }
  return left;
}

function expose(
  { table, granted }: GroupTerms,
  exposed: Map<number | null, Exposed>,
  label: Label,
  openers: readonly number[],
): void {
  const denied = table.routesOf(label).find((route) => !granted.routes[route]) ?? null;
  const one = exposed.get(denied) ?? { denied, labels: new Set(), openers: new Set() };
  exposed.set(denied, one);
  one.labels.add(label);
  for (const route of openers) one.openers.add(route);
}

/** The openings of one closed route, or of undeclared paths. */
function openingsOf(
  terms: GroupTerms,
  denies: readonly OpeningDeny[],
  exposed: Exposed,
): { readonly openings: readonly Opening[]; readonly routesOf: (globs: readonly SegmentGlob[]) => number[] } {
  const { table, group, searches, budget, untilStuck } = terms;
  const kept = searches.from(STATUS.kept);
  const { labels } = exposed;
  const routeOf = new Map(
    [...exposed.openers].flatMap((route) => table.ownOf(route).map((glob) => [glob, route] as const)),
  );
  const routesOf = (globs: readonly SegmentGlob[]) => [
    ...new Set(globs.map((glob) => routeOf.get(glob) as number)),
  ];
  const allow = [...routeOf.keys()];
  const usual = usualOpening(terms, exposed, allow);
  if (usual !== null) return { openings: [usual], routesOf };
  const { below } = rememberedSearch((label) => labels.has(label), budget);
  const closed = (label: Label) => labels.has(label);
  const deny = denies.map(({ glob }) => glob);
  return {
    openings: findOpenings({ group, closed, below, budget, kept, allow, deny, untilStuck }),
    routesOf,
  };
}

/**
 * The opening of a route whose usual paths are open: those whose parameters spell no literal. Nothing but the route's own
 * globs denies them, and those touch what is kept.
 */
function usualOpening(
  { table, group, searches }: GroupTerms,
  { denied, labels }: Exposed,
  allow: readonly SegmentGlob[],
): Stuck | null {
  if (denied === null) return null;
  for (const glob of table.ownOf(denied)) {
    // Few routes end with a star or a slash: what they open is found without this, only later.
    if (['*', ''].includes(glob.elements.at(-1) as string)) continue;
    const at = usualEnd(group.start, glob);
    if (!labels.has(at)) continue;
    const openers = allow.filter((one) => matchesUsual(one, glob));
    const touched = labelsHit(group.start, [glob], searches.from(STATUS.kept));
    // What opens the label may do so on other paths than the usual one only.
    if (openers.length > 0 && touched.size > 0)
      return { kind: 'stuck', deny: glob, openers, denied: at, kept: [...touched] };
  }
  return null;
}

/** The label of the glob's usual path: its stars stand for one segment each that is no literal. */
function usualEnd(start: PathState, { elements }: SegmentGlob): Label {
  let state = start;
  for (const element of elements) state = nextState(state, isStar(element) ? null : element);
  return state.end as Label;
}

function matchesUsual(glob: SegmentGlob, { elements }: SegmentGlob): boolean {
  let state = START;
  for (const element of elements) state = step(glob, state, isStar(element) ? null : element);
  return (state & glob.ends) !== 0;
}

/** Globs for all paths of a closed label that touch nothing that is kept, and no reserved value if there are such globs. */
function leastHarmful(
  { table, granted, group, searches }: GroupTerms,
  label: Label,
): readonly SegmentGlob[] | null {
  const without = (status: number) => closableShape(table, granted, group, label, searches.from(status));
  return without(STATUS.reserved) ?? without(STATUS.kept);
}

/** Globs for all paths of a closed label that touch nothing to be kept; `null` if there are none as plain as that. */
export function closableShape(
  table: CompiledTable,
  granted: GrantedParts,
  group: VerbGroup,
  label: Label,
  kept: RememberedSearch,
): readonly SegmentGlob[] | null {
  for (const route of table.routesOf(label)) {
    if (granted.routes[route]) continue;
    const shape = table.shapeOf(label, route);
    if (!shape.some((glob) => kept.hits(group.start, glob))) return shape;
  }
  return null;
}
