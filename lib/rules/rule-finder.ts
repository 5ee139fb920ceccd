import type { FoundRoute } from '../routes/find-route.ts';
import type { FoundRules } from './judging.ts';
import { refused } from './rule.ts';
import { type RouteRuleSet, rulesOfAll, type UndeclaredRuleSet } from './rule-sets.ts';

/** What is compiled of the options `routes` and `rules`. */
interface FinderSets {
  /** By route index. */
  readonly sets: readonly RouteRuleSet[];
  /** The rules of undeclared paths; `null` if such paths are refused. */
  readonly rest: UndeclaredRuleSet | null;
}

/**
 * Makes the function that returns the rules of the routes that were found for a request.
 *
 * @param routesDiffer - if not, the same rules apply however a path is read, and no path is refused
 */
export function createRuleFinder(
  { sets, rest }: FinderSets,
  routesDiffer: boolean,
): (found: FoundRoute) => FoundRules {
  /** The rules of several routes together, by the indexes of the routes. */
  const joined = new Map<string, FoundRules>();

  function ofRoutes(indexes: readonly number[], undeclared: boolean): FoundRules {
    if (undeclared && rest === null) return PARTLY_DECLARED;
    const [first = 0] = indexes;
    if (indexes.length === 1 && !undeclared) return sets[first] as RouteRuleSet;
    const name = `${indexes.join()} ${undeclared}`;
    const known = joined.get(name);
    if (known !== undefined) return known;
    const found = indexes.map((index) => sets[index] as RouteRuleSet);
    const made = rulesOfAll(found, undeclared ? rest : null);
    joined.set(name, made);
    return made;
  }

  return (found) => {
    switch (found.kind) {
      case 'routes':
        return ofRoutes(found.indexes, found.undeclared);
      case 'undeclared':
        return rest ?? ROUTE_NOT_FOUND;
      case 'refused':
        return routesDiffer ? found : (rest as UndeclaredRuleSet);
    }
  };
}

const ROUTE_NOT_FOUND = refused({ code: 'route_not_found' });
const PARTLY_DECLARED = refused({
  code: 'route_not_found',
  detail: 'a declared route differs from the path only by a final slash',
});
