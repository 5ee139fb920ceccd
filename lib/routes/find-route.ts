import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { isCanonicalPath } from './request-path.ts';
import { VERBS } from './route-key.ts';
import type { RouteTable } from './route-table.ts';
import type { SlashTwin } from './slash-twin.ts';

/** What a request matches among the declared routes. Numbers are indexes in the table's `keys`. */
export type FoundRoute =
  | {
      readonly kind: 'route';
      readonly index: number;
      /** `event`: the event named the route, and the path does not match it. */
      readonly by: 'path' | 'event';
    }
  | ({ readonly kind: 'twin' } & SlashTwin)
  | { readonly kind: 'undeclared' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Finds the declared route of a request.
 *
 * - The path decides. So a declared route applies even behind a catch-all of the gateway, `/{proxy+}` or `$default`.
 * - If the gateway's own route is declared and the path does not fit it, that route applies: behind a base path mapping,
 *   or with a final slash, which REST APIs ignore.
 * - If only the final slash separates the path from a declared route, both routes apply: a twin.
 * - WebSocket requests match `$connect`. AppSync requests have no path. `$default` takes what no other route takes.
 *
 * Refuses as `ambiguous_path` what API Gateway, this table and the backend may each read differently:
 *
 * - a path that is not canonical, or that has a reserved character of a declared route in encoded form, in any form that
 *   the event has;
 * - a method that no route key can name, because no policy could say which route it belongs to.
 */
export function findRoute(table: RouteTable, request: AuthorizationRequest): FoundRoute {
  const { method, path, otherPaths, routeTemplate } = request;
  if (method === null || path === null) {
    return found((routeTemplate === '$connect' ? table.connect : null) ?? table.fallback);
  }
  if (!table.hasPaths) return found(table.fallback);
  if (!(VERBS as readonly string[]).includes(method)) return OTHER_METHOD;
  if (!isReadable(table, path) || !otherPaths.every((other) => isReadable(table, other))) return AMBIGUOUS;
  const byPath = table.match(method, path);
  const isOpen = isOpenAtTheEnd(table, byPath);
  const bySlash = isOpen || path.endsWith('/') ? matchWithOtherEnd(table, method, path) : null;
  const twin =
    bySlash === null || bySlash === byPath
      ? null
      : ({ kind: 'twin', closed: bySlash, open: byPath } as const);
  if (!isOpen && twin !== null) return twin;
  const byGateway = templateOf(table, request, method, byPath);
  if (byGateway !== null && byGateway !== byPath && !table.fits(byGateway, path)) {
    return { kind: 'route', index: byGateway, by: 'event' };
  }
  return twin ?? found(byPath);
}

const UNDECLARED: FoundRoute = Object.freeze({ kind: 'undeclared' });

const AMBIGUOUS = refused({ code: 'ambiguous_path' });
const OTHER_METHOD = refused({ code: 'ambiguous_path', detail: 'a method that no route can name' });

function refused(refusal: Refusal): FoundRoute {
  return Object.freeze({ kind: 'refused', refusal: Object.freeze(refusal) });
}

function isReadable(table: RouteTable, path: string): boolean {
  return isCanonicalPath(path) && !table.isDisguised(path);
}

function found(index: number | null): FoundRoute {
  return index === null ? UNDECLARED : { kind: 'route', index, by: 'path' };
}

/** The declared route that the gateway itself chose, if the event names it; skips the search in the common case. */
function templateOf(
  table: RouteTable,
  request: AuthorizationRequest,
  method: string,
  byPath: number | null,
): number | null {
  const template = request.routeTemplate;
  if (template === null) return null;
  if (byPath !== null && table.keys[byPath]?.key === template) return byPath;
  return table.matchTemplate(method, template);
}

/** Whether the route leaves the final slash of its paths open: only a key without a greedy parameter fixes it. */
function isOpenAtTheEnd(table: RouteTable, index: number | null): boolean {
  const key = index === null ? undefined : table.keys[index];
  return key?.kind !== 'path' || key.segments.at(-1)?.kind === 'greedy';
}

/** The route of the path with its final slash removed or added; catch-alls do not count. */
function matchWithOtherEnd(table: RouteTable, method: string, path: string): number | null {
  const slash = path.endsWith('/');
  if (path === '/' || (!slash && !table.hasTrailingSlashes)) return null;
  const other = table.match(method, slash ? path.slice(0, -1) : `${path}/`);
  return other === null || isOpenAtTheEnd(table, other) ? null : other;
}
