import { mayUseRest, STATUS } from './grant.ts';
import { closableShape } from './group-openings.ts';
import type { LayoutTerms } from './layout.ts';
import { OTHER } from './route-automaton.ts';
import type { SettledGroup } from './settle.ts';

/** The question marks in a resource: longer literals are left to other Denies. */
const MOST_MARKS = 60;

/**
 * Returns Denies of all paths that are longer than every path that the caller may use, for verbs whose granted routes have
 * no parameter. With `GET /me` granted and `ANY /{proxy+}` closed, every glob for the closed route matches `/me` as well;
 * `GET/???*` does not.
 */
export function longerPaths(terms: LayoutTerms): readonly string[] {
  if (mayUseRest(terms.granted)) return [];
  return terms.groups.flatMap((settled) => {
    const longest = longestPath(terms, settled);
    if (longest === null || longest >= MOST_MARKS || !hasImplicit(terms, settled)) return [];
    const verbs = settled.group.verbs.filter((verb) => verb !== OTHER);
    return verbs.map((verb) => `${verb}/${'?'.repeat(longest + 1)}*`);
  });
}

/** Characters of the longest granted path after its slash; `null` if there is none, or no longest one. */
function longestPath({ table }: LayoutTerms, { allowed }: SettledGroup): number | null {
  const own = allowed.flatMap((route) => table.ownOf(route));
  if (own.length === 0 || own.some(({ stars }) => stars !== 0)) return null;
  return Math.max(...own.map(({ text }) => text.length));
}

/** Whether some closed route of the group has no Deny of its own. */
function hasImplicit({ table, granted, grant, from }: LayoutTerms, { group }: SettledGroup): boolean {
  return Array.from(group.labels).some(
    (label) =>
      grant(label) === STATUS.closed &&
      table.routesOf(label).some((route) => !granted.routes[route]) &&
      closableShape(table, granted, group, label, from(STATUS.reserved)) === null,
  );
}
