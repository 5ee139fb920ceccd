import { NOWHERE, type PathState } from './route-automaton.ts';
import { nextLiterals, type SegmentGlob, START, step } from './segment-glob.ts';
import { takeSteps } from './step-budget.ts';

/** Which labels are looked for. */
export interface LabelSearch {
  /** Whether this one ends the search. */
  readonly found: (label: number) => boolean;
  /** Whether it would end at the place or below it; without it every place is looked at. */
  readonly below?: (place: PathState) => boolean;
}

/** A search that many globs are put to: remembers below which places there is anything to find. */
export function rememberedSearch(found: (label: number) => boolean): LabelSearch {
  const known: (boolean | undefined)[] = [];
  const below = (place: PathState): boolean => {
    if (known[place.id] === undefined) takeSteps(1);
    known[place.id] ??=
      (place.end !== NOWHERE && found(place.end)) ||
      found(place.slash) ||
      (!place.sink && (below(place.other) || [...place.literals.values()].some(below)));
    return known[place.id] as boolean;
  };
  return { found, below };
}

/**
 * Goes over every route that some path matched by the glob is routed to, precedence included, until one is found. It
 * tries the literals of the table and of the glob and one segment that is none of them: routes and globs cannot tell
 * other segments apart, so nothing is missed.
 *
 * @param initial - state of the glob at `start`
 */
export function someRouteHit(
  start: PathState,
  glob: SegmentGlob,
  search: LabelSearch,
  initial: number = START,
): boolean {
  return walk({ glob, search, seen: new Map() }, start, initial);
}

interface Run {
  readonly glob: SegmentGlob;
  readonly search: LabelSearch;
  /** States of the glob with which a place was entered before. */
  readonly seen: Map<number, Set<number>>;
}

function walk(run: Run, place: PathState, state: number): boolean {
  takeSteps(1);
  const { glob, search } = run;
  // In a sink any state of the glob can still be led to its end.
  if (place.sink) return search.found(place.end);
  if (search.below !== undefined) {
    if (!search.below(place)) return false;
    if ((state & glob.absorbs) !== 0) return true;
  }
  if ((state & glob.ends) !== 0 && place.end !== NOWHERE && search.found(place.end)) return true;
  if ((state & glob.slashEnds) !== 0 && search.found(place.slash)) return true;
  if (place.shared && enteredBefore(run, place, state)) return false;
  return (state & (glob.stars | glob.loops)) !== 0
    ? walkEverywhere(run, place, state)
    : nextLiterals(glob, state).some((literal) =>
        walk(run, place.literals.get(literal) ?? place.other, step(glob, state, literal)),
      );
}

function walkEverywhere(run: Run, place: PathState, state: number): boolean {
  const { glob } = run;
  for (const [literal, next] of place.literals) {
    if (walk(run, next, step(glob, state, literal))) return true;
  }
  if (walk(run, place.other, step(glob, state, null))) return true;
  for (const literal of nextLiterals(glob, state)) {
    if (!place.literals.has(literal) && walk(run, place.other, step(glob, state, literal))) return true;
  }
  return false;
}

function enteredBefore(run: Run, place: PathState, state: number): boolean {
  const states = run.seen.get(place.id);
  if (states === undefined) {
    run.seen.set(place.id, new Set([state]));
    return false;
  }
  if (states.has(state)) return true;
  states.add(state);
  return false;
}
