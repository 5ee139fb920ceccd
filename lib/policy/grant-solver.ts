import type { RouteKey } from '../routes/route-key.ts';
import { findOpenings } from './find-openings.ts';
import { someRouteHit } from './glob-hits.ts';
import type { RouteAutomata, VerbGroup } from './route-automaton.ts';
import { covers, type GlobElements, isStar, type SegmentGlob, segmentGlob } from './segment-glob.ts';

/** What a caller may use, by label: the routes by index, what no route takes, then the slash twins. 1 = granted. */
export type Grant = Uint8Array;

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

/** Why a grant has no exact policy: any glob that shuts `denied` shuts `granted` too, and an Allow opens it. */
export interface Obstacle {
  /** Index of the route to deny; the number of routes for undeclared paths. */
  readonly denied: number;
  /** Index of the route that would be lost. */
  readonly granted: number;
}

/** Solves grants for one table. Holds no state that a grant changes, but for a memo of what globs hit. */
export interface GrantSolver {
  readonly groups: readonly VerbGroup[];
  globOf(route: number): SegmentGlob;
  /** @param undeclared - whether what no route takes is granted */
  grantOf(granted: ArrayLike<number | boolean>, undeclared: boolean): Grant;
  /** Whether a Deny must not touch the label's paths. Those that no route takes may be lost where it cannot be helped. */
  keeps(grant: Grant, label: number): boolean;
  /** Whether what no route takes is granted. */
  isOpen(grant: Grant): boolean;
  /** The routes that a label stands for: itself, or both of a slash twin. Never what no route takes. */
  routesOf(label: number): readonly number[];
  /** Labels that the route's own glob hits besides the route. */
  hits(group: VerbGroup, route: number): readonly number[];
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
    solve(grant, style) {
      const solved: GroupGlobs[] = [];
      for (const group of groups) {
        const solution = solveGroup(solver, group, grant, style);
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
  someRouteHit(group.start, glob, (label) => {
    labels.add(label);
    return false;
  });
  labels.delete(route);
  return [...labels];
}

function solveGroup(
  solver: GrantSolver,
  group: VerbGroup,
  grant: Grant,
  style: Style,
): GroupGlobs | Obstacle {
  const globsOf = (routes: readonly number[]) => routes.map((route) => solver.globOf(route));
  const granted = group.routes.filter((route) => grant[route] === 1);
  const denied = group.routes.filter((route) => grant[route] === 0);
  const open = solver.isOpen(grant);
  if (denied.length === 0 && open) return { group, allow: [['*']], deny: [] };
  if (granted.length === 0 && !open) return { group, allow: [], deny: [['*']] };
  const keeps = (label: number) => solver.keeps(grant, label);
  const closable = denied.filter((route) => style !== 'lean' && !solver.hits(group, route).some(keeps));
  const closed = new Set(closable);
  const stillOpen = new Set(denied.filter((route) => !closed.has(route)));
  const guards = open ? [] : depthGuard(globsOf(granted));
  if (open && style === 'wide') guards.push(...slashGuard(group, keeps));
  const own = globsOf(closable);
  const deny =
    style === 'wide' ? mergeSiblings(own, open, (glob) => !someRouteHit(group.start, glob, keeps)) : own;
  const complete = (allow: readonly SegmentGlob[]) =>
    findOpenings({
      group,
      grant,
      allow: withoutCovered(allow),
      deny: withoutCovered([...guards, ...deny]),
      firstKept: (glob) => firstHit(group, glob, keeps),
    });
  let completed = complete(open ? openPrefixes(solver, group, granted, stillOpen) : globsOf(granted));
  // Undeclared paths are the first to go where they are in the way of an exact policy.
  if (open && 'denied' in completed) completed = complete(globsOf(granted));
  if ('denied' in completed) {
    const lacking = solver.routesOf(completed.denied).find((route) => grant[route] === 0);
    return { denied: lacking ?? completed.denied, granted: solver.routesOf(completed.granted)[0] as number };
  }
  return {
    group,
    allow: completed.allow.map(elementsIn),
    deny: withoutCovered(completed.deny).map(elementsIn),
  };
}

function elementsIn(glob: SegmentGlob): GlobElements {
  return glob.elements;
}

/**
 * The widest Allows that open no route of `closed`: for each granted route the shortest prefix below which there is
 * none. Undeclared paths, which are granted here, get in along with it.
 */
function openPrefixes(
  solver: GrantSolver,
  group: VerbGroup,
  granted: readonly number[],
  closed: ReadonlySet<number>,
): readonly SegmentGlob[] {
  if (closed.size === 0) return [segmentGlob(['*'])];
  const opensNone = memoised((below) => !someRouteHit(group.start, below, (label) => closed.has(label)));
  return granted.map((route) => shortestBelow(solver.globOf(route), opensNone) ?? solver.globOf(route));
}

/**
 * Globs that lie side by side as one glob for all that is below their common prefix, where that is `safe`.
 *
 * @param open - undeclared paths are granted, so that a prefix must have a literal at least: not all of them be lost
 */
function mergeSiblings(
  globs: readonly SegmentGlob[],
  open: boolean,
  safe: (below: SegmentGlob) => boolean,
): readonly SegmentGlob[] {
  const isNarrow = ({ elements }: SegmentGlob) => !open || !elements.every(isStar);
  const isSafe = memoised((below) => isNarrow(below) && safe(below));
  const uses = new Map<SegmentGlob, number>();
  const wider = globs.map((glob) => {
    const below = shortestBelow(glob, isSafe);
    if (below !== undefined) uses.set(below, (uses.get(below) ?? 0) + 1);
    return below;
  });
  return globs.map((glob, index) => {
    const below = wider[index];
    return below !== undefined && (uses.get(below) as number) > 1 ? below : glob;
  });
}

type Judged = (prefix: GlobElements) => SegmentGlob | undefined;

/** Judges the glob for all that is below a prefix, once for each prefix; the same glob each time, if it passed. */
function memoised(passes: (below: SegmentGlob) => boolean): Judged {
  const known = new Map<string, SegmentGlob | undefined>();
  return (prefix) => {
    const text = prefix.join('/');
    if (!known.has(text)) {
      const below = segmentGlob([...prefix, '*']);
      known.set(text, passes(below) ? below : undefined);
    }
    return known.get(text);
  };
}

function shortestBelow(glob: SegmentGlob, judged: Judged): SegmentGlob | undefined {
  for (let length = 0; length < glob.elements.length; length++) {
    const below = judged(glob.elements.slice(0, length));
    if (below !== undefined) return below;
  }
  return undefined;
}

/** Shuts all that is deeper than the deepest granted route, when none of them is greedy. */
function depthGuard(granted: readonly SegmentGlob[]): SegmentGlob[] {
  if (granted.some((glob) => glob.elements.at(-1) === '*')) return [];
  const deepest = Math.max(...granted.map((glob) => glob.elements.length));
  return [segmentGlob(new Array<string>(deepest + 1).fill('*'))];
}

/** Shuts every path with a final slash at once, when none of them is granted by its route. */
function slashGuard(group: VerbGroup, keeps: (label: number) => boolean): readonly SegmentGlob[] {
  const guard = segmentGlob(['*', '']);
  return someRouteHit(group.start, guard, keeps) ? [] : [guard];
}

/** Drops every glob that another one covers. */
function withoutCovered(globs: readonly SegmentGlob[]): readonly SegmentGlob[] {
  const byText = new Map(globs.map((glob) => [glob.elements.join('/'), glob]));
  const wide = new Set([...byText.values()].filter((glob) => glob.absorbs !== 0));
  const kept: SegmentGlob[] = [];
  for (const glob of byText.values()) {
    let covered = false;
    for (const other of wide) {
      covered ||= other !== glob && covers(other, glob.elements);
      if (covered) break;
    }
    if (covered) wide.delete(glob);
    else kept.push(glob);
  }
  return kept;
}

function firstHit(group: VerbGroup, glob: SegmentGlob, wanted: (label: number) => boolean): number | null {
  let hit: number | null = null;
  someRouteHit(group.start, glob, (label) => {
    if (wanted(label)) hit = label;
    return hit !== null;
  });
  return hit;
}
