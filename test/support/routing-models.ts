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

/** Compares two routes that fit; negative if the first goes before the second. */
type Order = (one: string, other: string) => number;

const templateOf = (key: string): string => key.slice(key.indexOf(' ') + 1);
const isGreedy = (key: string): boolean => key.endsWith('+}');

const completeFirst: Order = (one, other) => Number(isGreedy(one)) - Number(isGreedy(other));
const methodFirst: Order = (one, other) => Number(one.startsWith('ANY ')) - Number(other.startsWith('ANY '));

/** From the left: a literal segment, a parameter, a greedy parameter. */
const specificFirst: Order = (one, other) => {
  const kinds = [one, other].map((key) =>
    templateOf(key)
      .split('/')
      .map((segment) => (isGreedy(segment) ? 'c' : segment.startsWith('{') ? 'b' : 'a'))
      .join(''),
  );
  return kinds[0] === kinds[1] ? 0 : (kinds[0] as string) < (kinds[1] as string) ? -1 : 1;
};

const inTurn =
  (...orders: readonly Order[]): Order =>
  (one, other) =>
    orders.reduce((found, order) => found || order(one, other), 0);

/** The pattern of a template. On HTTP APIs a greedy parameter may take nothing. */
function patternOf(template: string, greedy: '.+' | '.*'): RegExp {
  const texts = template.split('/').map((segment) => {
    if (isGreedy(segment)) return greedy;
    return segment.startsWith('{') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${texts.join('/')}$`, 's');
}

function choose(
  keys: readonly string[],
  { verb, path, greedy }: { readonly verb: string; readonly path: string; readonly greedy: '.+' | '.*' },
  order: Order,
): string | null {
  const fitting = keys.filter(
    (key) =>
      (key.startsWith(`${verb} `) || key.startsWith('ANY ')) && patternOf(templateOf(key), greedy).test(path),
  );
  return fitting.sort(order)[0] ?? null;
}

/** REST APIs: nothing is decoded, slashes at the beginning collapse, one at the end is ignored. */
function rest(name: string, order: Order): RoutingModel {
  return {
    name: `REST, ${name}`,
    api: 'REST',
    routeOf(keys, verb, path) {
      const routed = path.replace(/^\/+/, '/').replace(/(?<=.)\/$/, '');
      return choose(keys, { verb, path: routed, greedy: '.+' }, order);
    },
  };
}

/** HTTP APIs: decoded once; the slashes count; `$default` takes the rest. */
function http(name: string, order: Order): RoutingModel {
  return {
    name: `HTTP, ${name}`,
    api: 'HTTP',
    routeOf(keys, verb, path) {
      const routed = decodeURIComponent(path);
      const found = choose(keys, { verb, path: routed, greedy: '.*' }, order);
      return found ?? (keys.includes('$default') ? '$default' : null);
    },
  };
}

export const ROUTING_MODELS: readonly RoutingModel[] = [
  rest('segment by segment', inTurn(specificFirst, methodFirst)),
  rest('complete routes first', inTurn(completeFirst, specificFirst, methodFirst)),
  rest('complete routes first, then methods', inTurn(completeFirst, methodFirst, specificFirst)),
  http('complete routes first', inTurn(completeFirst, specificFirst, methodFirst)),
  http('complete routes first, then methods', inTurn(completeFirst, methodFirst, specificFirst)),
];
