/**
 * How API Gateway chooses a route, written from AWS's pages and from what was recorded on AWS, in another way than in
 * lib/: patterns are regular expressions, and the order of routes is a list of comparisons. Where AWS does not document
 * the order, there is a model for each.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export interface RoutingModel {
  readonly name: string;
  /** Kinds of APIs that may behave like this. */
  readonly api: 'REST' | 'HTTP';
  /**
   * @param keys - of the API's routes; parameters of any name
   * @param path - as sent, with its leading slash
   * @returns the key of the route; `null` if API Gateway answers without an authorizer
   */
  routeOf(keys: readonly string[], verb: string, path: string): string | null;
}

/** What the models compare of a key. */
interface Read {
  readonly key: string;
  readonly method: string;
  /** One letter for each segment: a literal, a parameter, a greedy parameter. The lower, the more specific. */
  readonly kinds: string;
  readonly isGreedy: boolean;
  /** A greedy parameter takes one character at least. */
  readonly pattern: RegExp;
  /** A greedy parameter may take nothing. */
  readonly patternWithEmptyRest: RegExp;
}

/** Compares two routes that fit; negative if the first goes before the second. */
type Order = (one: Read, other: Read) => number;

/** Whether the key takes all that follows. */
export const isGreedyKey = (key: string): boolean => key.endsWith('+}') || key === '$default';

const known = new Map<string, Read>();

function read(key: string): Read {
  const before = known.get(key);
  if (before !== undefined) return before;
  const [method = '', template = ''] = key.split(' ');
  const segments = template.split('/');
  const kindOf = (segment: string) => (segment.endsWith('+}') ? 'c' : segment.startsWith('{') ? 'b' : 'a');
  const patternOf = (greedy: string) => {
    const texts = segments.map((segment) => {
      if (kindOf(segment) === 'c') return greedy;
      return kindOf(segment) === 'b' ? '([^/]+)' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    });
    return new RegExp(`^${texts.join('/')}$`, 's');
  };
  const one: Read = {
    key,
    method,
    kinds: segments.map(kindOf).join(''),
    isGreedy: isGreedyKey(key),
    pattern: patternOf('.+'),
    patternWithEmptyRest: patternOf('.*'),
  };
  if (known.size > 20_000) known.clear();
  known.set(key, one);
  return one;
}

const completeFirst: Order = (one, other) => Number(one.isGreedy) - Number(other.isGreedy);
const methodFirst: Order = (one, other) => Number(one.method === 'ANY') - Number(other.method === 'ANY');

/** From the left. */
const specificFirst: Order = (one, other) =>
  one.kinds === other.kinds ? 0 : one.kinds < other.kinds ? -1 : 1;

const inTurn =
  (...orders: readonly Order[]): Order =>
  (one, other) =>
    orders.reduce((found, order) => found || order(one, other), 0);

/** The orders in which a kind of API may prefer the routes that fit. */
const ORDERS = {
  REST: {
    'segment by segment': inTurn(specificFirst, methodFirst),
    'complete routes first': inTurn(completeFirst, specificFirst, methodFirst),
    'complete routes first, then methods': inTurn(completeFirst, methodFirst, specificFirst),
  },
  HTTP: {
    'complete routes first': inTurn(completeFirst, specificFirst, methodFirst),
    'complete routes first, then methods': inTurn(completeFirst, methodFirst, specificFirst),
  },
} as const;

/** The routes that fit a path. */
function fitting(
  keys: readonly string[],
  verb: string,
  path: string,
  pattern: 'pattern' | 'patternWithEmptyRest',
): readonly Read[] {
  return keys
    .map(read)
    .filter((one) => (one.method === verb || one.method === 'ANY') && one[pattern].test(path));
}

function firstBy(order: Order, routes: readonly Read[]): string | null {
  const [first, ...others] = routes;
  if (first === undefined) return null;
  return others.reduce((best, one) => (order(one, best) < 0 ? one : best), first).key;
}

/**
 * - REST APIs: nothing is decoded, slashes at the beginning collapse, one at the end is ignored.
 * - HTTP APIs: decoded once; the slashes count.
 */
const FITTING = {
  REST: (keys: readonly string[], verb: string, path: string) =>
    fitting(keys, verb, path.replace(/^\/+/, '/').replace(/(?<=.)\/$/, ''), 'pattern'),
  HTTP: (keys: readonly string[], verb: string, path: string) =>
    fitting(keys, verb, decodeURIComponent(path), 'patternWithEmptyRest'),
} as const;

/** `$default` of HTTP APIs takes the rest. */
const FALLBACK = {
  REST: () => null,
  HTTP: (keys: readonly string[]) => (keys.includes('$default') ? '$default' : null),
} as const;

function modelsOf(api: RoutingModel['api']): RoutingModel[] {
  return Object.entries(ORDERS[api]).map(([name, order]) => ({
    name: `${api}, ${name}`,
    api,
    routeOf: (keys, verb, path) => firstBy(order, FITTING[api](keys, verb, path)) ?? FALLBACK[api](keys),
  }));
}

export const ROUTING_MODELS: readonly RoutingModel[] = [...modelsOf('REST'), ...modelsOf('HTTP')];

/**
 * The keys whose rules must all pass for a request; `null` stands for the rules of undeclared paths:
 *
 * - the route that each model takes;
 * - the routes that a reader takes who adds the final slash, or drops it. A route without greedy parameter that has the
 *   path as it was sent excludes the greedy ones among them, and for a path without final slash all of them.
 *
 * @param keys - REST APIs have no resource that ends with a slash
 */
export function requiredKeys(
  api: RoutingModel['api'],
  keys: readonly string[],
  verb: string,
  path: string,
): ReadonlySet<string | null> {
  const orders = Object.values<Order>(ORDERS[api]);
  const chosen = (routes: readonly Read[]) => orders.map((order) => firstBy(order, routes));
  const fallback = keys.includes('$default') ? '$default' : null;
  const own = chosen(FITTING[api](keys, verb, path)).map((key) => key ?? fallback);
  const isComplete = own.some((key) => key !== null && !isGreedyKey(key));
  const hasSlash = path.endsWith('/');
  if (isComplete && !hasSlash) return new Set(own);
  const other = hasSlash ? (api === 'HTTP' ? path.slice(0, -1) : path) : `${path}/`;
  const others = chosen(fitting(keys, verb, decodeURIComponent(other), 'patternWithEmptyRest')).filter(
    (key) => key !== null && (!isGreedyKey(key) || (hasSlash && !isComplete)),
  );
  return new Set([...own, ...others]);
}

/** Whether a parameter of the key takes, on this path, a text that is a literal of some key. */
export function spellsLiteral(keys: readonly string[], key: string, path: string): boolean {
  const literals = new Set(keys.flatMap((one) => one.split(/[ /]/).slice(1)));
  return [path, path.replace(/\/$/, '')].some((text) =>
    read(key)
      .patternWithEmptyRest.exec(text)
      ?.slice(1)
      .some((value) => literals.has(value)),
  );
}
