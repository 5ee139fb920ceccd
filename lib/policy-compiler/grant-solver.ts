import type { RouteKey } from '../routes/route-key.ts';
import { type Completed, findOpenings } from './find-openings.ts';
import { hitsSome, type LabelSearch, rememberedSearch } from './glob-hits.ts';
import { depthGuard, mergeSiblings, openPrefixes, slashGuard, withoutCovered } from './glob-lists.ts';
import { type Grant, isKept, type Obstacle } from './grant.ts';
import type { Label, Labels } from './labels.ts';
import type { RouteAutomata, VerbGroup } from './route-automaton.ts';
import { type GlobElements, type SegmentGlob, segmentGlob } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/**
 * How denials are written.
 * - `tight`: each denied route by its own glob.
 * - `wide`: neighbouring denied routes by one glob, which also takes undeclared paths between them.
 * - `lean`: explicitly only where an Allow would let the route in. All else is denied because nothing matches.
 */
export type Style = 'tight' | 'wide' | 'lean';

/** The globs for one group of verbs. */
export interface GroupGlobs {
  readonly kind: 'globs';
  readonly group: VerbGroup;
  readonly allow: readonly GlobElements[];
  readonly deny: readonly GlobElements[];
}

export type Solution = Solved | Obstacle;

export interface Solved {
  readonly kind: 'solved';
  readonly groups: readonly GroupGlobs[];
}

/** Solves grants for one table. Stateless, except for a memo of which labels each glob hits. */
export interface GrantSolver {
  readonly groups: readonly VerbGroup[];
  readonly labels: Labels;
  globOf(route: number): SegmentGlob;
  /** Looks for labels that a Deny must not touch. */
  keptSearch(grant: Grant, budget: StepBudget): LabelSearch;
  /** Labels that the route's own glob hits besides the route. */
  hits(group: VerbGroup, route: number, budget: StepBudget): readonly Label[];
  /** Why one granted route cannot be opened without opening what is denied; `null` if it can. */
  obstacleTo(group: VerbGroup, grant: Grant, route: number, budget: StepBudget): Obstacle | null;
  solve(grant: Grant, style: Style, budget: StepBudget): Solution;
}

export function createGrantSolver(
  routes: readonly RouteKey[],
  { groups, labels }: RouteAutomata,
): GrantSolver {
  const globs = new Map<number, SegmentGlob>();
  const hitLists = new Map<string, readonly Label[]>();
  const solver: GrantSolver = {
    groups,
    labels,
    globOf(route) {
      const glob = globs.get(route) ?? segmentGlob(elementsOf(routes[route] as RouteKey));
      globs.set(route, glob);
      return glob;
    },
    keptSearch: (grant, budget) => rememberedSearch((label) => isKept(labels, grant, label), budget),
    hits(group, route, budget) {
      const key = `${group.start.id} ${route}`;
      const hits = hitLists.get(key) ?? collectHits(solver, group, route, budget);
      hitLists.set(key, hits);
      return hits;
    },
    obstacleTo(group, grant, route, budget) {
      const kept = solver.keptSearch(grant, budget);
      const draft = { allow: [solver.globOf(route)], deny: [] };
      const completed = complete(solver, group, grant, kept, draft);
      return completed.kind === 'obstacle' ? completed : null;
    },
    solve(grant, style, budget) {
      const solved: GroupGlobs[] = [];
      const kept = solver.keptSearch(grant, budget);
      for (const group of groups) {
        const solution = solveGroup(solver, group, grant, kept, style);
        if (solution.kind === 'obstacle') return solution;
        solved.push(solution);
      }
      return { kind: 'solved', groups: solved };
    },
  };
  return solver;
}

function elementsOf(route: RouteKey): GlobElements {
  if (route.kind !== 'path') return ['*'];
  const elements = route.segments.map((segment) => (segment.kind === 'literal' ? segment.text : '*'));
  if (route.trailingSlash || route.segments.length === 0) elements.push('');
  else if (route.segments.at(-1)?.kind === 'parameter') elements[elements.length - 1] = '?*';
  return elements;
}

function collectHits(
  { globOf, labels }: GrantSolver,
  group: VerbGroup,
  route: number,
  budget: StepBudget,
): readonly Label[] {
  const found = new Set<Label>();
  const collect = (label: Label) => {
    found.add(label);
    return false;
  };
  hitsSome(group.start, globOf(route), { budget, found: collect });
  found.delete(labels.route(route));
  return [...found];
}

function solveGroup(
  solver: GrantSolver,
  group: VerbGroup,
  grant: Grant,
  kept: LabelSearch,
  style: Style,
): GroupGlobs | Obstacle {
  const { budget } = kept;
  const granted = group.routes.filter((route) => grant[route] === 1);
  const denied = group.routes.filter((route) => grant[route] === 0);
  const open = grant[solver.labels.undeclared] === 1;
  if (denied.length === 0 && open) return { kind: 'globs', group, allow: [['*']], deny: [] };
  if (granted.length === 0 && !open) return { kind: 'globs', group, allow: [], deny: [['*']] };
  const isClosable = (route: number) =>
    style !== 'lean' && !solver.hits(group, route, budget).some(kept.found);
  const closable = denied.filter(isClosable);
  const stillOpen = new Set(denied.filter((route) => !closable.includes(route)).map(solver.labels.route));
  const own = closable.map(solver.globOf);
  const allow = granted.map(solver.globOf);
  const deny = withoutCovered(
    [
      ...(open ? [] : depthGuard(allow)),
      ...(open && style === 'wide' ? slashGuard(group, kept) : []),
      ...(style === 'wide' ? mergeSiblings(group, own, open, kept) : own),
    ],
    budget,
  );
  const widest = open ? openPrefixes(group, allow, stillOpen, budget) : allow;
  let completed = complete(solver, group, grant, kept, { allow: widest, deny });
  // Undeclared paths are the first to go where they are in the way of an exact policy.
  if (open && completed.kind === 'obstacle')
    completed = complete(solver, group, grant, kept, { allow, deny });
  if (completed.kind === 'obstacle') return completed;
  return {
    kind: 'globs',
    group,
    allow: completed.allow.map(elementsIn),
    deny: withoutCovered(completed.deny, budget).map(elementsIn),
  };
}

/** Completes a draft. An obstacle names routes, also where the label is a slash twin. */
function complete(
  { labels }: GrantSolver,
  group: VerbGroup,
  grant: Grant,
  kept: LabelSearch,
  { allow, deny }: Pick<Completed, 'allow' | 'deny'>,
): Completed | Obstacle {
  const { budget } = kept;
  const firstKept = (glob: SegmentGlob) => firstHit(group, glob, kept);
  const draft = { group, grant, budget, allow: withoutCovered(allow, budget), deny, firstKept };
  const completed = findOpenings(draft);
  if (completed.kind === 'completed') return completed;
  const denied = labels.routesOf(completed.denied).find((route) => grant[route] === 0) ?? null;
  const [granted] = labels.routesOf(completed.granted) as [number];
  return { kind: 'obstacle', denied, granted };
}

function elementsIn(glob: SegmentGlob): GlobElements {
  return glob.elements;
}

function firstHit(group: VerbGroup, glob: SegmentGlob, wanted: LabelSearch): Label | null {
  if (!hitsSome(group.start, glob, wanted)) return null;
  let hit: Label | null = null;
  const found = (label: Label) => {
    if (wanted.found(label)) hit = label;
    return hit !== null;
  };
  hitsSome(group.start, glob, { budget: wanted.budget, found });
  return hit;
}
