import type { Routing } from '../gateways/routing.ts';
import type { Landing } from '../routes/resolve.ts';
import type { RouteKey } from '../routes/route-key.ts';
import { createRouteTree, type RouteTree } from '../routes/route-tree.ts';
import { labelsHit } from './glob-hits.ts';
import type { Label } from './labels.ts';
import { longerGlobs, otherEnd, ownGlobs } from './own-globs.ts';
import { type RouteAutomata, routeAutomata, type VerbGroup } from './route-automaton.ts';
import { type SegmentGlob, segmentGlob } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/** A table of routes, prepared for one gateway's way of routing. Stateless, except for memos of what depends on it alone. */
export interface CompiledTable {
  readonly routes: readonly RouteKey[];
  readonly routing: Routing;
  readonly groups: readonly VerbGroup[];
  /** Where the gateway leads paths, by label. */
  readonly landings: readonly Landing[];
  /** The literals of all routes. */
  readonly literals: ReadonlySet<string>;
  /** The routes that paths of a label may belong to. */
  routesOf(label: Label): readonly number[];
  /** The narrowest globs that match every path of a route. */
  ownOf(route: number): readonly SegmentGlob[];
  /** Globs for longer paths that these match, too; `null` if the route has paths of any length. */
  longerOf(route: number): readonly SegmentGlob[] | null;
  /** Globs that match every path of a label, by way of one of its routes. */
  shapeOf(label: Label, route: number): readonly SegmentGlob[];
  /** The labels of all paths that the route's own globs match. */
  hits(group: VerbGroup, route: number, budget: StepBudget): readonly Label[];
  /** The routes of the group whose own globs match paths of the label. */
  openersOf(group: VerbGroup, label: Label, budget: StepBudget): readonly number[];
}

/** Prepares the table for each way of routing when it is needed; `null` if the table is too deep or too intertwined. */
export function tableSource(
  routes: readonly RouteKey[],
  tree: RouteTree = createRouteTree(routes),
): (routing: Routing) => CompiledTable | null {
  const automata = routeAutomata(routes, tree);
  if (automata === null) return () => null;
  const tables = new Map<Routing, CompiledTable>();
  return (routing) => {
    const table = tables.get(routing) ?? compileTable(routes, routing, automata);
    tables.set(routing, table);
    return table;
  };
}

function compileTable(
  routes: readonly RouteKey[],
  routing: Routing,
  { groups, labels, literals }: RouteAutomata,
): CompiledTable {
  const own = routes.map((route) => ownGlobs(route, routing).map(segmentGlob));
  const longer = new Map<number, readonly SegmentGlob[] | null>();
  const withOtherEnd = new Map<number, readonly SegmentGlob[]>();
  const known = new Map<string, readonly Label[]>();
  const openers = new Map<VerbGroup, ReadonlyMap<Label, readonly number[]>>();
  const table: CompiledTable = {
    routes,
    routing,
    groups,
    landings: labels.landingsOn(routing),
    literals,
    routesOf: (label) => (table.landings[label] as Landing).routes,
    ownOf: (route) => own[route] as readonly SegmentGlob[],
    longerOf(route) {
      const before = longer.get(route);
      if (before !== undefined) return before;
      const globs = longerGlobs(routes[route] as RouteKey, routing)?.map(segmentGlob) ?? null;
      longer.set(route, globs);
      return globs;
    },
    shapeOf(label, route) {
      const { routes: all, undeclared } = table.landings[label] as Landing;
      const narrow = table.ownOf(route);
      // A route alone has the paths of its own globs. With others, it may have them for the sake of a final slash.
      if (all.length === 1 && !undeclared) return narrow;
      const both = withOtherEnd.get(route) ?? [...narrow, ...narrow.flatMap(otherEnd).map(segmentGlob)];
      withOtherEnd.set(route, both);
      return both;
    },
    hits(group, route, budget) {
      const key = `${group.start.id} ${route}`;
      const hits = known.get(key) ?? [
        ...labelsHit(group.start, table.ownOf(route), { budget, found: () => true }),
      ];
      known.set(key, hits);
      return hits;
    },
    openersOf(group, label, budget) {
      const byLabel = openers.get(group) ?? openersByLabel(table, group, budget);
      openers.set(group, byLabel);
      return byLabel.get(label) ?? [];
    },
  };
  return table;
}

function openersByLabel(
  table: CompiledTable,
  group: VerbGroup,
  budget: StepBudget,
): ReadonlyMap<Label, readonly number[]> {
  const byLabel = new Map<Label, number[]>();
  for (const route of group.routes) {
    for (const label of table.hits(group, route, budget)) {
      const openers = byLabel.get(label);
      if (openers === undefined) byLabel.set(label, [route]);
      else openers.push(route);
    }
  }
  return byLabel;
}
