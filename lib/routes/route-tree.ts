import { type RouteKey, VERBS } from './route-key.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/** The routes that end at a place: index of the route, by method. */
type Ends = Map<string, number>;

/**
 * A place in the tree of declared paths: where a path stands after some of its segments. The matcher of requests and the
 * policy compiler read the same tree. Maps are made when needed: most places have one at most.
 */
export interface Place {
  readonly id: number;
  literals: Map<string, Place> | null;
  parameter: Place | null;
  /** Routes that end here. */
  plain: Ends | null;
  /** Routes that end here with one more slash. The root's only form. */
  slash: Ends | null;
  /** Routes whose greedy parameter begins here. */
  greedy: Ends | null;
  /** The methods that have a route here or below, one bit each. */
  methods: number;
}

/**
 * A way to read the segments so far: a place in the tree, or the index of a greedy route that takes whatever follows.
 * Lists of candidates are sorted, the most specific first: a literal before a parameter before a greedy parameter.
 */
export type Candidate = Place | number;

/** No route. */
export const NONE = -1;

/** Where the paths of a table begin. */
export interface RouteTree {
  readonly root: Place;
}

/** @param keys - their indexes are the routes' indexes; keys without a path are not in the tree */
export function createRouteTree(keys: readonly RouteKey[]): RouteTree {
  const newPlace = placeMaker();
  const root = newPlace();
  for (const [index, key] of keys.entries()) {
    if (key.kind === 'path') endsOf(root, key, newPlace).set(key.method, index);
  }
  return { root };
}

/** One bit for each method that a key can name. */
const METHOD_BITS = new Map<string, number>(VERBS.map((verb, index) => [verb, 1 << index]));
/** All other methods share one. */
const OTHER_BIT = 1 << VERBS.length;

function methodBit(method: string): number {
  return METHOD_BITS.get(method) ?? OTHER_BIT;
}

/** The bits of the methods that a key is for. */
function bitsOf(method: string): number {
  return method === 'ANY' ? 2 * OTHER_BIT - 1 : methodBit(method);
}

/** The route for the method among those that end at a place: the method's own before `ANY`. */
export function ending(ends: Ends | null, method: string): number {
  return ends?.get(method) ?? ends?.get('ANY') ?? NONE;
}

/**
 * The candidates after one more segment.
 *
 * @param segment - its text; `null` for a text that is no literal of the table
 */
export function advance(
  candidates: readonly Candidate[],
  segment: string | null,
  method: string,
): readonly Candidate[] {
  const bit = methodBit(method);
  const next: Candidate[] = [];
  for (const candidate of candidates) {
    if (typeof candidate === 'number') {
      next.push(candidate);
      break;
    }
    const { literals, parameter } = candidate;
    const literal = segment === null ? undefined : literals?.get(segment);
    if (literal !== undefined && (literal.methods & bit) !== 0) next.push(literal);
    if (parameter !== null && segment !== '' && (parameter.methods & bit) !== 0) next.push(parameter);
    const greedy = ending(candidate.greedy, method);
    if (greedy !== NONE) {
      next.push(greedy);
      break;
    }
  }
  return next;
}

/** The route of a path that ends after the candidates' segments. */
export function routeAtEnd(candidates: readonly Candidate[], method: string): number {
  for (const candidate of candidates) {
    const route = typeof candidate === 'number' ? candidate : ending(candidate.plain, method);
    if (route !== NONE) return route;
  }
  return NONE;
}

/** The route of a path that ends with one more slash. A greedy parameter may take nothing at all. */
export function routeAtSlash(candidates: readonly Candidate[], method: string): number {
  for (const candidate of candidates) {
    if (typeof candidate === 'number') return candidate;
    const route = ending(candidate.slash, method);
    if (route !== NONE) return route;
    const greedy = ending(candidate.greedy, method);
    if (greedy !== NONE) return greedy;
  }
  return NONE;
}

/** The literals that some candidate tells apart from other segments. */
export function literalsOf(candidates: readonly Candidate[], method: string): ReadonlySet<string> {
  const bit = methodBit(method);
  const found = new Set<string>();
  for (const candidate of candidates) {
    if (typeof candidate === 'number' || candidate.literals === null) continue;
    for (const [literal, place] of candidate.literals) {
      if ((place.methods & bit) !== 0) found.add(literal);
    }
  }
  return found;
}

function placeMaker(): () => Place {
  let ids = 0;
  return () => ({
    id: ids++,
    literals: null,
    parameter: null,
    plain: null,
    slash: null,
    greedy: null,
    methods: 0,
  });
}

/** The routes that end where the key does; adds the places on the way. */
function endsOf(root: Place, key: PathKey, newPlace: () => Place): Ends {
  const bits = bitsOf(key.method);
  let place = root;
  place.methods |= bits;
  for (const segment of key.segments) {
    if (segment.kind === 'greedy') {
      place.greedy ??= new Map();
      return place.greedy;
    }
    if (segment.kind === 'parameter') {
      place.parameter ??= newPlace();
      place = place.parameter;
    } else {
      place = literalOf(place, segment.text, newPlace);
    }
    place.methods |= bits;
  }
  const end = key.trailingSlash || key.segments.length === 0 ? 'slash' : 'plain';
  place[end] ??= new Map();
  return place[end];
}

function literalOf(place: Place, text: string, newPlace: () => Place): Place {
  place.literals ??= new Map();
  const next = place.literals.get(text) ?? newPlace();
  place.literals.set(text, next);
  return next;
}
