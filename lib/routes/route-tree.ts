import { isGreedy, type RouteKey, VERBS } from './route-key.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/** One way to match the segments so far. Lists of candidates are sorted, the most specific first. */
export type Candidate = PlaceCandidate | GreedyCandidate;

export interface PlaceCandidate {
  readonly kind: 'place';
  readonly place: Place;
  /** Whether a parameter took a segment with the text of a literal of the table. */
  readonly spelled: boolean;
}

/** A greedy route, which takes everything that follows. */
export interface GreedyCandidate {
  readonly kind: 'greedy';
  readonly route: number;
  /** Whether the route is for `ANY` method. */
  readonly any: boolean;
  readonly spelled: boolean;
}

/** A candidate, and the same candidate with `spelled`. */
export interface Pair<Kind extends Candidate> {
  readonly usual: Kind;
  readonly spelled: Kind;
}

/**
 * A node in the tree of declared paths, reached by some first segments of a path. Request matching and the policy compiler
 * use the same tree. Maps are created on demand, because most places have at most one.
 */
export class Place {
  readonly candidates: Pair<PlaceCandidate> = {
    usual: { kind: 'place', place: this, spelled: false },
    spelled: { kind: 'place', place: this, spelled: true },
  };
  readonly id: number;
  literals: Map<string, Place> | null = null;
  parameter: Place | null = null;
  /** Routes that end here, by method. */
  plain: Map<string, number> | null = null;
  /** Routes that end here with one more slash, by method. The root's route, `/`, is here too. */
  slash: Map<string, number> | null = null;
  /** Routes whose greedy parameter begins here, by method. */
  greedy: Map<string, Pair<GreedyCandidate>> | null = null;
  /** The methods that have a route here or below, one bit for each. */
  methods = 0;
  /** The kinds of routes here and below, one bit for each: complete or greedy, for one method or for `ANY`. */
  kinds = 0;

  constructor(id: number) {
    this.id = id;
  }
}

/** The tree of a table's paths. */
export interface RouteTree {
  readonly root: Place;
  /** The root as the only candidate. Matching begins here. */
  readonly start: readonly Candidate[];
  /** The literals of all routes. */
  readonly literals: ReadonlySet<string>;
}

/** @param keys - the routes, by index; keys without a path are not in the tree */
export function createRouteTree(keys: readonly RouteKey[]): RouteTree {
  const root = new Place(0);
  const literals = new Set<string>();
  let places = 1;
  const newPlace = () => new Place(places++);
  for (const [index, key] of keys.entries()) {
    if (key.kind !== 'path') continue;
    addRoute(root, key, index, newPlace);
    for (const segment of key.segments) if (segment.kind === 'literal') literals.add(segment.text);
  }
  return { root, start: [root.candidates.usual], literals };
}

function addRoute(root: Place, key: PathKey, index: number, newPlace: () => Place): void {
  const bits = key.method === 'ANY' ? 2 * OTHER_BIT - 1 : methodBit(key.method);
  const kind = kindBit(key);
  let place = root;
  place.methods |= bits;
  place.kinds |= kind;
  for (const segment of key.segments) {
    if (segment.kind === 'greedy') {
      const rest = { kind: 'greedy', route: index, any: key.method === 'ANY' } as const;
      const pair = { usual: { ...rest, spelled: false }, spelled: { ...rest, spelled: true } };
      place.greedy ??= new Map();
      place.greedy.set(key.method, pair);
      return;
    }
    place =
      segment.kind === 'literal' ? literalOf(place, segment.text, newPlace) : parameterOf(place, newPlace);
    place.methods |= bits;
    place.kinds |= kind;
  }
  const end = key.trailingSlash || key.segments.length === 0 ? 'slash' : 'plain';
  place[end] ??= new Map();
  place[end].set(key.method, index);
}

function literalOf(place: Place, text: string, newPlace: () => Place): Place {
  place.literals ??= new Map();
  const next = place.literals.get(text) ?? newPlace();
  place.literals.set(text, next);
  return next;
}

function parameterOf(place: Place, newPlace: () => Place): Place {
  place.parameter ??= newPlace();
  return place.parameter;
}

function kindBit(key: PathKey): number {
  return 1 << ((key.method === 'ANY' ? 1 : 0) + (isGreedy(key) ? 2 : 0));
}

/** One bit for each method that a key can name. */
const METHOD_BITS = new Map<string, number>(VERBS.map((verb, index) => [verb, 1 << index]));
/** The bit of all other methods. */
const OTHER_BIT = 1 << VERBS.length;

function methodBit(method: string): number {
  return METHOD_BITS.get(method) ?? OTHER_BIT;
}

/**
 * The candidates after one more segment.
 *
 * @param segment - its text; `null` for a text that is not a literal of any candidate
 * @param spells - whether the text is a literal of the table. Only the policy compiler needs this
 */
export function advance(
  candidates: readonly Candidate[],
  segment: string | null,
  method: string,
  spells: boolean,
): readonly Candidate[] {
  const bit = methodBit(method);
  const next: Candidate[] = [];
  for (const candidate of candidates) {
    if (candidate.kind === 'greedy') {
      next.push(candidate);
      continue;
    }
    const { place, spelled } = candidate;
    const literal = segment === null ? undefined : place.literals?.get(segment);
    if (literal !== undefined && (literal.methods & bit) !== 0) next.push(oneOf(literal.candidates, spelled));
    const { parameter } = place;
    if (parameter !== null && segment !== '' && (parameter.methods & bit) !== 0) {
      next.push(oneOf(parameter.candidates, spelled || spells));
    }
    const greedy = restOf(place, method);
    if (greedy !== undefined) next.push(oneOf(greedy, spelled));
  }
  return next;
}

/** The greedy route that begins at a place: the one for the method, else the one for `ANY`. */
export function restOf(place: Place, method: string): Pair<GreedyCandidate> | undefined {
  return place.greedy?.get(method) ?? place.greedy?.get('ANY');
}

function oneOf<Kind extends Candidate>({ usual, spelled }: Pair<Kind>, isSpelled: boolean): Kind {
  return isSpelled ? spelled : usual;
}

/** The literals that lead on from some candidate. */
export function literalsOf(candidates: readonly Candidate[], method: string): ReadonlySet<string> {
  const bit = methodBit(method);
  const found = new Set<string>();
  for (const candidate of candidates) {
    if (candidate.kind === 'greedy' || candidate.place.literals === null) continue;
    for (const [literal, place] of candidate.place.literals) {
      if ((place.methods & bit) !== 0) found.add(literal);
    }
  }
  return found;
}
