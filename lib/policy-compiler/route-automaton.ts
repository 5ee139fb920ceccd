import { type RouteKey, VERBS, type Verb } from '../routes/route-key.ts';
import { advance, type Candidate, firstLabel, literalsOf, treeOf } from './route-tree.ts';
import { MAX_ELEMENTS } from './segment-glob.ts';

/**
 * A place in the automaton that routes a path, segment by segment, as API Gateway does. Labels are indexes of routes;
 * the number after the last route stands for what no route takes, further ones for slash twins.
 */
export interface PathState {
  readonly id: number;
  /** Route of a path that ends here; `NOWHERE` where no path can end. */
  readonly end: number;
  /** Route of a path that ends here with one more slash. */
  readonly slash: number;
  /** Whatever follows, the label stays. */
  readonly sink: boolean;
  /** More than one way leads here. */
  readonly shared: boolean;
  readonly literals: ReadonlyMap<string, PathState>;
  /** After a segment that is none of the literals. A sink leads to itself. */
  readonly other: PathState;
}

/** The verbs that share the same routes, and the place where their paths begin. */
export interface VerbGroup {
  readonly verbs: readonly Verb[];
  readonly start: PathState;
  /** Indexes of the routes that have a path, with these verbs. */
  readonly routes: readonly number[];
}

/**
 * The label of paths that one route takes as they are (`open`: a greedy one, none, or one with a final slash of its own),
 * and that another one would take with the final slash added or left out (`closed`). REST APIs ignore a final slash,
 * HTTP APIs do not, so such a path is granted only along with both.
 */
export interface SlashTwin {
  readonly closed: number;
  readonly open: number;
}

export interface RouteAutomata {
  readonly groups: readonly VerbGroup[];
  /** By label, less the number of routes and one. */
  readonly twins: readonly SlashTwin[];
}

export const NOWHERE = -1;

/** Bound on the work at start-up. Tables that are written by people stay two orders of magnitude below. */
const MAX_STATES = 100_000;

type MutableState = { -readonly [key in keyof PathState]: PathState[key] } & {
  literals: Map<string, PathState>;
};

/**
 * @returns one automaton for each group of verbs that are routed alike; `null` if the table is too deep or too
 *   intertwined for the bounds here
 */
export function routeAutomata(routes: readonly RouteKey[]): RouteAutomata | null {
  const tooDeep = routes.some((route) => route.kind === 'path' && route.segments.length > MAX_ELEMENTS - 4);
  if (tooDeep) return null;
  const groups: { verbs: Verb[]; start: PathState; routes: readonly number[] }[] = [];
  const bySelection = new Map<string, (typeof groups)[number]>();
  const registry = newRegistry(routes.length);
  for (const verb of VERBS) {
    const selected = routes.flatMap((route, index) =>
      route.kind === 'path' && (route.method === verb || route.method === 'ANY') ? [index] : [],
    );
    const key = selected.join();
    const known = bySelection.get(key);
    if (known !== undefined) {
      known.verbs.push(verb);
      continue;
    }
    const start = automatonOf(routes, selected, registry);
    if (start === null) return null;
    const group = { verbs: [verb], start, routes: selected };
    bySelection.set(key, group);
    groups.push(group);
  }
  return { groups, twins: registry.twins };
}

function automatonOf(
  routes: readonly RouteKey[],
  selected: readonly number[],
  registry: Registry,
): PathState | null {
  const nothing = routes.length;
  const root = treeOf(routes, selected, nothing);
  const states = new Map<string, MutableState>();
  const pending: { state: MutableState; candidates: readonly Candidate[] }[] = [];
  const stateOf = (candidates: readonly Candidate[]): PathState => {
    const key = candidates.map((one) => (typeof one === 'number' ? `g${one}` : one.id)).join();
    const known = states.get(key);
    if (known !== undefined) {
      known.shared = true;
      return known;
    }
    const state = newState(candidates, registry);
    states.set(key, state);
    if (!state.sink) pending.push({ state, candidates });
    return state;
  };
  const start = stateOf([root]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (registry.states > MAX_STATES) return null;
    next.state.other = stateOf(advance(next.candidates, null, nothing));
    for (const literal of literalsOf(next.candidates)) {
      next.state.literals.set(literal, stateOf(advance(next.candidates, literal, nothing)));
    }
  }
  // No path ends before its first slash.
  (start as MutableState).end = NOWHERE;
  return start;
}

function newState(candidates: readonly Candidate[], registry: Registry): MutableState {
  const [first] = candidates;
  const { nothing } = registry;
  const sink = first === undefined || typeof first === 'number';
  const plain = firstLabel(
    candidates,
    nothing,
    (place) => place.plain,
    () => nothing,
  );
  const slash = firstLabel(
    candidates,
    nothing,
    (place) => place.slash,
    (place) => place.greedy,
  );
  const isTwin = plain.closed !== slash.closed || (plain.closed && plain.label !== slash.label);
  const [closed, open] = plain.closed ? [plain.label, slash.label] : [slash.label, plain.label];
  const state: MutableState = {
    id: registry.states++,
    end: isTwin && !plain.closed ? registry.twin(closed, open) : plain.label,
    slash: isTwin && plain.closed ? registry.twin(closed, open) : slash.label,
    sink,
    shared: false,
    literals: new Map(),
    other: undefined as unknown as PathState,
  };
  state.other = state;
  return state;
}

/** What the automata of one table share. */
interface Registry {
  states: number;
  readonly nothing: number;
  readonly twins: SlashTwin[];
  twin(closed: number, open: number): number;
}

function newRegistry(nothing: number): Registry {
  const labels = new Map<string, number>();
  const twins: SlashTwin[] = [];
  return {
    states: 0,
    nothing,
    twins,
    twin(closed, open) {
      const key = `${closed} ${open}`;
      const label = labels.get(key) ?? nothing + twins.push({ closed, open });
      labels.set(key, label);
      return label;
    },
  };
}
