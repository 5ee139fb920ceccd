import type { Place } from './route-tree.ts';

/** Indexes of two routes. */
export type RoutePair = readonly [number, number];

/**
 * Lists the pairs of routes that may both match some path. Pairs whose order all gateways agree on can be left out.
 *
 * Follows two paths at a time through the tree. A pair of places is left if all routes below are of one kind. So the time
 * is linear in the size of most tables, plus the number of pairs.
 *
 * @returns each pair once, in no particular order
 */
export function pairsOnSharedPaths(root: Place): readonly RoutePair[] {
  const found: RoutePair[] = [];
  const rest: PlacePair[] = [[root, root]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [one, other] = next;
    if (!mayDiffer(one, other)) continue;
    if (one === other) {
      // A complete route goes before the greedy routes above it, unless another reader adds its final slash.
      joinBelow(greedyAt(one), one, openEndsAt, found);
    } else {
      join(completeAt(one), completeAt(other), found);
      join(greedyAt(one), greedyAt(other), found);
      joinBelow(greedyAt(one), other, allAt, found);
      joinBelow(greedyAt(other), one, allAt, found);
    }
    addNextPairs(one, other, rest);
  }
  return found;
}

type PlacePair = readonly [Place, Place];

/** Whether the routes of two places share a method and are not all of one kind. */
function mayDiffer(one: Place, other: Place): boolean {
  const kinds = one.kinds | other.kinds;
  return (one.methods & other.methods) !== 0 && (kinds & (kinds - 1)) !== 0;
}

/** Adds the pairs of places that one more segment leads to. */
function addNextPairs(one: Place, other: Place, pairs: PlacePair[]): void {
  pairLiterals(one.literals, other.literals, pairs);
  pairWithLiterals(one.parameter, other, pairs);
  if (one !== other) pairWithLiterals(other.parameter, one, pairs);
  if (one.parameter !== null && other.parameter !== null) pairs.push([one.parameter, other.parameter]);
}

/** Looks the fewer literals up among the more: one large place may be paired with many small ones. */
function pairLiterals(one: Place['literals'], other: Place['literals'], pairs: PlacePair[]): void {
  if (one === null || other === null) return;
  const [few, many] = one.size <= other.size ? [one, other] : [other, one];
  for (const [text, place] of few) {
    const same = many.get(text);
    if (same !== undefined) pairs.push([place, same]);
  }
}

function pairWithLiterals(parameter: Place | null, { literals }: Place, pairs: PlacePair[]): void {
  if (parameter === null || literals === null) return;
  for (const place of literals.values()) pairs.push([parameter, place]);
}

function join(some: readonly number[], others: readonly number[], found: RoutePair[]): void {
  for (const one of some) for (const other of others) found.push([one, other]);
}

type RoutesAt = (place: Place) => readonly number[];

/** Pairs greedy routes with those below a place. Without greedy routes it skips the search, which takes time. */
function joinBelow(greedy: readonly number[], place: Place, routesAt: RoutesAt, found: RoutePair[]): void {
  if (greedy.length > 0) join(greedy, below(place, routesAt), found);
}

/** The routes at the places below this one. */
function below(place: Place, routesAt: RoutesAt): readonly number[] {
  const routes: number[] = [];
  const rest = childrenOf(place);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    routes.push(...routesAt(next));
    rest.push(...childrenOf(next));
  }
  return routes;
}

function childrenOf({ literals, parameter }: Place): Place[] {
  const children = [...(literals?.values() ?? [])];
  if (parameter !== null) children.push(parameter);
  return children;
}

/** All routes that end at a place, or whose greedy parameter begins there. */
function allAt(place: Place): readonly number[] {
  return [...completeAt(place), ...greedyAt(place)];
}

function completeAt({ plain, slash }: Place): readonly number[] {
  return [...(plain?.values() ?? []), ...(slash?.values() ?? [])];
}

function openEndsAt(place: Place): readonly number[] {
  return [...(place.slash?.values() ?? []), ...greedyAt(place)];
}

function greedyAt({ greedy }: Place): readonly number[] {
  return Array.from(greedy?.values() ?? [], ({ usual }) => usual.route);
}
