import type { RouteKey } from '../../../lib/routes/route-key.ts';

/**
 * API Gateway's routing, written down a second time and in another way than in lib: try every route, keep those that
 * fit, and take the one whose segments are the most specific, read from the left.
 */
export function routeOf(routes: readonly RouteKey[], verb: string, path: string): number | null {
  const texts = path.slice(1).split('/');
  let best: { index: number; rank: string } | null = null;
  for (const [index, route] of routes.entries()) {
    const rank = rankOf(route, verb, texts);
    if (rank !== null && (best === null || rank < best.rank)) best = { index, rank };
  }
  return best?.index ?? null;
}

/** One letter a segment, the lower the more specific, then one for the method; `null` if the route does not fit. */
function rankOf(route: RouteKey, verb: string, texts: readonly string[]): string | null {
  if (route.kind === 'connect') return null;
  if (route.kind === 'default') return 'z';
  if (route.method !== verb && route.method !== 'ANY') return null;
  const method = route.method === 'ANY' ? '2' : '1';
  const declared =
    route.trailingSlash || route.segments.length === 0 ? [...route.segments, null] : route.segments;
  let rank = '';
  for (const [at, segment] of declared.entries()) {
    const text = texts[at];
    if (text === undefined) return null;
    if (segment?.kind === 'greedy') return `${rank}c${method}`;
    const literal = segment === null ? '' : segment.kind === 'literal' ? segment.text : null;
    if (literal === null ? text === '' : text !== literal) return null;
    rank += literal === null ? 'b' : 'a';
  }
  return texts.length === declared.length ? rank + method : null;
}
