import type { Routing } from '../gateways/routing.ts';
import { isGreedy, type RouteKey, type Segment } from './route-key.ts';
import type { RouteTable } from './route-table.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/** Two declared routes that match the same requests, and whose order the gateway does not document. */
export interface Overlap {
  /** Indexes of the routes. */
  readonly routes: readonly [number, number];
  /** A key that would decide for such requests if it was declared: `GET /users/me`. */
  readonly decidedBy: string;
}

/**
 * Lists the pairs of routes of which both apply to some request. Pairs that only a final slash brings together are left
 * out.
 *
 * @param differ - whether the rules of two routes differ; pairs with the same rules are left out
 */
export function findOverlaps(
  table: RouteTable,
  routing: Routing,
  differ: (one: number, other: number) => boolean,
): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  for (const [first, one] of table.keys.entries()) {
    if (one.kind !== 'path') continue;
    for (let second = first + 1; second < table.keys.length; second++) {
      const other = table.keys[second] as RouteKey;
      if (other.kind !== 'path' || !mayOverlap(one, other) || !differ(first, second)) continue;
      const common = commonKey(one, other);
      if (common === null) continue;
      const { routes } = table.resolve(common.method, common.example, routing);
      if (routes.includes(first) && routes.includes(second)) {
        overlaps.push({ routes: [first, second], decidedBy: common.key });
      }
    }
  }
  return overlaps;
}

/** Gateways agree on the order of two routes that are alike in their method and in their end. */
function mayOverlap(one: PathKey, other: PathKey): boolean {
  if (one.method !== other.method && one.method !== 'ANY' && other.method !== 'ANY') return false;
  return one.method !== other.method || isGreedy(one) !== isGreedy(other);
}

/** The key of the requests that both routes match, and a path of it; `null` if there is none. */
function commonKey(one: PathKey, other: PathKey) {
  const segments = commonSegments(one.segments, other.segments);
  if (segments === null) return null;
  const method = one.method === 'ANY' ? other.method : one.method;
  const verb = method === 'ANY' ? 'GET' : method;
  const template = segments.map(textOf).join('/');
  const example = segments.map((segment) => (segment.kind === 'literal' ? segment.text : '-')).join('/');
  return { key: `${method} /${template}`, method: verb, example: `/${example}` };
}

function commonSegments(one: readonly Segment[], other: readonly Segment[]): readonly Segment[] | null {
  const common: Segment[] = [];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [a, b] = [one[at], other[at]];
    if (a?.kind === 'greedy') return withRest(common, other.slice(at));
    if (b?.kind === 'greedy') return withRest(common, one.slice(at));
    if (a === undefined || b === undefined) return null;
    if (a.kind === 'literal' && b.kind === 'literal' && a.text !== b.text) return null;
    common.push(a.kind === 'literal' ? a : b);
  }
  return common;
}

/** A greedy parameter takes one segment at least: with none, the final slash decides. */
function withRest(common: readonly Segment[], rest: readonly Segment[]): readonly Segment[] | null {
  return rest.length === 0 ? null : [...common, ...rest];
}

function textOf(segment: Segment): string {
  if (segment.kind === 'literal') return segment.text;
  return segment.kind === 'greedy' ? `{${segment.name}+}` : `{${segment.name}}`;
}
