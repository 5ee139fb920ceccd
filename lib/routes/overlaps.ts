import type { Routing } from '../gateways/routing.ts';
import { isGreedy, type RouteKey, type Segment } from './route-key.ts';
import type { RouteTable } from './route-table.ts';
import { pairsOnSharedPaths, type RoutePair } from './shared-paths.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/** Two declared routes that match the same requests, and whose order the gateway does not document. */
export interface Overlap {
  /** Indexes of the routes, ascending. */
  readonly routes: RoutePair;
  /** A key that would decide for such requests if it was declared: `GET /users/me`. */
  readonly decidedBy: string;
}

/**
 * Lists the pairs of routes of which both apply to some request, ascending. Pairs that only a final slash brings together
 * are left out.
 *
 * @param differ - whether the rules of two routes differ; pairs with the same rules are left out
 */
export function findOverlaps(
  table: RouteTable,
  routing: Routing,
  differ: (one: number, other: number) => boolean,
): readonly Overlap[] {
  const { keys } = table;
  const overlaps: Overlap[] = [];
  for (const routes of pairsOnSharedPaths(table.tree.root).map(ascending).sort(byIndex)) {
    const [first, second] = routes;
    const [one, other] = [keys[first] as PathKey, keys[second] as PathKey];
    if (!mayOverlap(one, other) || !differ(first, second)) continue;
    const common = commonKey(one, other);
    const resolved = table.resolve(common.method, common.example, routing).routes;
    if (routes.every((route) => resolved.includes(route))) overlaps.push({ routes, decidedBy: common.key });
  }
  return overlaps;
}

function ascending([one, other]: RoutePair): RoutePair {
  return one < other ? [one, other] : [other, one];
}

function byIndex([one, another]: RoutePair, [other, further]: RoutePair): number {
  return one - other || another - further;
}

/** Gateways agree on the order of two routes that are alike in their method and in their end. */
function mayOverlap(one: PathKey, other: PathKey): boolean {
  if (one.method !== other.method && one.method !== 'ANY' && other.method !== 'ANY') return false;
  return one.method !== other.method || isGreedy(one) !== isGreedy(other);
}

/** The key of the requests that both routes match, and a path of it. */
function commonKey(one: PathKey, other: PathKey) {
  const segments = commonSegments(one.segments, other.segments);
  const method = one.method === 'ANY' ? other.method : one.method;
  const verb = method === 'ANY' ? 'GET' : method;
  const template = segments.map(textOf).join('/');
  const example = segments.map((segment) => (segment.kind === 'literal' ? segment.text : '-')).join('/');
  return { key: `${method} /${template}`, method: verb, example: `/${example}` };
}

/** At each segment the more specific of the two. A greedy parameter takes the rest of the other route, one segment at least. */
function commonSegments(one: readonly Segment[], other: readonly Segment[]): readonly Segment[] {
  const common: Segment[] = [];
  for (const [at, segment] of one.entries()) {
    const another = other[at] as Segment;
    if (segment.kind === 'greedy') return [...common, ...other.slice(at)];
    if (another.kind === 'greedy') return [...common, ...one.slice(at)];
    common.push(segment.kind === 'literal' ? segment : another);
  }
  return common;
}

function textOf(segment: Segment): string {
  if (segment.kind === 'literal') return segment.text;
  return segment.kind === 'greedy' ? `{${segment.name}+}` : `{${segment.name}}`;
}
