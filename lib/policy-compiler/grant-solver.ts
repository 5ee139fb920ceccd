import type { RouteKey } from '../routes/route-key.ts';
import { type Completed, findOpenings } from './find-openings.ts';
import { type LabelSearch, rememberedSearch, someRouteHit } from './glob-hits.ts';
import { depthGuard, mergeSiblings, openPrefixes, slashGuard, withoutCovered } from './glob-lists.ts';
import type { Grant, Obstacle } from './grant.ts';
import type { RouteAutomata, VerbGroup } from './route-automaton.ts';
import { type GlobElements, type SegmentGlob, segmentGlob } from './segment-glob.ts';

export type { Grant, Obstacle } from './grant.ts';

/**
 * How denials are written.
 * - `tight`: each route that is denied by its own glob;
 * - `wide`: routes that are denied side by side by one glob, which over-reaches to undeclared paths between them;
 * - `lean`: explicitly only where an Allow would let the route in; all else is denied because nothing matches.
 */
export type Style = 'tight' | 'wide' | 'lean';

/** The globs for one group of verbs. */
export interface GroupGlobs {
  readonly group: VerbGroup;
  readonly allow: readonly GlobElements[];
  readonly deny: readonly GlobElements[];
}

/** Solves grants for one table. Holds no state that a grant changes, but for a memo of what globs hit. */
export interface GrantSolver {
  readonly groups: readonly VerbGroup[];
  globOf(route: number): SegmentGlob;
  /** @param undeclared - whether what no route takes is granted */
  grantOf(granted: ArrayLike<number | boolean>, undeclared: boolean): Grant;
  /** Whether a Deny must not touch the label's paths. Those that no route takes may be lost where it cannot be helped. */
  keeps(grant: Grant, label: number): boolean;
  /** Looks for labels that a Deny must not touch. */
  keptSearch(grant: Grant): LabelSearch;
  /** Whether what no route takes is granted. */
  isOpen(grant: Grant): boolean;
  /** The routes that a label stands for: itself, or both of a slash twin. Never what no route takes. */
  routesOf(label: number): readonly number[];
  /** Labels that the route's own glob hits besides the route. */
  hits(group: VerbGroup, route: number): readonly number[];
  /** Why one granted route cannot be opened without opening what is denied, if so. */
  obstacleTo(group: VerbGroup, grant: Grant, route: number): Obstacle | null;
  solve(grant: Grant, style: Style): readonly GroupGlobs[] | Obstacle;
}

export function isObstacle(solution: readonly GroupGlobs[] | Obstacle): solution is Obstacle {
  return 'denied' in solution;
}

export function createGrantSolver(
  routes: readonly RouteKey[],
  { groups, twins }: RouteAutomata,
): GrantSolver {
  const undeclared = routes.length;
  const globs: (SegmentGlob | undefined)[] = [];
  const hitLists = new Map<VerbGroup, (readonly number[] | undefined)[]>(groups.map((group) => [group, []]));
  const solver: GrantSolver = {
    groups,
    globOf(route) {
      globs[route] ??= segmentGlob(elementsOf(routes[route] as Extract<RouteKey, { kind: 'path' }>));
      return globs[route];
    },
    grantOf(granted, rest) {
      const grant = new Uint8Array(undeclared + 1 + twins.length);
      for (let route = 0; route < undeclared; route++) grant[route] = granted[route] ? 1 : 0;
      grant[undeclared] = rest ? 1 : 0;
      for (const [index, { closed, open }] of twins.entries()) {
        grant[undeclared + 1 + index] = grant[closed] && grant[open] ? 1 : 0;
      }
      return grant;
    },
    keeps(grant, label) {
      if (label === undeclared || grant[label] !== 1) return false;
      return twins[label - undeclared - 1]?.open !== undeclared;
    },
    keptSearch: (grant) => rememberedSearch((label) => solver.keeps(grant, label)),
    isOpen: (grant) => grant[undeclared] === 1,
    routesOf(label) {
      const twin = twins[label - undeclared - 1];
      const labels = twin === undefined ? [label] : [twin.closed, twin.open];
      return labels.filter((one) => one !== undeclared);
    },
    hits(group, route) {
      const lists = hitLists.get(group) as (readonly number[] | undefined)[];
      lists[route] ??= collectHits(group, solver.globOf(route), route);
      return lists[route];
    },
    obstacleTo(group, grant, route) {
      const draft = { allow: [solver.globOf(route)], deny: [] };
      const completed = complete(solver, group, grant, solver.keptSearch(grant), draft);
      return 'denied' in completed ? completed : null;
    },
    solve(grant, style) {
      const solved: GroupGlobs[] = [];
      const kept = solver.keptSearch(grant);
      for (const group of groups) {
        const solution = solveGroup(solver, group, grant, kept, style);
        if ('denied' in solution) return solution;
        solved.push(solution);
      }
      return solved;
    },
  };
  return solver;
}

function elementsOf(route: Extract<RouteKey, { kind: 'path' }>): GlobElements {
  const elements = route.segments.map((segment) => (segment.kind === 'literal' ? segment.text : '*'));
  if (route.trailingSlash || route.segments.length === 0) elements.push('');
  else if (route.segments.at(-1)?.kind === 'parameter') elements[elements.length - 1] = '?*';
  return elements;
}

function collectHits(group: VerbGroup, glob: SegmentGlob, route: number): readonly number[] {
  const labels = new Set<number>();
  const found = (label: number) => {
    labels.add(label);
    return false;
  };
  someRouteHit(group.start, glob, { found });
  labels.delete(route);
  return [...labels];
}

function solveGroup(
  solver: GrantSolver,
  group: VerbGroup,
  grant: Grant,
  kept: LabelSearch,
  style: Style,
): GroupGlobs | Obstacle {
  const globsOf = (routes: readonly number[]) => routes.map((route) => solver.globOf(route));
  const granted = group.routes.filter((route) => grant[route] === 1);
  const denied = group.routes.filter((route) => grant[route] === 0);
  const open = solver.isOpen(grant);
  if (denied.length === 0 && open) return { group, allow: [['*']], deny: [] };
  if (granted.length === 0 && !open) return { group, allow: [], deny: [['*']] };
  const isClosable = (route: number) => style !== 'lean' && !solver.hits(group, route).some(kept.found);
  const closable = new Set(denied.filter(isClosable));
  const stillOpen = new Set(denied.filter((route) => !closable.has(route)));
  const own = globsOf([...closable]);
  const deny = withoutCovered([
    ...(open ? [] : depthGuard(globsOf(granted))),
    ...(open && style === 'wide' ? slashGuard(group, kept) : []),
    ...(style === 'wide' ? mergeSiblings(group, own, open, kept) : own),
  ]);
  const allow = globsOf(granted);
  const widest = open ? openPrefixes(group, allow, stillOpen) : allow;
  let completed = complete(solver, group, grant, kept, { allow: widest, deny });
  // Undeclared paths are the first to go where they are in the way of an exact policy.
  if (open && 'denied' in completed) completed = complete(solver, group, grant, kept, { allow, deny });
  if ('denied' in completed) return completed;
  return {
    group,
    allow: completed.allow.map(elementsIn),
    deny: withoutCovered(completed.deny).map(elementsIn),
  };
}

/** Completes a draft; an obstacle is told by routes, where slash twins stand in it. */
function complete(
  solver: GrantSolver,
  group: VerbGroup,
  grant: Grant,
  kept: LabelSearch,
  { allow, deny }: Completed,
): Completed | Obstacle {
  const firstKept = (glob: SegmentGlob) => firstHit(group, glob, kept);
  const completed = findOpenings({ group, grant, allow: withoutCovered(allow), deny, firstKept });
  if (!('denied' in completed)) return completed;
  const lacking = solver.routesOf(completed.denied).find((route) => grant[route] === 0);
  return { denied: lacking ?? completed.denied, granted: solver.routesOf(completed.granted)[0] as number };
}

function elementsIn(glob: SegmentGlob): GlobElements {
  return glob.elements;
}

function firstHit(group: VerbGroup, glob: SegmentGlob, wanted: LabelSearch): number | null {
  if (!someRouteHit(group.start, glob, wanted)) return null;
  let hit: number | null = null;
  const found = (label: number) => {
    if (wanted.found(label)) hit = label;
    return hit !== null;
  };
  someRouteHit(group.start, glob, { found });
  return hit;
}
