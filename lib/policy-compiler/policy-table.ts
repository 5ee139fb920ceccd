import type { RouteKey } from '../routes/route-key.ts';
import type { GrantedParts, Undeclared } from './grant.ts';
import type { Label } from './labels.ts';
import type { Binding } from './own-text.ts';
import type { CompiledTable } from './table.ts';

/** What a caller must have: equal texts are held together; `true` = every caller has it, `false` = none. */
export type Requirement = string | boolean;

/** A table of routes, and which of them are granted together. */
export interface PolicyTable {
  readonly routes: readonly RouteKey[];
  /** By index of the route. Default: each route has a requirement of its own. */
  readonly requirements?: readonly Requirement[];
  /** What happens to paths that no route takes. Default `rules`: they have a requirement of their own. */
  readonly undeclared?: Undeclared;
  /** With `rules`: for paths that no route takes. Default `true`. */
  readonly undeclaredRequirement?: Requirement;
  /** By index of the route: parameters that must be a text of the caller. Default: none. */
  readonly bindings?: readonly (readonly Binding[])[];
}

/** A grant, and the labels that matter in it: the others are looked at in other grants. */
export interface HardGrant {
  readonly granted: GrantedParts;
  readonly labels: Iterable<Label>;
}

/**
 * The grants that are the hardest to compile: for each requirement all routes but those with that requirement. The fewer
 * routes are granted, the more a Deny may shut, so that other grants work if these do.
 */
export function* hardestGrants(table: CompiledTable, policyTable: PolicyTable): Generator<HardGrant> {
  const { all, rest, mode } = requirementsOf(policyTable);
  const grantWith = (isGranted: (one: Requirement) => boolean): GrantedParts => {
    const mayUseUndeclared = isGranted(rest);
    return { routes: all.map(isGranted), undeclared: mode, mayUseUndeclared, leftOut: new Set() };
  };
  const byRequirement = labelsByRequirement(table, all, mode === 'absent' ? null : rest);
  for (const [lacking, labels] of byRequirement) {
    if (lacking === true) continue;
    yield { granted: grantWith((one) => one !== false && one !== lacking), labels };
  }
  if (rest === true || mode !== 'rules') return;
  // Closed routes share paths with undeclared ones: for these, fewer granted routes may be harder.
  const texts = [...new Set(all)].filter((one) => one !== false);
  const everything = [...table.landings.keys()] as Label[];
  for (const [index, one] of texts.entries()) {
    for (const other of texts.slice(index)) {
      const isHeld = (requirement: Requirement) => requirement === one || requirement === other;
      const granted = grantWith((requirement) => requirement === true || isHeld(requirement));
      yield { granted: { ...granted, mayUseUndeclared: false }, labels: everything };
    }
  }
}

function requirementsOf({
  routes,
  requirements,
  undeclared = 'rules',
  undeclaredRequirement = true,
}: PolicyTable) {
  const all = routes.map((_, route): Requirement => requirements?.[route] ?? `route ${route}`);
  // `$default` takes what no other route takes.
  const fallback = all[routes.findIndex(({ kind }) => kind === 'default')];
  const isOpen = fallback !== undefined || undeclared === 'rules';
  const rest = fallback ?? (isOpen ? undeclaredRequirement : false);
  const mode: Undeclared = isOpen ? 'rules' : undeclared;
  return { all, rest, mode };
}

/**
 * The labels that are closed to those who lack a requirement.
 *
 * @param rest - the requirement of undeclared paths; `null` if they may be opened to everybody
 */
function labelsByRequirement(
  { landings }: CompiledTable,
  all: readonly Requirement[],
  rest: Requirement | null,
): ReadonlyMap<Requirement, ReadonlySet<Label>> {
  const found = new Map<Requirement, Set<Label>>();
  for (const [label, { routes, undeclared }] of landings.entries()) {
    if (undeclared && rest === null) continue;
    const needed = routes.map((route) => all[route] as Requirement);
    for (const one of undeclared ? [...needed, rest as Requirement] : needed) {
      const labels = found.get(one) ?? new Set();
      found.set(one, labels.add(label as Label));
    }
  }
  return found;
}
