import type { GatewayKind } from '../gateways/gateway.ts';

/** A declared route of the API. */
export interface Route {
  /** `GET /users/{id}`, `ANY /{proxy+}`, `$default`, `$connect`. */
  readonly key: string;
  readonly method: string;
  /** The path with its parameters, `/users/{id}`. */
  readonly template: string;
}

/** The route of a request. */
export interface RouteMatch {
  readonly route: Route;
  /** Values of `{id}` and `{proxy+}`: decoded on HTTP APIs, as sent elsewhere. */
  readonly parameters: Readonly<Record<string, string>>;
}

const EVERYTHING: Readonly<Record<GatewayKind, readonly string[]>> = {
  'rest-token': ['ANY /', 'ANY /{proxy+}'],
  'rest-request': ['ANY /', 'ANY /{proxy+}'],
  'http-api-1.0': ['$default'],
  'http-api-2.0': ['$default'],
  websocket: ['$connect'],
  'appsync-graphql': ['POST /graphql'],
  'appsync-events': ['POST /event'],
};

/** The routes of an API of this kind; without `keys`, routes that match every request. */
export function parseRoutes(kind: GatewayKind, keys: readonly string[] = EVERYTHING[kind]): Route[] {
  return keys.map((key) => {
    if (key.startsWith('$')) return { key, method: 'ANY', template: key };
    const [method = '', template = '', ...rest] = key.split(' ');
    if (!/^[A-Z]+$/.test(method) || !template.startsWith('/') || rest.length > 0) {
      throw new TypeError(`routes: '${key}' is not a route; write 'GET /path', '$default' or '$connect'`);
    }
    return { key, method, template };
  });
}

/**
 * Routes a request as API Gateway does. A route whose method does not fit is passed over.
 *
 * - REST APIs take the path as sent, collapse slashes at its beginning and ignore one at its end. A greedy parameter takes
 *   one segment at least. Segment by segment, a literal goes before a parameter before a greedy parameter.
 * - HTTP APIs decode the path once. A route without a greedy parameter goes before one with, and within these the more
 *   specific one. A greedy parameter may take nothing. `$default` is last.
 *
 * @param path - as sent
 */
export function findRoute(
  routes: readonly Route[],
  kind: GatewayKind,
  method: string,
  path: string,
): RouteMatch | null {
  const isHttp = kind.startsWith('http-api');
  const routed = isHttp ? decodeOnce(path) : restPath(path);
  let best: (RouteMatch & { readonly rank: string }) | null = null;
  for (const route of routes) {
    if (route.method !== 'ANY' && route.method !== method) continue;
    const parameters = matchTemplate(route.template, routed, isHttp);
    if (parameters === null) continue;
    const rank = `${groupOf(route, isHttp)}${rankOf(route.template)}${route.method === 'ANY' ? 1 : 0}`;
    if (best === null || rank < best.rank) best = { route, parameters, rank };
  }
  return best;
}

/** The path that an HTTP API routes by and passes to the backend; as it is if it is not UTF-8. */
export function decodeOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function restPath(path: string): string {
  const single = path.replace(/^\/+/, '/');
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single;
}

/** What goes first, whatever its segments: on HTTP APIs complete routes, then greedy ones, then `$default`. */
function groupOf({ template }: Route, isHttp: boolean): number {
  if (template.startsWith('$')) return 2;
  return isHttp && isGreedy(template) ? 1 : 0;
}

/** The rank of a template, to be sorted as text: literal segment 0, parameter 1, greedy 2. */
function rankOf(template: string): string {
  return template
    .split('/')
    .slice(1)
    .map((segment) => (isGreedy(segment) ? 2 : isParameter(segment) ? 1 : 0))
    .join('');
}

const isParameter = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('}');
const isGreedy = (segment: string): boolean => segment.endsWith('+}');

function matchTemplate(template: string, path: string, mayBeEmpty: boolean): Record<string, string> | null {
  if (template.startsWith('$')) return {};
  const parameters: Record<string, string> = {};
  const wanted = template.split('/');
  const given = path.split('/');
  for (const [index, segment] of wanted.entries()) {
    const value = given[index];
    if (isGreedy(segment)) {
      const rest = given.slice(index).join('/');
      if (value === undefined || (rest === '' && !mayBeEmpty)) return null;
      parameters[segment.slice(1, -2)] = rest;
      return parameters;
    }
    if (value === undefined || (isParameter(segment) ? value === '' : value !== segment)) return null;
    if (isParameter(segment)) parameters[segment.slice(1, -1)] = value;
  }
  return wanted.length === given.length ? parameters : null;
}
