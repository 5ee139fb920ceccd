import { NOWHERE, type PathState } from './route-automaton.ts';
import { nextLiterals, type SegmentGlob, START, step } from './segment-glob.ts';

/**
 * Goes over every route that some path matched by the glob is routed to, precedence included, until `found` says
 * `true`. It tries the literals of the table and of the glob and one segment that is none of them: routes and globs
 * cannot tell other segments apart, so nothing is missed.
 *
 * @param initial - state of the glob at `start`
 */
export function someRouteHit(
  start: PathState,
  glob: SegmentGlob,
  found: (label: number) => boolean,
  initial: number = START,
): boolean {
  return walk({ glob, found, seen: new Map() }, start, initial);
}

interface Search {
  readonly glob: SegmentGlob;
  readonly found: (label: number) => boolean;
  /** States of the glob with which a place was entered before. */
  readonly seen: Map<number, Set<number>>;
}

function walk(search: Search, place: PathState, state: number): boolean {
  const { glob, found } = search;
  // In a sink any state of the glob can still be led to its end.
  if (place.sink) return found(place.end);
  if ((state & glob.ends) !== 0 && place.end !== NOWHERE && found(place.end)) return true;
  if ((state & glob.slashEnds) !== 0 && found(place.slash)) return true;
  if (place.shared && enteredBefore(search, place, state)) return false;
  const stars = (state & (glob.stars | glob.loops)) !== 0;
  if (stars) {
    for (const [literal, next] of place.literals) {
      const after = step(glob, state, literal);
      if (after !== 0 && walk(search, next, after)) return true;
    }
    const after = step(glob, state, null);
    if (after !== 0 && walk(search, place.other, after)) return true;
  }
  for (const literal of nextLiterals(glob, state)) {
    const next = place.literals.get(literal);
    if (next !== undefined && stars) continue;
    if (walk(search, next ?? place.other, step(glob, state, literal))) return true;
  }
  return false;
}

function enteredBefore(search: Search, place: PathState, state: number): boolean {
  const states = search.seen.get(place.id);
  if (states === undefined) {
    search.seen.set(place.id, new Set([state]));
    return false;
  }
  if (states.has(state)) return true;
  states.add(state);
  return false;
}
