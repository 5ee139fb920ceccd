import { ROUTINGS, type Routing } from '../gateways/routing.ts';
import { isGreedy, type RouteKey } from '../routes/route-key.ts';
import { type GlobElements, isStar, type SegmentGlob } from './segment-glob.ts';

/** The globs that match every path of a route, and as little else as can be. */
export function ownGlobs(route: RouteKey, routing: Routing): readonly GlobElements[] {
  if (route.kind !== 'path') return [];
  const elements = route.segments.map((segment) => (segment.kind === 'literal' ? segment.text : '*'));
  const last = route.segments.at(-1);
  if (last === undefined || route.trailingSlash) return [[...elements, '']];
  if (last.kind === 'greedy') return [elements];
  if (last.kind === 'parameter') return [[...elements.slice(0, -1), '?*']];
  return ROUTINGS[routing].finalSlash === 'ignored' ? [elements, [...elements, '']] : [elements];
}

/**
 * Globs for those paths that a route's own globs match and that are longer than its own: `*` crosses `/`. No declared
 * route need take them. `null` for a greedy route, whose own paths have any length.
 */
export function longerGlobs(route: RouteKey, routing: Routing): readonly GlobElements[] | null {
  if (isGreedy(route)) return null;
  return ownGlobs(route, routing).flatMap((elements) => {
    const stars = [...elements.keys()].filter((index) => isStar(elements[index] as string));
    return stars.map((index) => withOneMore(elements, index, routing));
  });
}

/** The glob whose star at the index stands for two segments or more. */
function withOneMore(elements: GlobElements, index: number, routing: Routing): GlobElements {
  const before = elements.slice(0, index);
  if (index < elements.length - 1) return [...before, '*', '*', ...elements.slice(index + 1)];
  // Where a final slash is ignored, it makes no path longer.
  return [...before, '*', ROUTINGS[routing].finalSlash === 'ignored' ? '?*' : '*'];
}

/**
 * The glob with its final slash added or left out; none if it matches both. Not for the root: it has no form without its
 * slash, and shares its path with no other route.
 */
export function otherEnd({ elements }: SegmentGlob): readonly GlobElements[] {
  const last = elements.at(-1) as string;
  if (isStar(last)) return [];
  if (last !== '') return [[...elements, '']];
  const before = elements.slice(0, -1);
  return [before.at(-1) === '*' ? [...before.slice(0, -1), '?*'] : before];
}
