import type { GatewayKind } from '../../lib/gateways/gateway.ts';

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
  /** Values of `{id}` and `{proxy+}`, not decoded. */
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
 * Routes a request as API Gateway does: literal before parameter before greedy, segment by segment, `$default` last.
 * REST APIs choose the resource first and then the method. HTTP APIs consider only routes with the method.
 */
export function findRoute(
  routes: readonly Route[],
  kind: GatewayKind,
  method: string,
  path: string,
): RouteMatch | null {
  let best: (RouteMatch & { readonly rank: string }) | null = null;
  for (const route of routes) {
    const takesMethod = route.method === 'ANY' || route.method === method;
    if (!takesMethod && !kind.startsWith('rest')) continue;
    const parameters = matchTemplate(route.template, path);
    if (parameters === null) continue;
    const rank = `${rankOf(route.template)} ${takesMethod ? (route.method === 'ANY' ? 1 : 0) : 2}`;
    if (best === null || rank < best.rank) best = { route, parameters, rank };
  }
  return best === null || best.rank.endsWith(' 2') ? null : best;
}

/** The rank of a template, to be sorted as text: literal segment 0, parameter 1, greedy 2, `$default` 3. */
function rankOf(template: string): string {
  if (template.startsWith('$')) return '3';
  return template
    .split('/')
    .slice(1)
    .map((segment) => (isGreedy(segment) ? 2 : isParameter(segment) ? 1 : 0))
    .join('');
}

const isParameter = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('}');
const isGreedy = (segment: string): boolean => segment.endsWith('+}');

function matchTemplate(template: string, path: string): Record<string, string> | null {
  if (template.startsWith('$')) return {};
  const parameters: Record<string, string> = {};
  const wanted = template.split('/');
  const given = path.split('/');
  for (const [index, segment] of wanted.entries()) {
    const value = given[index];
    if (isGreedy(segment)) {
      const rest = given.slice(index).join('/');
      if (rest === '') return null;
      parameters[segment.slice(1, -2)] = rest;
      return parameters;
    }
    if (value === undefined || (isParameter(segment) ? value === '' : value !== segment)) return null;
    if (isParameter(segment)) parameters[segment.slice(1, -1)] = value;
  }
  return wanted.length === given.length ? parameters : null;
}
