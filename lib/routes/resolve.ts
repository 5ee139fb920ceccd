import { type Preference, ROUTINGS, type Routing } from '../gateways/routing.ts';
import type { Resolved } from './resolved.ts';
import { type Candidate, restOf } from './route-tree.ts';

/** The routes that a path may belong to. */
export interface Landing extends Resolved {
  /** Whether a parameter of one of them took a segment with the text of a literal of the table. */
  readonly spelled: boolean;
}

/** A route that fits a path, with the facts that decide between several such routes. */
interface Fit {
  readonly route: number;
  /** Whether the route is for `ANY` method. */
  readonly any: boolean;
  readonly greedy: boolean;
  readonly spelled: boolean;
}

/** How a path ends after the candidates' segments: at once (`plain`), or with one more slash. */
type End = 'plain' | 'slash';

/** The routes of a path that ends after the candidates' segments. */
export function landAtEnd(candidates: readonly Candidate[], method: string, routing: Routing): Landing {
  const plain = preferred(fitsAt(candidates, method, 'plain'), routing);
  if (plain.some(isComplete)) return landing(plain, false);
  // A backend may add a final slash, and the path with the slash may be a declared route.
  const slash = preferred(fitsAt(candidates, method, 'slash'), routing).filter(isComplete);
  return landing([...plain, ...slash], plain.length === 0);
}

/**
 * The routes of a path that ends with one more slash. REST APIs ignore the slash. HTTP APIs do not, but a backend may: so
 * the route of the path without the slash applies too.
 */
export function landAtSlash(candidates: readonly Candidate[], method: string, routing: Routing): Landing {
  const plain = preferred(fitsAt(candidates, method, 'plain'), routing);
  const slash = preferred(fitsAt(candidates, method, 'slash'), routing);
  if (ROUTINGS[routing].finalSlash === 'ignored') {
    const others = plain.some(isComplete) ? slash.filter(isComplete) : slash;
    return landing([...plain, ...others], plain.length === 0 && !others.some(isComplete));
  }
  const others = slash.some(isComplete) ? plain.filter(isComplete) : plain;
  return landing([...slash, ...others], slash.length === 0);
}

function isComplete({ greedy }: Fit): boolean {
  return !greedy;
}

function landing(fits: readonly Fit[], undeclared: boolean): Landing {
  const routes = [...new Set(fits.map(({ route }) => route))].sort((one, other) => one - other);
  return { routes, undeclared, spelled: fits.some(({ spelled }) => spelled) };
}

/** The first route of each order of preference that the gateway may have. */
function preferred(fits: readonly Fit[], routing: Routing): readonly Fit[] {
  if (fits.length <= 1) return fits;
  return [...new Set(ROUTINGS[routing].preferences.map((preference) => firstOf(fits, preference)))];
}

/** @param fits - the most specific first */
function firstOf(fits: readonly Fit[], { completeFirst, methodFirst }: Preference): Fit {
  const rank = ({ greedy, any }: Fit) => (completeFirst && greedy ? 2 : 0) + (methodFirst && any ? 1 : 0);
  return fits.reduce((best, fit) => (rank(fit) < rank(best) ? fit : best));
}

function fitsAt(candidates: readonly Candidate[], method: string, end: End): readonly Fit[] {
  const fits: Fit[] = [];
  for (const candidate of candidates) {
    const { spelled } = candidate;
    if (candidate.kind === 'greedy') {
      fits.push({ route: candidate.route, any: candidate.any, greedy: true, spelled });
      continue;
    }
    const { place } = candidate;
    const ends = place[end];
    const own = ends?.get(method);
    const route = own ?? ends?.get('ANY');
    if (route !== undefined) fits.push({ route, any: own === undefined, greedy: false, spelled });
    const rest = end === 'slash' ? restOf(place, method) : undefined;
    if (rest !== undefined)
      fits.push({ route: rest.usual.route, any: rest.usual.any, greedy: true, spelled });
  }
  return fits;
}
