import { landAtEnd, landAtSlash } from '../routes/resolve.ts';
import { type RouteKey, VERBS, type Verb } from '../routes/route-key.ts';
import { advance, type Candidate, literalsOf, type RouteTree } from '../routes/route-tree.ts';
import { createLabels, type Label, type Labels } from './labels.ts';
import { MAX_ELEMENTS } from './segment-glob.ts';
import { type StepBudget, withinSteps } from './step-budget.ts';

/**
 * A state of the automaton that routes a path, segment by segment, as the gateways do. They differ only in where a path
 * leads that has ended, so that one automaton serves all of them.
 */
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
  /** After a segment that is a literal of the table, but none of `literals`. */
  readonly spelled: PathState;
  /** After any other segment. */
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

/** Where a segment leads: a literal of the table, or `null` for a segment that is none. */
export function nextState(state: PathState, segment: string | null): PathState {
  if (state.kind === 'sink') return state;
  if (segment === null) return state.other;
  return state.literals.get(segment) ?? state.spelled;
}

/** What no route key can name. */
export const OTHER = 'OTHER';

/** The verbs that share the same routes, and the state in which their paths begin. */
export interface VerbGroup {
  /** {@link OTHER} stands for all methods but the verbs. */
  readonly verbs: readonly (Verb | typeof OTHER)[];
  readonly start: PathState;
  /** Indexes of the routes that have a path, with these verbs. */
  readonly routes: readonly number[];
  /** The labels of their paths. */
  readonly labels: ReadonlySet<Label>;
}

export interface RouteAutomata {
  readonly groups: readonly VerbGroup[];
  readonly labels: Labels;
  readonly literals: ReadonlySet<string>;
}

/** Bound on the work at start-up. Tables that are written by people stay two orders of magnitude below. */
const MAX_STATES = 100_000;

/**
 * @returns one automaton for each group of verbs that are routed alike; `null` if the table is too deep or too
 *   intertwined for the bounds here
 */
export function routeAutomata(routes: readonly RouteKey[], tree: RouteTree): RouteAutomata | null {
  const tooDeep = routes.some((route) => route.kind === 'path' && route.segments.length > MAX_ELEMENTS - 4);
  if (tooDeep) return null;
  let ids = 0;
  const parts = {
    routes,
    tree,
    labels: createLabels(),
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
  const groups = new Map<string, VerbGroup & { readonly verbs: VerbGroup['verbs'][number][] }>();
  for (const verb of [...VERBS, OTHER] as const) {
    const routes = table.routes.flatMap((route, index) =>
      route.kind === 'path' && (route.method === verb || route.method === 'ANY') ? [index] : [],
    );
    const known = groups.get(routes.join());
    if (known !== undefined) known.verbs.push(verb);
    else groups.set(routes.join(), { verbs: [verb], routes, ...automatonOf(table, verb) });
  }
  return { groups: [...groups.values()], labels: table.labels, literals: table.tree.literals };
}

/** The states of one verb, by their candidates. */
type States = Map<string, Sink | (Fork & { shared: boolean })>;

function automatonOf(table: Table, verb: string): { start: PathState; labels: ReadonlySet<Label> } {
  const states: States = new Map();
  const start = stateOf(table, verb, table.tree.start, states);
  const labels = new Set<Label>();
  for (const state of states.values()) {
    if (state.end !== null) labels.add(state.end);
    if (state.kind === 'fork') labels.add(state.slash);
  }
  return { start, labels };
}

function stateOf(table: Table, verb: string, candidates: readonly Candidate[], states: States): PathState {
  const key = candidates.map(nameOf).join();
  const known = states.get(key);
  if (known === undefined) {
    const state = newState(table, verb, candidates, states);
    states.set(key, state);
    return state;
  }
  if (known.kind === 'fork') known.shared = true;
  return known;
}

function nameOf(candidate: Candidate): string {
  const name = candidate.kind === 'greedy' ? `g${candidate.route}` : `${candidate.place.id}`;
  return candidate.spelled ? `${name}!` : name;
}

function newState(
  table: Table,
  verb: string,
  candidates: readonly Candidate[],
  states: States,
): Sink | (Fork & { shared: boolean }) {
  table.budget.take(1);
  const { labels, tree } = table;
  const id = table.nextId();
  const end = labels.labelOf((routing) => landAtEnd(candidates, verb, routing));
  if (candidates.every(({ kind }) => kind === 'greedy')) return { kind: 'sink', id, end };
  const after = (segment: string | null, spells: boolean) =>
    stateOf(table, verb, advance(candidates, segment, verb, spells), states);
  return {
    kind: 'fork',
    id,
    // No path ends before its first slash.
    end: candidates === tree.start ? null : end,
    slash: labels.labelOf((routing) => landAtSlash(candidates, verb, routing)),
    shared: false,
    literals: new Map([...literalsOf(candidates, verb)].map((literal) => [literal, after(literal, true)])),
    spelled: after(null, true),
    other: after(null, false),
  };
}
