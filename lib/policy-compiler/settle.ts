import { type Grant, type GrantedParts, grantOf } from './grant.ts';
import { type GrantSearches, grantSearches } from './grant-searches.ts';
import {
  groupOpenings,
  type OpeningDeny,
  openedAmong,
  openedBy,
  type StuckRoutes,
} from './group-openings.ts';
import type { Label } from './labels.ts';
import type { VerbGroup } from './route-automaton.ts';
import { covers } from './segment-glob.ts';
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
  readonly searches: GrantSearches;
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

/** How much it matters that a document covers a route. */
export type Weights = (route: number) => number;

/** What settling one caller's grant is about. */
interface Settling {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly weights: Weights;
  readonly leftOut: Set<number>;
  /** Routes that get no Allow, by group. */
  readonly unopened: ReadonlyMap<VerbGroup, Set<number>>;
  obstacle: Obstacle | null;
}

/** Steps of the first round of giving up routes. Each further round takes four times as many; more than two are rare. */
const ROUND_STEPS = 4;

/**
 * Leaves out as few and as unimportant routes as needed. At an obstacle a Deny must shut what some routes open, and shuts
 * other routes too: one side or the other is left out.
 * If obstacles remain after some rounds, the budget runs out.
 */
export function settle(
  table: CompiledTable,
  granted: GrantedParts,
  weights: Weights,
  budget: StepBudget,
): Settled {
  const unopened = new Map(table.groups.map((group) => [group, new Set<number>()]));
  const settling: Settling = {
    table,
    granted,
    weights,
    leftOut: new Set(granted.leftOut),
    unopened,
    obstacle: null,
  };
  for (let steps = ROUND_STEPS; ; steps *= ROUND_STEPS) {
    budget.take(steps);
    const leftOut = new Set(settling.leftOut);
    const grant = grantOf(table.landings, { ...granted, leftOut });
    const searches = grantSearches(grant, budget);
    let stuck = 0;
    const groups = table.groups.map((group) => {
      const allowed = allowedIn(group, granted, unopened.get(group) as Set<number>);
      const terms = { table, granted, grant, group, searches, budget, untilStuck: false };
      const found = groupOpenings(terms, openedBy(terms, allowed));
      for (const one of found.stuck) giveUp(settling, group, one);
      stuck += found.stuck.length;
      return { group, allowed, denies: found.denies };
    });
    if (stuck === 0) return { grant, searches, leftOut, groups, obstacle: settling.obstacle };
  }
}

/**
 * The first obstacle to a document for the whole grant; `null` if there is none.
 *
 * @param labels - which labels are looked at
 */
export function findObstacle(
  table: CompiledTable,
  granted: GrantedParts,
  labels: Iterable<Label>,
  budget: StepBudget,
): Obstacle | null {
  const grant = grantOf(table.landings, granted);
  const searches = grantSearches(grant, budget);
  for (const group of table.groups) {
    const terms = { table, granted, grant, group, searches, budget, untilStuck: true };
    const [first] = groupOpenings(terms, openedAmong(terms, labels)).stuck;
    if (first !== undefined) return obstacleOf(table, granted, first);
  }
  return null;
}

/** The routes of a group that get an Allow. */
function allowedIn(
  { routes }: VerbGroup,
  { routes: granted, leftOut }: GrantedParts,
  unopened: ReadonlySet<number>,
): readonly number[] {
  return routes.filter((route) => Boolean(granted[route]) && !leftOut.has(route) && !unopened.has(route));
}

function giveUp(settling: Settling, group: VerbGroup, { opening, openers }: StuckRoutes): void {
  const { table, weights, leftOut } = settling;
  const unopened = settling.unopened.get(group) as Set<number>;
  const lightest = (routes: readonly number[]) =>
    routes.reduce((best, route) => (weights(route) <= weights(best) ? route : best));
  settling.obstacle ??= obstacleOf(table, settling.granted, { opening, openers });
  const shut = new Set(opening.kept.map((label) => lightest(table.routesOf(label))));
  const stillOpen = openers.filter((route) => !unopened.has(route));
  const stillShut = [...shut].filter((route) => !leftOut.has(route));
  const cost = (routes: readonly number[], other: readonly number[]) =>
    routes.reduce((total, route) => (other.includes(route) ? total : total + weights(route)), 0);
  // A route on both sides is shut in part, whatever is done: only the others count.
  const shutCost = cost(stillShut, stillOpen);
  const isOpenerLost = shutCost > 0 && cost(stillOpen, [...shut]) <= shutCost;
  for (const route of isOpenerLost ? stillOpen : stillShut) {
    leftOut.add(route);
    const isAllShut = table.ownOf(route).every((glob) => covers(opening.deny, glob.elements));
    if (isOpenerLost || isAllShut) unopened.add(route);
  }
}

function obstacleOf(
  { routesOf }: CompiledTable,
  granted: GrantedParts,
  { opening, openers }: StuckRoutes,
): Obstacle {
  return {
    opens: openers[0] as number,
    denied: routesOf(opening.denied).find((route) => !granted.routes[route]) ?? null,
    shuts: routesOf(opening.kept[0] as Label)[0] as number,
  };
}
