import type { OptionError } from '../decision/errors.ts';
import { parseRouteKey, type RouteKey, type Segment, VERBS } from '../routes/route-key.ts';
import type { DeployedRoute, RoutedApi } from './deployed-api.ts';

type PathKey = Extract<RouteKey, { readonly kind: 'path' }>;

/** A route of the API with its key parsed; why it cannot be declared if the key is none for `routes`. */
export interface ApiRoute {
  readonly route: DeployedRoute;
  readonly key: RouteKey | null;
  readonly flaw: string | null;
}

export function parsedRoutes(routes: readonly DeployedRoute[]): readonly ApiRoute[] {
  return routes.map((route) => {
    try {
      return { route, key: parseRouteKey(route.key, 'key'), flaw: null };
    } catch (error) {
      return { route, key: null, flaw: (error as OptionError).advice };
    }
  });
}

/** The methods of a key, other than preflights if it is for `ANY` method. */
export function verbsOf(key: RouteKey): readonly string[] {
  if (key.kind !== 'path') return ['ANY'];
  return key.method === 'ANY' ? VERBS.filter((verb) => verb !== 'OPTIONS') : [key.method];
}

/** Whether a route takes each path that the other one takes. */
export function coversPath(wide: RouteKey, narrow: RouteKey): boolean {
  if (wide.kind === 'default') return true;
  if (wide.kind !== 'path' || narrow.kind !== 'path') return wide.key === narrow.key;
  for (const [index, segment] of wide.segments.entries()) {
    const other = narrow.segments[index];
    if (segment.kind === 'greedy') return other !== undefined;
    if (other === undefined || !coversSegment(segment, other)) return false;
  }
  return wide.segments.length === narrow.segments.length;
}

function coversSegment(wide: Segment, narrow: Segment): boolean {
  if (narrow.kind === 'greedy') return false;
  return wide.kind !== 'literal' || (narrow.kind === 'literal' && narrow.text === wide.text);
}

/** Whether some path belongs to both routes. */
export function pathsMeet(one: RouteKey, other: RouteKey): boolean {
  if (one.kind === 'default' || other.kind === 'default') return true;
  if (one.kind !== 'path' || other.kind !== 'path') return one.key === other.key;
  for (const [index, segment] of one.segments.entries()) {
    const opposite = other.segments[index];
    if (opposite === undefined) return false;
    if (segment.kind === 'greedy' || opposite.kind === 'greedy') return true;
    if (segment.kind === 'literal' && opposite.kind === 'literal' && segment.text !== opposite.text)
      return false;
  }
  return one.segments.length === other.segments.length;
}

/** Whether a route takes requests with this method; `ANY` for all methods. */
export function takesMethod(key: RouteKey, verb: string): boolean {
  return key.kind !== 'path' || key.method === 'ANY' || key.method === verb;
}

/** Which routes of an API take the requests of declared routes. */
export class ServedRoutes {
  readonly #routes: readonly (ApiRoute & { readonly key: RouteKey })[];
  readonly #byShape = new Map<string, ApiRoute>();
  readonly #rank: (key: RouteKey) => string;

  constructor(declared: readonly RouteKey[], routes: readonly ApiRoute[], kind: RoutedApi['kind']) {
    this.declared = declared;
    this.#routes = routes.filter((route): route is ApiRoute & { key: RouteKey } => route.key !== null);
    for (const route of this.#routes) this.#byShape.set(shapeOf(route.key), route);
    this.#rank = (key) => rankOf(key, kind === 'http');
  }

  readonly declared: readonly RouteKey[];

  /** The most specific route of the API that takes all paths of the key, for one method; `null` if none does. */
  routeFor(key: RouteKey, verb: string): ApiRoute | null {
    const same = key.kind === 'path' ? this.#same(key, verb) : this.#byShape.get(key.key);
    if (same !== undefined) return same;
    let best: (ApiRoute & { readonly key: RouteKey }) | null = null;
    for (const route of this.#routes) {
      if (!takesMethod(route.key, verb) || !coversPath(route.key, key)) continue;
      if (best === null || this.#rank(route.key) < this.#rank(best.key)) best = route;
    }
    return best;
  }

  #same(key: PathKey, verb: string): ApiRoute | undefined {
    return this.#byShape.get(`${verb} ${pathShape(key)}`) ?? this.#byShape.get(`ANY ${pathShape(key)}`);
  }
}

function shapeOf(key: RouteKey): string {
  return key.kind === 'path' ? `${key.method} ${pathShape(key)}` : key.key;
}

/** The path without the names of its parameters, and without a final slash, which few gateways route by. */
function pathShape({ segments }: PathKey): string {
  const texts = segments.map((segment) => (segment.kind === 'literal' ? segment.text : `{${segment.kind}}`));
  return `/${texts.join('/')}`;
}

/** Sorts routes by what goes first: segment by segment a literal, a parameter, a greedy one; on HTTP APIs greedy routes last. */
function rankOf(key: RouteKey, greedyLast: boolean): string {
  if (key.kind !== 'path') return '3';
  const ranks = key.segments.map(({ kind }) => ({ literal: 0, parameter: 1, greedy: 2 })[kind]).join('');
  const group = greedyLast && ranks.endsWith('2') ? 1 : 0;
  return `${group}${ranks}${key.method === 'ANY' ? 1 : 0}`;
}
