import { EVERY_ROUTING, type Routing } from '../gateways/routing.ts';
import type { RouteKey } from '../routes/route-key.ts';
import { hardestGrants, type PolicyTable } from './policy-table.ts';
import { findObstacle } from './settle.ts';
import { type StepBudget, withinSteps } from './step-budget.ts';
import type { CompiledTable } from './table.ts';

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
  /** At least one for each route that cannot be denied to everyone who lacks it. */
  readonly conflicts: readonly PolicyConflict[];
  /** One paragraph for the log: what is not exact, why, and what to do; `null` if there is nothing to say. */
  readonly warning: string | null;
}

/** Step limit: 30 ms for each way of routing. */
const MAX_STEPS = 300_000;

/** Once there is a conflict, further ones are looked for as far as these steps go: 3 ms. */
const FURTHER_STEPS = 30_000;

/**
 * Finds the grants that have no exact policy, without trying every grant. For each requirement it tries the hardest
 * grant: all routes but those with that requirement. The fewer routes are granted, the more a Deny may shut, so that
 * other grants work if these do.
 */
export function analysePolicies(
  policyTable: PolicyTable,
  tableFor: (routing: Routing) => CompiledTable | null,
): PolicyAnalysis {
  const conflicts = new Map<string | null, PolicyConflict>();
  for (const routing of EVERY_ROUTING) {
    const table = tableFor(routing);
    if (table === null) return inexact([], 'the table of routes is too large to compile');
    const isWhole = withinSteps(
      MAX_STEPS,
      (budget) => {
        findConflicts(table, policyTable, budget, conflicts);
        return true;
      },
      () => false,
    );
    const found = [...conflicts.values()];
    if (found.length > 0) return inexact(found, textOf(found));
    if (!isWhole) return inexact([], 'the table is too intertwined to look at all of it');
  }
  return { exact: true, conflicts: [], warning: null };
}

function inexact(conflicts: readonly PolicyConflict[], what: string): PolicyAnalysis {
  return { exact: false, conflicts, warning: warningOf(what) };
}

/** @param conflicts - gets each conflict when it is found, one for each denied route */
function findConflicts(
  table: CompiledTable,
  policyTable: PolicyTable,
  budget: StepBudget,
  conflicts: Map<string | null, PolicyConflict>,
): void {
  let further = FURTHER_STEPS;
  const counted: StepBudget = {
    take(count) {
      if (conflicts.size > 0) further -= count;
      budget.take(count);
    },
  };
  for (const { granted, labels } of hardestGrants(table, policyTable)) {
    if (further < 0) return;
    const obstacle = findObstacle(table, granted, labels, counted);
    if (obstacle === null) continue;
    const conflict = named(table, obstacle);
    conflicts.set(conflict.denied, conflict);
  }
}

function named(
  { routes }: CompiledTable,
  { opens, denied, shuts }: { opens: number; denied: number | null; shuts: number },
): PolicyConflict {
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
    'Such callers get a policy that leaves out some of their routes, which answer 403 from the cache. Make the route part ' +
    'of the cache key ($context.routeKey on HTTP APIs; context.resourcePath and context.httpMethod on REST APIs), or set ' +
    "the authorizer's TTL to 0, or rename one of the routes so that they differ before their first parameter, or give " +
    'them the same scopes.'
  );
}
