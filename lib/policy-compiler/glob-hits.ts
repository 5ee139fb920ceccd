import type { Label } from './labels.ts';
import { nextState, type PathState } from './route-automaton.ts';
import { nextSegments, type SegmentGlob, START, step, takesOthers } from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/** A search for labels among the paths that globs match. */
export interface LabelSearch {
  readonly budget: StepBudget;
  /** Whether this label ends the search. */
  readonly found: (label: Label) => boolean;
  /** Whether the search would end at the state or below it. Without it every state is looked at. */
  readonly below?: (state: PathState) => boolean;
  /** Whether nothing at the state or below it matters. */
  readonly canSkip?: (state: PathState) => boolean;
}

/** A search that knows below which states it has anything to find. */
export type RememberedSearch = LabelSearch & { readonly below: (state: PathState) => boolean };

/** A search for many globs: remembers below which states there is anything to find. */
export function rememberedSearch(found: (label: Label) => boolean, budget: StepBudget): RememberedSearch {
  const known: (boolean | undefined)[] = [];
  const look = (state: PathState): boolean => {
    budget.take(1);
    if (state.end !== null && found(state.end)) return true;
    if (state.kind === 'sink') return false;
    if (found(state.slash) || below(state.other) || below(state.spelled)) return true;
    for (const next of state.literals.values()) if (below(next)) return true;
    return false;
  };
  const below = (state: PathState): boolean => {
    const result = known[state.id] ?? look(state);
    known[state.id] = result;
    return result;
  };
  return { budget, found, below };
}

/**
 * Visits the label of every path that the glob matches, routing included, until one is found. It tries the literals of
 * the table and of the glob, and one segment that is none of them. Neither routes nor globs can tell other segments
 * apart, so nothing is missed.
 *
 * @param initial - state of the glob at `start`
 */
export function hitsSome(
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
  /** The states of the glob with which a state was entered before. */
  readonly seen: Map<number, Set<number>>;
}

function walk(run: Run, at: PathState, state: number): boolean {
  const { glob, search } = run;
  search.budget.take(1);
  // In a sink every state of the glob can still be led to its end.
  if (at.kind === 'sink') return search.found(at.end);
  if (search.canSkip?.(at) === true) return false;
  if (search.below !== undefined) {
    if (!search.below(at)) return false;
    if ((state & glob.absorbs) !== 0) return true;
  }
  if ((state & glob.ends) !== 0 && at.end !== null && search.found(at.end)) return true;
  if ((state & glob.slashEnds) !== 0 && search.found(at.slash)) return true;
  if (at.shared && enteredBefore(run, at.id, state)) return false;
  const enter = (segment: string | null) => {
    const next = step(glob, state, segment);
    return next !== 0 && walk(run, nextState(at, segment), next);
  };
  const segments = nextSegments(glob, state);
  if (!takesOthers(glob, state)) return segments.some(enter);
  for (const literal of at.literals.keys()) if (enter(literal)) return true;
  return enter(null) || segments.some((segment) => !at.literals.has(segment) && enter(segment));
}

function enteredBefore({ seen }: Run, id: number, state: number): boolean {
  const states = seen.get(id);
  if (states === undefined) {
    seen.set(id, new Set([state]));
    return false;
  }
  if (states.has(state)) return true;
  states.add(state);
  return false;
}
