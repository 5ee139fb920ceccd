import type { RouteKey } from '../routes/route-key.ts';
import type { GrantedParts, Undeclared } from './grant.ts';

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
}

/**
 * The grants that are the hardest to compile: for each requirement all routes but those with that requirement. The fewer
 * routes are granted, the more a Deny may shut, so that other grants work if these do.
 */
export function* hardestGrants({
  routes,
  requirements,
  undeclared = 'rules',
  undeclaredRequirement = true,
}: PolicyTable): Generator<GrantedParts> {
  const leftOut: ReadonlySet<number> = new Set();
  const all = routes.map((_, route): Requirement => requirements?.[route] ?? `route ${route}`);
  // `$default` takes what no other route takes.
  const fallback = all[routes.findIndex(({ kind }) => kind === 'default')];
  const isOpen = fallback !== undefined || undeclared === 'rules';
  const rest = fallback ?? (isOpen ? undeclaredRequirement : false);
  const mode: Undeclared = isOpen ? 'rules' : undeclared;
  const distinct = new Set<Requirement>([...all, rest, false]);
  distinct.delete(true);
  for (const lacking of distinct) {
    const isGranted = (one: Requirement) => one !== false && one !== lacking;
    yield { routes: all.map(isGranted), undeclared: mode, mayUseUndeclared: isGranted(rest), leftOut };
  }
  if (rest === true || mode !== 'rules') return;
  // Closed routes share paths with undeclared ones: for these, fewer granted routes may be harder.
  const texts = [...new Set(all)].filter((one) => one !== false);
  for (const [index, one] of texts.entries()) {
    for (const other of texts.slice(index)) {
      const isGranted = (requirement: Requirement) =>
        requirement === true || requirement === one || requirement === other;
      yield { routes: all.map(isGranted), undeclared: mode, mayUseUndeclared: false, leftOut };
    }
  }
}
