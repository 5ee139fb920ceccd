import type { RouteKey } from '../routes/route-key.ts';
import { grantOf } from './grant.ts';
import type { GrantSolver } from './grant-solver.ts';
import type { VerbGroup } from './route-automaton.ts';
import { type StepBudget, withinSteps } from './step-budget.ts';

/** What a caller must have: equal texts are held together; `true` = every caller has it, `false` = none. */
export type Requirement = string | boolean;

/** A table of routes, and which of them are granted together. */
export interface PolicyTable {
  readonly routes: readonly RouteKey[];
  /** By index of the route. Default: each route has a requirement of its own. */
  readonly requirements?: readonly Requirement[];
  /** For paths that no route takes. Default `true`; `false` for `undeclared: 'deny'`. */
  readonly undeclaredRequirement?: Requirement;
}

/**
 * Three routes that no policy can serve: allowing `opens` also allows `denied`, and denying `denied` also denies `shuts`.
 * Affects callers who are granted the first and the last only.
 */
export interface PolicyConflict {
  readonly opens: string;
  /** Key of the route; `null` for undeclared paths. */
  readonly denied: string | null;
  readonly shuts: string;
}

export interface PolicyAnalysis {
  /** Every caller has an exact document, whatever they are granted; size aside. */
  readonly exact: boolean;
  /** One for each route that cannot be denied to everyone who lacks it. */
  readonly conflicts: readonly PolicyConflict[];
  /** One paragraph for the log: what is not exact, why, and what to do; `null` if there is nothing to say. */
  readonly warning: string | null;
}

/** Conflicts that are confirmed by a search. Further ones are reported unconfirmed, to save time. */
const MAX_CONFIRMED = 20;

/** Step limit: half a second. A thousand routes of a public API take a tenth to a third of a second. */
const MAX_STEPS = 5_000_000;

/** Finds the grants that have no exact policy, without trying every grant. */
export function analysePolicies(table: PolicyTable, solver: GrantSolver | null): PolicyAnalysis {
  if (solver === null) {
    return { exact: false, conflicts: [], warning: warningOf('the table of routes is too large to compile') };
  }
  const conflicts: PolicyConflict[] = [];
  const isWhole = withinSteps(
    MAX_STEPS,
    (budget) => {
      findConflicts({ table, solver, budget }, conflicts);
      return true;
    },
    () => false,
  );
  const exact = isWhole && conflicts.length === 0;
  const found =
    conflicts.length === 0 ? 'the table is too intertwined to look at all of it' : textOf(conflicts);
  return { exact, conflicts, warning: exact ? null : warningOf(found) };
}

interface Search {
  readonly table: PolicyTable;
  readonly solver: GrantSolver;
  readonly budget: StepBudget;
}

/** @param conflicts - gets each conflict when it is found, so that they are there if the search runs out of steps */
function findConflicts(search: Search, conflicts: PolicyConflict[]): void {
  const { table, solver } = search;
  const denied = new Set<number | null>();
  for (const group of solver.groups) {
    for (const candidate of candidatesOf(search, group)) {
      if (denied.has(candidate.denied)) continue;
      const [opens] = candidate.openers;
      const confirmed = denied.size >= MAX_CONFIRMED ? { ...candidate, opens } : confirm(search, candidate);
      if (confirmed === null) continue;
      denied.add(confirmed.denied);
      conflicts.push(named(table.routes, confirmed));
    }
  }
  const undeclared = undeclaredConflict(search);
  if (undeclared !== null) conflicts.push(undeclared);
}

interface Conflict {
  readonly opens: number;
  readonly denied: number | null;
  readonly shuts: number;
}

/** A route whose own glob shuts another one, and the routes whose globs open it. */
interface Candidate {
  readonly group: VerbGroup;
  readonly openers: readonly [number, ...number[]];
  readonly denied: number;
  readonly shuts: number;
}

function* candidatesOf({ table, solver, budget }: Search, group: VerbGroup): Generator<Candidate> {
  const differ = (one: number, other: number) => requirementOf(table, one) !== requirementOf(table, other);
  const grantable = (route: number) => requirementOf(table, route) !== false;
  const routesHit = (route: number) =>
    solver.hits(group, route, budget).flatMap((label) => solver.labels.routesOf(label));
  const openersOf = new Map<number, [number, ...number[]]>();
  for (const route of group.routes.filter(grantable)) {
    for (const hit of routesHit(route)) {
      if (!differ(route, hit)) continue;
      const openers = openersOf.get(hit);
      if (openers === undefined) openersOf.set(hit, [route]);
      else openers.push(route);
    }
  }
  for (const [denied, openers] of openersOf) {
    if (requirementOf(table, denied) === true) continue;
    const shuts = routesHit(denied).find((hit) => grantable(hit) && differ(hit, denied));
    if (shuts !== undefined) yield { group, openers, denied, shuts };
  }
}

/**
 * Tries the hardest grant for the denied route: all routes but those with its requirement. The fewer routes are granted,
 * the more a Deny may shut, so that every other grant works if this one does.
 */
function confirm({ table, solver, budget }: Search, { group, openers, denied }: Candidate): Conflict | null {
  const grant = table.routes.map((_, index) => {
    const requirement = requirementOf(table, index);
    return requirement !== false && requirement !== requirementOf(table, denied);
  });
  const hardest = grantOf(solver.labels, grant, true);
  for (const opens of openers) {
    const obstacle = solver.obstacleTo(group, hardest, opens, budget);
    if (obstacle !== null) return { opens, denied: obstacle.denied, shuts: obstacle.granted };
  }
  return null;
}

function requirementOf(table: PolicyTable, route: number): Requirement {
  return table.requirements?.[route] ?? `route ${route}`;
}

function undeclaredConflict({ table, solver, budget }: Search): PolicyConflict | null {
  if (table.undeclaredRequirement === undefined || table.undeclaredRequirement === true) return null;
  const { undeclared } = solver.labels;
  const grant = table.routes.map((_, index) => requirementOf(table, index) !== false);
  const solution = solver.solve(grantOf(solver.labels, grant, false), 'lean', budget);
  if (solution.kind !== 'obstacle') return null;
  const shuts = solution.granted;
  const group = solver.groups.find(({ routes }) => routes.includes(shuts)) as VerbGroup;
  const opens = group.routes.find((route) => solver.hits(group, route, budget).includes(undeclared)) ?? shuts;
  return named(table.routes, { opens, denied: null, shuts });
}

function named(routes: readonly RouteKey[], { opens, denied, shuts }: Conflict): PolicyConflict {
  const keyOf = (index: number) => (routes[index] as RouteKey).key;
  return { opens: keyOf(opens), denied: denied === null ? null : keyOf(denied), shuts: keyOf(shuts) };
}

function textOf(conflicts: readonly PolicyConflict[]): string {
  const shown = conflicts.slice(0, 5).map(({ opens, denied, shuts }) => {
    const lacking = denied === null ? 'undeclared paths' : `'${denied}'`;
    return `${lacking} cannot be denied to a caller who may use '${opens}' and '${shuts}'`;
  });
  const more = conflicts.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function warningOf(what: string): string {
  return (
    `No IAM policy is exact for all callers of these routes, since '*' crosses '/' and a Deny always wins: ${what}. ` +
    'Such callers are answered with a policy for the one route they asked for. Make the route part of the cache key ' +
    "($context.routeKey on HTTP APIs; context.resourcePath and context.httpMethod on REST APIs), or set the authorizer's " +
    'TTL to 0, or rename one of the routes so that ' +
    'they differ before their first parameter, or give them the same scopes.'
  );
}
