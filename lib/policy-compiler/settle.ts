import { hitsSome, type LabelSearch, rememberedSearch } from './glob-hits.ts';
import { type Grant, type GrantedParts, grantOf, isKept, STATUS } from './grant.ts';
import type { Label } from './labels.ts';
import { findOpenings, keptIn, type Opening } from './openings.ts';
import { nextState, type PathState, slashLabel, type VerbGroup } from './route-automaton.ts';
import { covers, isStar, type SegmentGlob, START, step } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';
import type { CompiledTable } from './table.ts';

/** Three routes that no document serves together, by index. `denied` is `null` for undeclared paths. */
export interface Obstacle {
  readonly opens: number;
  readonly denied: number | null;
  readonly shuts: number;
}

/** A grant whose routes one document can serve. */
export interface Settled {
  readonly grant: Grant;
  /** Granted routes that the document allows in part or not at all. */
  readonly leftOut: ReadonlySet<number>;
  readonly groups: readonly SettledGroup[];
  /** The first obstacle that was met. */
  readonly obstacle: Obstacle | null;
}

export interface SettledGroup {
  readonly group: VerbGroup;
  /** The routes that get an Allow. */
  readonly allowed: readonly number[];
  /** Denies of what their own globs open against the grant. */
  readonly denies: readonly OpeningDeny[];
}

export interface OpeningDeny {
  readonly glob: SegmentGlob;
  /** The routes whose Allows make it needed. */
  readonly openers: readonly number[];
}

/** How much it matters that a document covers a route. */
export type Weights = (route: number) => number;

type Stuck = Opening & { readonly kind: 'stuck' };

/** What settling one caller's grant is about. */
interface Settling {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly weights: Weights;
  readonly budget: StepBudget;
  readonly leftOut: Set<number>;
  /** Routes that get no Allow, by group. */
  readonly unopened: ReadonlyMap<VerbGroup, Set<number>>;
  obstacle: Obstacle | null;
  /** Whether the first obstacle is all that is wanted. */
  readonly untilStuck: boolean;
}

/** Rounds of giving up routes. More than two are needed in contrived tables only. */
const MAX_ROUNDS = 8;

/**
 * Leaves out as few and as unimportant routes as needed. At an obstacle a Deny must shut what some routes open, and shuts
 * other routes too: one side or the other is left out.
 *
 * @returns `null` if there are still obstacles after all rounds
 */
export function settle(
  table: CompiledTable,
  granted: GrantedParts,
  weights: Weights,
  budget: StepBudget,
): Settled | null {
  const settling = newSettling(table, granted, weights, budget, false);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const leftOut = new Set(settling.leftOut);
    const grant = grantOf(table.labels, { ...granted, leftOut });
    const kept = rememberedSearch((label) => isKept(grant, label), budget);
    let stuck = 0;
    const groups = table.groups.map((group) => {
      const found = openingsIn(settling, group, grant, kept);
      for (const one of found.stuck) giveUp(settling, group, one);
      stuck += found.stuck.length;
      return found.settled;
    });
    if (stuck === 0) return { grant, leftOut, groups, obstacle: settling.obstacle };
  }
  return null;
}

/** The first obstacle to a document for the whole grant; `null` if there is none. */
export function findObstacle(
  table: CompiledTable,
  granted: GrantedParts,
  budget: StepBudget,
): Obstacle | null {
  const grant = grantOf(table.labels, granted);
  const kept = rememberedSearch((label) => isKept(grant, label), budget);
  const settling = newSettling(table, granted, () => 1, budget, true);
  for (const group of table.groups) {
    const [first] = openingsIn(settling, group, grant, kept).stuck;
    if (first !== undefined) return obstacleOf(settling, first.opening, first.openers);
  }
  return null;
}

function newSettling(
  table: CompiledTable,
  granted: GrantedParts,
  weights: Weights,
  budget: StepBudget,
  untilStuck: boolean,
): Settling {
  const unopened = new Map(table.groups.map((group) => [group, new Set<number>()]));
  const leftOut = new Set(granted.leftOut);
  return { table, granted, weights, budget, leftOut, unopened, obstacle: null, untilStuck };
}

interface StuckRoutes {
  readonly opening: Stuck;
  readonly openers: readonly number[];
}

/** A closed route that some Allows open, and that has no Deny of its own: it would touch what is kept. */
interface Exposed {
  readonly labels: Set<Label>;
  readonly openers: Set<number>;
}

function openingsIn(
  settling: Settling,
  group: VerbGroup,
  grant: Grant,
  kept: LabelSearch,
): { readonly settled: SettledGroup; readonly stuck: readonly StuckRoutes[] } {
  const { table, granted, budget, unopened } = settling;
  const allowed = group.routes.filter(
    (route) =>
      Boolean(granted.routes[route]) && !granted.leftOut.has(route) && !unopened.get(group)?.has(route),
  );
  const openersOf = new Map<Label, number[]>();
  for (const route of allowed) {
    for (const label of table.hits(group, route, budget)) {
      if (grant[label] !== STATUS.closed) continue;
      const openers = openersOf.get(label);
      if (openers === undefined) openersOf.set(label, [route]);
      else openers.push(route);
    }
  }
  const denies: OpeningDeny[] = [];
  const exposed = new Map<number | null, Exposed>();
  for (const [label, openers] of openersOf) {
    const shape = closableShape(table, granted, group, label, kept);
    if (shape !== null) {
      for (const glob of shape) denies.push({ glob, openers });
      continue;
    }
    const denied = table.labels.landings[label]?.routes.find((route) => !granted.routes[route]) ?? null;
    const one = exposed.get(denied) ?? { labels: new Set(), openers: new Set() };
    exposed.set(denied, one);
    one.labels.add(label);
    for (const route of openers) one.openers.add(route);
  }
  const stuck: StuckRoutes[] = [];
  for (const [denied, one] of exposed) {
    for (const opening of openingsOf(settling, group, kept, denies, denied, one)) {
      if (opening.opening.kind === 'stuck') stuck.push(opening as StuckRoutes);
      else denies.push({ glob: opening.opening.deny, openers: opening.openers });
    }
  }
  return { settled: { group, allowed, denies }, stuck };
}

/** The openings of one closed route, or of undeclared paths (`null`). */
function openingsOf(
  { table, budget, untilStuck }: Settling,
  group: VerbGroup,
  kept: LabelSearch,
  denies: readonly OpeningDeny[],
  denied: number | null,
  { labels, openers }: Exposed,
): readonly { readonly opening: Opening; readonly openers: readonly number[] }[] {
  const routeOf = new Map(
    [...openers].flatMap((route) => table.ownOf(route).map((glob) => [glob, route] as const)),
  );
  const routesOf = (globs: readonly SegmentGlob[]) => [
    ...new Set(globs.map((glob) => routeOf.get(glob) as number)),
  ];
  const usual =
    denied === null ? null : usualOpening(table, group, kept, denied, labels, [...routeOf.keys()]);
  if (usual !== null) return [{ opening: usual, openers: routesOf(usual.openers) }];
  const { below } = rememberedSearch((label) => labels.has(label), budget);
  const openings = findOpenings({
    group,
    closed: (label) => labels.has(label),
    below,
    budget,
    kept,
    allow: [...routeOf.keys()],
    deny: denies.map(({ glob }) => glob),
    untilStuck,
  });
  return openings.map((opening) => ({ opening, openers: routesOf(opening.openers) }));
}

/**
 * The opening of a route whose usual paths are open: those whose parameters spell no literal. Nothing but the route's own
 * globs denies them, and those touch what is kept.
 */
function usualOpening(
  table: CompiledTable,
  group: VerbGroup,
  kept: LabelSearch,
  denied: number,
  labels: ReadonlySet<Label>,
  allow: readonly SegmentGlob[],
): Stuck | null {
  for (const glob of table.ownOf(denied)) {
    if (glob.elements.at(-1) === '*') continue;
    const at = usualEnd(group.start, glob);
    if (!labels.has(at)) continue;
    const openers = allow.filter((one) => matchesUsual(one, glob));
    if (openers.length === 0) continue;
    const touched = keptIn(group, kept, glob);
    if (touched.length > 0) return { kind: 'stuck', deny: glob, openers, denied: at, kept: touched };
  }
  return null;
}

/** The label of the glob's usual path: its stars stand for one segment each that is no literal. */
function usualEnd(start: PathState, { elements }: SegmentGlob): Label {
  let state = start;
  for (const element of elements) {
    if (element === '') return slashLabel(state);
    state = nextState(state, isStar(element) ? null : element);
  }
  return state.end as Label;
}

function matchesUsual(glob: SegmentGlob, { elements }: SegmentGlob): boolean {
  let state = START;
  for (const element of elements) {
    if (element === '') return (state & glob.slashEnds) !== 0;
    state = step(glob, state, isStar(element) ? null : element);
  }
  return (state & glob.ends) !== 0;
}

/** Globs for all paths of a closed label that touch nothing to be kept; `null` if there are none as plain as that. */
export function closableShape(
  table: CompiledTable,
  granted: GrantedParts,
  group: VerbGroup,
  label: Label,
  kept: LabelSearch,
): readonly SegmentGlob[] | null {
  for (const route of table.labels.landings[label]?.routes ?? []) {
    if (granted.routes[route]) continue;
    const shape = table.shapeOf(label, route);
    if (!shape.some((glob) => hitsSome(group.start, glob, kept))) return shape;
  }
  return null;
}

function giveUp(settling: Settling, group: VerbGroup, { opening, openers }: StuckRoutes): void {
  const { table, weights, leftOut } = settling;
  const unopened = settling.unopened.get(group) as Set<number>;
  const routesOf = (label: Label) => table.labels.landings[label]?.routes ?? [];
  const lightest = (routes: readonly number[]) =>
    routes.reduce((best, route) => (weights(route) <= weights(best) ? route : best));
  settling.obstacle ??= obstacleOf(settling, opening, openers);
  const shut = new Set(opening.kept.map((label) => lightest(routesOf(label))));
  const stillOpen = openers.filter((route) => !unopened.has(route));
  const stillShut = [...shut].filter((route) => !leftOut.has(route));
  if (stillOpen.length === 0 || stillShut.length === 0) return;
  const sum = (routes: readonly number[]) => routes.reduce((total, route) => total + weights(route), 0);
  // A route on both sides is shut in part, whatever is done.
  const isOpenerLost = !stillOpen.some((route) => shut.has(route)) && sum(stillOpen) <= sum(stillShut);
  for (const route of isOpenerLost ? stillOpen : stillShut) {
    leftOut.add(route);
    const isAllShut = table.ownOf(route).every((glob) => covers(opening.deny, glob.elements));
    if (isOpenerLost || isAllShut) unopened.add(route);
  }
}

function obstacleOf(
  { table, granted }: Settling,
  { denied, kept }: Stuck,
  openers: readonly number[],
): Obstacle {
  const routesOf = (label: number | undefined) => table.labels.landings[label ?? -1]?.routes ?? [];
  return {
    opens: openers[0] as number,
    denied: routesOf(denied).find((route) => !granted.routes[route]) ?? null,
    shuts: routesOf(kept[0])[0] as number,
  };
}
