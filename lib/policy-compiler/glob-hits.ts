import type { Label } from './labels.ts';
import type { Fork, PathState } from './route-automaton.ts';
import { type SegmentGlob, START, step, takesOthers } from './segment-glob.ts';
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

/** A search for many globs, which remembers its results. */
export interface RememberedSearch extends LabelSearch {
  readonly below: (state: PathState) => boolean;
  /** As {@link hitsSome}. */
  hits(start: PathState, glob: SegmentGlob, initial?: number): boolean;
}

export function rememberedSearch(found: (label: Label) => boolean, budget: StepBudget): RememberedSearch {
  const known: (boolean | undefined)[] = [];
  const results = new Map<PathState, Map<string, boolean>>();
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
  const search: RememberedSearch = {
    budget,
    found,
    below,
    hits(start, glob, initial = START) {
      const byGlob = results.get(start) ?? new Map<string, boolean>();
      results.set(start, byGlob);
      const key = initial === START ? glob.text : `${initial} ${glob.text}`;
      const result = byGlob.get(key) ?? hitsSome(start, glob, search, initial);
      byGlob.set(key, result);
      return result;
    },
  };
  return search;
}

/** The labels that a search looks for, of all paths that the globs match. */
export function labelsHit(
  start: PathState,
  globs: Iterable<SegmentGlob>,
  { budget, found, below }: Pick<LabelSearch, 'budget' | 'found' | 'below'>,
): ReadonlySet<Label> {
  const labels = new Set<Label>();
  const search: LabelSearch = {
    budget,
    found(label) {
      if (found(label)) labels.add(label);
      return false;
    },
    canSkip: (state) => below !== undefined && !below(state),
  };
  for (const glob of globs) hitsSome(start, glob, search);
  return labels;
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
  return walk({ glob, search, seen: null }, start, initial);
}

interface Run {
  readonly glob: SegmentGlob;
  readonly search: LabelSearch;
  /** The states of the glob with which a state was entered before. */
  seen: Map<number, Set<number>> | null;
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
  return takesOthers(glob, state) ? walkAll(run, at, state) : walkNamed(run, at, state);
}

/** Goes on with the literals that the glob names: it takes no others. */
function walkNamed(run: Run, at: Fork, state: number): boolean {
  const { literals } = run.glob;
  for (const [literal, positions] of literals) {
    if ((state & positions) === 0 || literal === '') continue;
    if (walk(run, at.literals.get(literal) ?? at.spelled, (state & positions) << 1)) return true;
  }
  return false;
}

/** Goes on with every literal of the table, with those of the glob, and with a segment that is none of them. */
function walkAll(run: Run, at: Fork, state: number): boolean {
  const { glob } = run;
  const others = step(glob, state, null);
  for (const [literal, next] of at.literals) {
    const named = glob.prefix === null && !glob.literals.has(literal) ? others : step(glob, state, literal);
    if (named !== 0 && walk(run, next, named)) return true;
  }
  if (others !== 0 && walk(run, at.other, others)) return true;
  for (const [literal, positions] of glob.literals) {
    if ((state & positions) === 0 || literal === '' || at.literals.has(literal)) continue;
    if (walk(run, at.spelled, step(glob, state, literal))) return true;
  }
  const { prefix } = glob;
  return prefix !== null && (state & prefix.position) !== 0 && walk(run, at.other, others | glob.ends);
}

function enteredBefore(run: Run, id: number, state: number): boolean {
  run.seen ??= new Map();
  const { seen } = run;
  const states = seen.get(id);
  if (states === undefined) {
    seen.set(id, new Set([state]));
    return false;
  }
  if (states.has(state)) return true;
  states.add(state);
  return false;
}
