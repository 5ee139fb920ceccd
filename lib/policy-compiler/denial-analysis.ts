import { EVERY_ROUTING } from '../gateways/routing.ts';
import type { RouteKey } from '../routes/route-key.ts';
import { type RememberedSearch, rememberedSearch } from './glob-hits.ts';
import { type GrantedParts, STATUS } from './grant.ts';
import { closableShape } from './group-openings.ts';
import type { Label } from './labels.ts';
import { hardestGrants, type PolicyTable } from './policy-table.ts';
import { nextState, type PathState, slashLabel, type VerbGroup } from './route-automaton.ts';
import { nextSegments, type SegmentGlob, START, step, takesOthers } from './segment-glob.ts';
import { settle } from './settle.ts';
import { type StepBudget, withinSteps } from './step-budget.ts';
import { type CompiledTable, tableSource } from './table.ts';
import { withTwins } from './twins.ts';

/** Values of parameters that some caller is refused, because no policy can tell them from a declared literal. */
export interface ReservedValues {
  /** Key of the route, which the caller may use: `GET /users/{id}/orders/{order}`. */
  readonly route: string;
  /**
   * Literals of the declared routes: `orders`; and `<org_id>` or `<org_name>` for the caller's own organization, if the rule
   * `organization` compares it with the path. Empty if any of them may be refused, to keep a large policy small.
   */
  readonly values: readonly string[];
}

/** What the documents of a table deny that they should not, and what they do not deny explicitly. */
export interface DenialAnalysis {
  readonly reserved: readonly ReservedValues[];
  /** Keys of declared routes that some caller who lacks them is denied implicitly, in part or wholly. */
  readonly implicit: readonly string[];
}

/** Step limit for each way of routing: about 30 ms. Beyond it the lists may lack entries. */
const MAX_STEPS = 300_000;

/**
 * Analyses the Denies of the narrowest documents for the hardest grants of a table, size aside. Meant for deployment: it
 * takes too long for the first request.
 */
export function analyseDenials(declared: PolicyTable): DenialAnalysis {
  const twins = withTwins(declared);
  const policyTable = twins?.table ?? declared;
  const names = new Map(Array.from(twins?.placeholders ?? [], ([own, text]) => [text, `<${own.name}>`]));
  const reserved = new Map<string, Set<string>>();
  const implicit = new Set<string>();
  const tableFor = tableSource(policyTable.routes);
  for (const routing of EVERY_ROUTING) {
    const table = tableFor(routing);
    if (table === null) continue;
    const look = (budget: StepBudget) => {
      for (const { granted } of hardestGrants(table, policyTable)) {
        lookAt({ table, granted, budget, reserved, implicit });
      }
    };
    withinSteps(MAX_STEPS, look, () => undefined);
  }
  return {
    reserved: Array.from(reserved, ([route, values]) => ({
      route,
      values: Array.from(values, (value) => names.get(value) ?? value).sort(),
    })),
    implicit: [...implicit],
  };
}

/** One caller of a table, and the lists that are filled. */
interface Look {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly budget: StepBudget;
  readonly reserved: Map<string, Set<string>>;
  readonly implicit: Set<string>;
}

function lookAt(look: Look): void {
  const { table, granted, budget } = look;
  const { grant, searches, groups } = settle(table, granted, () => 1, budget);
  const spared = searches.from(STATUS.reserved);
  const spelled = rememberedSearch((label) => grant(label) === STATUS.reserved, budget);
  for (const { group, denies } of groups) {
    for (const label of group.labels) {
      if (grant(label) !== STATUS.closed) continue;
      if (closableShape(table, granted, group, label, spared) === null) addImplicit(look, label);
    }
    for (const { glob } of denies) addReserved(look, group, glob, spelled);
  }
}

function addImplicit({ table, granted, implicit }: Look, label: Label): void {
  for (const route of table.routesOf(label)) {
    if (!granted.routes[route]) implicit.add((table.routes[route] as RouteKey).key);
  }
}

/** Adds the values that a Deny takes from paths that are granted. */
function addReserved(look: Look, { start }: VerbGroup, deny: SegmentGlob, spelled: RememberedSearch): void {
  const { budget } = look;
  const visit = (at: PathState, state: number, trail: readonly (string | null)[]): void => {
    budget.take(1);
    const endsHere = at.kind === 'sink' || (state & deny.ends) !== 0;
    if (endsHere && at.end !== null && spelled.found(at.end)) addValues(look, at.end, trail);
    if (at.kind === 'sink' || !spelled.below(at)) return;
    const slash = slashLabel(at);
    if ((state & deny.slashEnds) !== 0 && spelled.found(slash)) addValues(look, slash, trail);
    const segments = new Set<string | null>(nextSegments(deny, state));
    if (takesOthers(deny, state)) for (const segment of [...at.literals.keys(), null]) segments.add(segment);
    // The Deny goes on with each of them: no Deny ends with a beginning, which takes some other segments only.
    for (const segment of segments)
      visit(nextState(at, segment), step(deny, state, segment), [...trail, segment]);
  };
  visit(start, START, []);
}

function addValues({ table, reserved }: Look, label: Label, trail: readonly (string | null)[]): void {
  for (const route of table.routesOf(label)) {
    // `$default` is in no landing.
    const declared = table.routes[route] as Extract<RouteKey, { kind: 'path' }>;
    for (const [at, { kind }] of declared.segments.entries()) {
      const value = trail[at];
      if (kind !== 'parameter' || typeof value !== 'string') continue;
      const values = reserved.get(declared.key) ?? new Set();
      reserved.set(declared.key, values.add(value));
    }
  }
}
