import { isGreedy, type RouteKey, VERBS, type Verb } from '../routes/route-key.ts';
import {
  advance,
  type Candidate,
  createRouteTree,
  literalsOf,
  NONE,
  type RouteTree,
  routeAtEnd,
  routeAtSlash,
} from '../routes/route-tree.ts';
import { createLabels, type Label, type Labels } from './labels.ts';
import { MAX_ELEMENTS } from './segment-glob.ts';
import { type StepBudget, withinSteps } from './step-budget.ts';

/** A state of the automaton that routes a path, segment by segment, as API Gateway does. */
export type PathState = Fork | Sink;

/** A state that further segments lead on from. */
export interface Fork {
  readonly kind: 'fork';
  readonly id: number;
  /** What a path that ends here is routed to; `null` if no path can end here. */
  readonly end: Label | null;
  /** What a path that ends here with one more slash is routed to. */
  readonly slash: Label;
  /** More than one way leads here. */
  readonly shared: boolean;
  readonly literals: ReadonlyMap<string, PathState>;
  /** After a segment that is none of the literals. */
  readonly other: PathState;
}

/** A state that no path leaves: every path from here on has the same label. */
export interface Sink {
  readonly kind: 'sink';
  readonly id: number;
  readonly end: Label;
}

/** The label of a path that ends in a state with one more slash. */
export function slashLabel(state: PathState): Label {
  return state.kind === 'sink' ? state.end : state.slash;
}

/** Where a segment leads; `null` stands for one that is no literal. */
export function nextState(state: PathState, segment: string | null): PathState {
  if (state.kind === 'sink') return state;
  return (segment === null ? undefined : state.literals.get(segment)) ?? state.other;
}

/** The verbs that share the same routes, and the state in which their paths begin. */
export interface VerbGroup {
  readonly verbs: readonly Verb[];
  readonly start: PathState;
  /** Indexes of the routes that have a path, with these verbs. */
  readonly routes: readonly number[];
}

export interface RouteAutomata {
  readonly groups: readonly VerbGroup[];
  readonly labels: Labels;
}

/** Bound on the work at start-up. Tables that are written by people stay two orders of magnitude below. */
const MAX_STATES = 100_000;

/**
 * @returns one automaton for each group of verbs that are routed alike; `null` if the table is too deep or too
 *   intertwined for the bounds here
 */
export function routeAutomata(routes: readonly RouteKey[]): RouteAutomata | null {
  const tooDeep = routes.some((route) => route.kind === 'path' && route.segments.length > MAX_ELEMENTS - 4);
  if (tooDeep) return null;
  let ids = 0;
  const parts = {
    routes,
    tree: createRouteTree(routes),
    labels: createLabels(routes.length),
    nextId: () => ids++,
  };
  return withinSteps(
    MAX_STATES,
    (budget) => automataWithin({ ...parts, budget }),
    () => null,
  );
}

/** What the automata of one table share. */
interface Table {
  readonly routes: readonly RouteKey[];
  readonly tree: RouteTree;
  readonly labels: Labels;
  /** One step for each state. */
  readonly budget: StepBudget;
  readonly nextId: () => number;
}

function automataWithin(table: Table): RouteAutomata {
  const groups = new Map<string, { verbs: Verb[]; start: PathState; routes: readonly number[] }>();
  for (const verb of VERBS) {
    const routes = table.routes.flatMap((route, index) =>
      route.kind === 'path' && (route.method === verb || route.method === 'ANY') ? [index] : [],
    );
    const known = groups.get(routes.join());
    if (known !== undefined) known.verbs.push(verb);
    else groups.set(routes.join(), { verbs: [verb], start: automatonOf(table, verb), routes });
  }
  return { groups: [...groups.values()], labels: table.labels };
}

/** The states of one verb, by their candidates. */
type States = Map<string, Sink | (Fork & { shared: boolean })>;

function automatonOf(table: Table, verb: Verb): PathState {
  return stateOf(table, verb, [table.tree.root], new Map());
}

function stateOf(table: Table, verb: Verb, candidates: readonly Candidate[], states: States): PathState {
  const key = candidates.map((one) => (typeof one === 'number' ? `g${one}` : one.id)).join();
  const known = states.get(key);
  if (known === undefined) {
    const state = newState(table, verb, candidates, states);
    states.set(key, state);
    return state;
  }
  if (known.kind === 'fork') known.shared = true;
  return known;
}

function newState(
  table: Table,
  verb: Verb,
  candidates: readonly Candidate[],
  states: States,
): Sink | (Fork & { shared: boolean }) {
  table.budget.take(1);
  const id = table.nextId();
  const { end, slash } = endsOf(table, candidates, verb);
  const [first] = candidates;
  if (first === undefined || typeof first === 'number') return { kind: 'sink', id, end };
  const after = (segment: string | null) => stateOf(table, verb, advance(candidates, segment, verb), states);
  return {
    kind: 'fork',
    id,
    // No path ends before its first slash.
    end: first === table.tree.root ? null : end,
    slash,
    shared: false,
    literals: new Map([...literalsOf(candidates, verb)].map((literal) => [literal, after(literal)])),
    other: after(null),
  };
}

/**
 * The labels of a path that ends after the candidates' segments, without and with a final slash. If one form belongs to
 * a route that names its own end, the other form is its twin wherever another route, or none, takes it.
 */
function endsOf(
  { routes, labels }: Table,
  candidates: readonly Candidate[],
  verb: Verb,
): { end: Label; slash: Label } {
  const plain = routeAtEnd(candidates, verb);
  const slash = routeAtSlash(candidates, verb);
  const labelOf = (route: number) => (route === NONE ? labels.undeclared : labels.route(route));
  const isClosed = (route: number) => route !== NONE && !isGreedy(routes[route] as RouteKey);
  const twinOf = (closed: number, open: number) => labels.twin({ closed, open: open === NONE ? null : open });
  if (isClosed(plain)) return { end: labelOf(plain), slash: twinOf(plain, slash) };
  return { end: isClosed(slash) ? twinOf(slash, plain) : labelOf(plain), slash: labelOf(slash) };
}
