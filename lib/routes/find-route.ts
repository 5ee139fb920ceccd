import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { isCanonicalPath } from './request-path.ts';
import { VERBS } from './route-key.ts';
import type { RouteTable } from './route-table.ts';

/**
 * Two routes of one path: the one that takes it as it is (`open`: a greedy one, none that is declared, or one with a final
 * slash of its own), and one that would take it with its final slash added or left out (`closed`). REST APIs ignore a
 * final slash, HTTP APIs do not.
 */
export interface SlashTwin {
  readonly closed: number;
  readonly open: number | null;
}

/**
 * Finds the declared route of a request: its index in `table.keys`, `null` if there is none, both routes of a path
 * whose final slash decides between them, or a refusal.
 *
 * The path decides, so that a declared route holds behind a catch-all of the gateway, `/{proxy+}` or `$default`, too.
 * The gateway's own route settles what the path leaves open: when it is declared and the path does not fit it (behind
 * a base path mapping, or with a final slash, which REST APIs ignore), it is the route.
 *
 * Refused as `ambiguous_path`, since API Gateway, this table and the backend may each read it differently: a path that
 * is not canonical, or that spells out a reserved character of a declared route in code. And a method that routes cannot
 * name, since no policy could tell which of them it is meant for.
 *
 * WebSocket requests are those of `$connect`. AppSync knows no routes. `$default` takes what nothing else takes there,
 * too.
 */
export function findRoute(
  table: RouteTable,
  request: AuthorizationRequest,
): number | null | SlashTwin | Refusal {
  const { method, path, routeTemplate } = request;
  if (method === null || path === null) {
    return (routeTemplate === '$connect' ? table.connect : null) ?? table.fallback;
  }
  if (table.hasPaths) {
    if (!(VERBS as readonly string[]).includes(method)) return OTHER_METHOD;
    if (!isCanonicalPath(path) || table.isDisguised(path)) return AMBIGUOUS;
  }
  const byPath = table.match(method, path);
  if (!table.hasPaths) return byPath;
  const isOpen = isOpenAtTheEnd(table, byPath);
  const bySlash = isOpen || path.endsWith('/') ? matchWithOtherEnd(table, method, path) : null;
  const twin = bySlash === null || bySlash === byPath ? null : { closed: bySlash, open: byPath };
  if (!isOpen && twin !== null) return twin;
  const byGateway = templateOf(table, request, method, byPath);
  if (byGateway !== null && byGateway !== byPath && !table.fits(byGateway, path)) return byGateway;
  return twin ?? byPath;
}

const AMBIGUOUS: Refusal = Object.freeze({ code: 'ambiguous_path' });
const OTHER_METHOD: Refusal = Object.freeze({
  code: 'ambiguous_path',
  detail: 'a method that no route can name',
});

/** The declared route that the gateway itself chose, where it says so; skips the search in the common case. */
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

/** A key without greedy parameter says itself whether its path ends with a slash. */
function isOpenAtTheEnd(table: RouteTable, index: number | null): boolean {
  const key = index === null ? undefined : table.keys[index];
  return key?.kind !== 'path' || key.segments.at(-1)?.kind === 'greedy';
}

/** The route that a path has with its final slash left out or added; catch-alls don't count. */
function matchWithOtherEnd(table: RouteTable, method: string, path: string): number | null {
  const slash = path.endsWith('/');
  if (path === '/' || (!slash && !table.hasTrailingSlashes)) return null;
  const other = table.match(method, slash ? path.slice(0, -1) : `${path}/`);
  return other === null || isOpenAtTheEnd(table, other) ? null : other;
}
