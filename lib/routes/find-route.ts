import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest, GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { ROUTINGS, type Routing } from '../gateways/routing.ts';
import { takesSlashesOf, withoutEncodedSlashes } from './encoded-slashes.ts';
import { isCanonicalPath } from './request-path.ts';
import type { Resolved } from './resolved.ts';
import { isGreedy, type RouteKey, VERBS } from './route-key.ts';
import type { RouteTable } from './route-table.ts';

/** What a request matches among the declared routes. Numbers are indexes in the table's `keys`. */
export type FoundRoute =
  | {
      readonly kind: 'routes';
      /** At least one. The rules of all of them apply. The log names the first one. */
      readonly indexes: readonly number[];
      /** Whether the rules for undeclared paths apply too. */
      readonly undeclared: boolean;
      readonly by: FoundBy;
    }
  | { readonly kind: 'undeclared' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * How the routes of a request were found.
 *
 * - `path`: the path fits each of them.
 * - `both`: the path leads to some of them. The event names another one, which the path does not fit.
 * - `event`: the event names the one route. The path leads to none, so that no policy for all routes has it.
 * - `encoded`: the path fits each of them, and has encoded slashes that they take as data. No policy for all routes has it.
 */
export type FoundBy = 'path' | 'both' | 'event' | 'encoded';

/**
 * Finds the declared routes of a request.
 *
 * - The path decides. So a declared route applies also behind a catch-all of the gateway, `/{proxy+}` or `$default`.
 * - If the path may belong to several declared routes, because the gateway's order is not documented or a final slash
 *   separates them, all of them apply.
 * - If the path leads to one declared route and the event names another, both apply. Exception: the event's route is a
 *   catch-all that takes the path too. Then only the more specific route applies.
 * - If the event names a declared route, the path is not undeclared: it is behind a base path mapping.
 * - If the event has the path in several forms, decoded and as sent, the routes of each form apply.
 * - WebSocket requests match `$connect`. AppSync requests have no path. `$default` takes what no other route takes.
 *
 * Refuses with `ambiguous_path` what API Gateway, this table and the backend may read differently:
 *
 * - a path of which some form is not canonical, or contains a reserved character of a declared route in encoded form.
 *   Exception: encoded slashes and percent signs in parameters that take them as data, if the gateway routes by the path as
 *   sent;
 * - a method that no route key can name, because no policy could select its route.
 */
export function findRoute(table: RouteTable, request: AuthorizationRequest): FoundRoute {
  const { method, path, otherPaths, routeTemplate } = request;
  if (method === null || path === null) {
    return foundAlone((routeTemplate === '$connect' ? table.connect : null) ?? table.fallback);
  }
  if (!table.hasPaths) return foundAlone(table.fallback);
  if (!(VERBS as readonly string[]).includes(method)) return OTHER_METHOD;
  if (!isReadable(table, path) || !otherPaths.every((other) => isReadable(table, other))) {
    return table.takesEncodedSlashes ? findEncoded(table, request, [path, ...otherPaths]) : AMBIGUOUS;
  }
  return findReadable(table, request, method, path);
}

function findReadable(
  table: RouteTable,
  { gateway, otherPaths, routeTemplate }: AuthorizationRequest,
  method: string,
  path: string,
): FoundRoute {
  const routing = routingOf(gateway);
  let byPath = table.resolve(method, path, routing);
  for (const other of otherPaths) byPath = joined(byPath, table.resolve(method, other, routing));
  const named = namedBy(table, method, routeTemplate, byPath);
  if (named === null || named === table.fallback) return ofPath(table, byPath);
  return withNamed(table, byPath, named, { path, routing });
}

/** Gateways whose requests have a path have a routing. */
function routingOf(gateway: GatewayKind): Routing {
  return gatewayOfKind(gateway).routing as Routing;
}

/**
 * Finds the routes of a path with encoded slashes: as of any other path, if each form of it is readable without them, and
 * each route that it may belong to takes them where they are.
 *
 * @param forms - of the path, the one of the ARN first
 */
function findEncoded(table: RouteTable, request: AuthorizationRequest, forms: readonly string[]): FoundRoute {
  const plain = forms.map(withoutEncodedSlashes);
  if (!plain.every((form) => form !== null && isReadable(table, form))) return AMBIGUOUS;
  // Decoded before it is routed, an encoded slash separates segments, as any other does.
  if (ROUTINGS[routingOf(request.gateway)].percentEncoding === 'decoded') return DECODED;
  const route = findReadable(table, request, request.method as string, forms[0] as string);
  if (route.kind !== 'routes' || route.by !== 'path' || route.undeclared) return AMBIGUOUS;
  const isTaken = (index: number) =>
    forms.every((form) => takesSlashesOf(table.keys[index] as RouteKey, form));
  return route.indexes.every(isTaken) ? { ...route, by: 'encoded' } : AMBIGUOUS;
}

const UNDECLARED: FoundRoute = Object.freeze({ kind: 'undeclared' });

const AMBIGUOUS = refused({ code: 'ambiguous_path' });
const DECODED = refused({
  code: 'ambiguous_path',
  detail: '`encodedSlashes` has no effect on HTTP APIs: they decode a path, then route it',
});
const OTHER_METHOD = refused({ code: 'ambiguous_path', detail: 'no route key can name the method' });

/** No route. */
const NONE = -1;

function refused(refusal: Refusal): FoundRoute {
  return Object.freeze({ kind: 'refused', refusal: Object.freeze(refusal) });
}

function foundAlone(index: number | null): FoundRoute {
  return index === null ? UNDECLARED : found([index], false, 'path');
}

function found(indexes: readonly number[], undeclared: boolean, by: FoundBy): FoundRoute {
  return { kind: 'routes', indexes, undeclared, by };
}

function isReadable(table: RouteTable, path: string): boolean {
  return isCanonicalPath(path) && !table.isDisguised(path);
}

function joined(one: Resolved, other: Resolved): Resolved {
  const routes = [...new Set([...one.routes, ...other.routes])];
  return { routes, undeclared: one.undeclared || other.undeclared };
}

/** The declared route that the event names, or `null`. Skips the search if the path leads to the same route. */
function namedBy(
  table: RouteTable,
  method: string,
  template: string | null,
  { routes }: Resolved,
): number | null {
  if (template === null) return null;
  const [first = NONE] = routes;
  return table.keys[first]?.key === template ? first : table.matchTemplate(method, template);
}

/** The routes of the path if the event names no declared route, or `$default`. */
function ofPath({ keys, fallback }: RouteTable, { routes, undeclared }: Resolved): FoundRoute {
  const indexes = undeclared && fallback !== null ? [...routes, fallback] : routes;
  if (indexes.length === 0) return UNDECLARED;
  const isRest = undeclared && fallback === null;
  if (indexes.length === 1) return found(indexes, isRest, 'path');
  const first = indexes.find((index) => isComplete(keys[index] as RouteKey)) ?? (indexes[0] as number);
  return found(startingWith(first, indexes), isRest, 'path');
}

function isComplete(key: RouteKey): boolean {
  return key.kind === 'path' && !isGreedy(key);
}

/** The routes of the path and the declared route that the event names. */
function withNamed(
  table: RouteTable,
  byPath: Resolved,
  named: number,
  { path, routing }: { readonly path: string; readonly routing: Routing },
): FoundRoute {
  const { routes, undeclared } = byPath;
  if (!routes.includes(named)) {
    // The gateway ignores the final slash. Without it, the path may lead to the route that the event names.
    const isSlashIgnored = path.endsWith('/') && ROUTINGS[routing].finalSlash === 'ignored';
    const isWider = isGreedy(table.keys[named] as RouteKey) && table.fits(named, path);
    if (isWider && !isSlashIgnored) return ofPath(table, byPath);
  }
  const by = undeclared ? 'event' : routes.includes(named) || table.fits(named, path) ? 'path' : 'both';
  return found(startingWith(named, routes), false, by);
}

function startingWith(first: number, routes: readonly number[]): readonly number[] {
  return [first, ...routes.filter((route) => route !== first)];
}
