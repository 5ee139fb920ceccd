import type { Routing } from '../gateways/routing.ts';
import type { RouteKey } from '../routes/route-key.ts';
import { hitsSome } from './glob-hits.ts';
import type { Label, Labels } from './labels.ts';
import { otherEnd, ownGlobs } from './own-globs.ts';
import { type RouteAutomata, routeAutomata, type VerbGroup } from './route-automaton.ts';
import { type SegmentGlob, segmentGlob } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/** A table of routes, prepared for one gateway's way of routing. Stateless, except for memos of what depends on it alone. */
export interface CompiledTable {
  readonly routes: readonly RouteKey[];
  readonly routing: Routing;
  readonly groups: readonly VerbGroup[];
  readonly labels: Labels;
  /** The literals of all routes. */
  readonly literals: ReadonlySet<string>;
  /** The narrowest globs that match every path of a route. */
  ownOf(route: number): readonly SegmentGlob[];
  /** Globs that match every path of a label, by way of one of its routes. */
  shapeOf(label: Label, route: number): readonly SegmentGlob[];
  /** The labels of all paths that the route's own globs match. */
  hits(group: VerbGroup, route: number, budget: StepBudget): readonly Label[];
}

/** @returns `null` if the table is too deep or too intertwined */
export function compileTable(routes: readonly RouteKey[], routing: Routing): CompiledTable | null {
  const automata = routeAutomata(routes, routing);
  return automata === null ? null : tableOf(routes, routing, automata);
}

function tableOf(
  routes: readonly RouteKey[],
  routing: Routing,
  { groups, labels, literals }: RouteAutomata,
): CompiledTable {
  const own = routes.map((route) => ownGlobs(route, routing).map(segmentGlob));
  const withOtherEnd = new Map<number, readonly SegmentGlob[]>();
  const known = new Map<string, readonly Label[]>();
  const table: CompiledTable = {
    routes,
    routing,
    groups,
    labels,
    literals,
    ownOf: (route) => own[route] as readonly SegmentGlob[],
    shapeOf(label, route) {
      const { routes: all, undeclared } = labels.landings[label] as Labels['landings'][number];
      const narrow = table.ownOf(route);
      // A route alone has the paths of its own globs. With others, it may have them for the sake of a final slash.
      if (all.length === 1 && !undeclared) return narrow;
      const both = withOtherEnd.get(route) ?? [...narrow, ...narrow.flatMap(otherEnd).map(segmentGlob)];
      withOtherEnd.set(route, both);
      return both;
    },
    hits(group, route, budget) {
      const key = `${group.start.id} ${route}`;
      const hits = known.get(key) ?? labelsHit(group, table.ownOf(route), budget);
      known.set(key, hits);
      return hits;
    },
  };
  return table;
}

function labelsHit(group: VerbGroup, globs: readonly SegmentGlob[], budget: StepBudget): readonly Label[] {
  const labels = new Set<Label>();
  const found = (label: Label) => {
    labels.add(label);
    return false;
  };
  for (const glob of globs) hitsSome(group.start, glob, { budget, found });
  return [...labels];
}
