import type { Routing } from '../gateways/routing.ts';
import { refuse } from '../util/option-checks.ts';
import { encodedReserved } from './request-path.ts';
import { landAtEnd, landAtSlash } from './resolve.ts';
import type { Resolved } from './resolved.ts';
import { fits } from './route-fit.ts';
import { literalTexts, type RouteKey } from './route-key.ts';
import { advance, createRouteTree, type RouteTree } from './route-tree.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/**
 * The declared routes, ready to be matched.
 *
 * - A key is a candidate if its method is the request's or `ANY` and its path fits.
 * - Candidates are compared segment by segment from the left: a literal goes before a parameter, a parameter before a
 *   greedy one. If the paths are alike, the request's own method goes before `ANY`.
 * - So `GET /users/me` falls to `GET /users/{id}` if only `PATCH /users/me` is declared, as on API Gateway.
 * - A parameter takes one segment, which is not empty. A greedy one takes all that follows its slash.
 * - Case matters. What gateways do differently, such as a final slash, stands in `ROUTINGS`.
 * - `$default` takes what no other key takes.
 */
export interface RouteTable {
  readonly keys: readonly RouteKey[];
  /** Index of `$connect` in `keys`, else `null`. */
  readonly connect: number | null;
  /** Index of `$default` in `keys`, else `null`. */
  readonly fallback: number | null;
  /** Whether there is any key with a path. */
  readonly hasPaths: boolean;
  /**
   * The routes whose rules must pass; `$default` is not among them. Costs about the length of the path, whatever the
   * number of routes.
   *
   * @param method - upper-case verb
   * @param path - a canonical path, never decoded
   */
  resolve(method: string, path: string, routing: Routing): Resolved;
  /** Index of the key that the gateway's own route, `GET /users/{userId}`, stands for; parameters may be named anew. */
  matchTemplate(method: string, template: string): number | null;
  /** Whether the path spells a character that a declared literal holds in a way that some readers take for it. */
  isDisguised(path: string): boolean;
  /** Whether the path fits the key of that index, specific or not. */
  fits(index: number, path: string): boolean;
}

/**
 * @param keys - parsed keys
 * @param path - dotted path of the option that declares them, for the error
 * @throws {OptionError} when two keys are the same route
 */
export function createRouteTable(keys: readonly RouteKey[], path = 'routes'): RouteTable {
  const tree = createRouteTree(keys);
  const shapes = new Map<string, number>();
  let connect = NONE;
  let fallback = NONE;
  for (const [index, key] of keys.entries()) {
    const shape = key.kind === 'path' ? `${key.method} ${shapeOf(pathOf(key))}` : key.key;
    const same = keys[shapes.get(shape) ?? NONE];
    if (same !== undefined) {
      refuse(`${path}['${key.key}']`, `is the same route as ${path}['${same.key}']; keep one`);
    }
    shapes.set(shape, index);
    if (key.kind === 'connect') connect = index;
    else if (key.kind === 'default') fallback = index;
  }
  const disguise = encodedReserved(keys.flatMap(literalTexts));
  const orNull = (index: number | undefined): number | null =>
    index === undefined || index === NONE ? null : index;
  return {
    keys,
    connect: orNull(connect),
    fallback: orNull(fallback),
    hasPaths: keys.some((key) => key.kind === 'path'),
    resolve: (method, requestPath, routing) => resolvePath(tree, method, requestPath, routing),
    matchTemplate(method, template) {
      const shape = shapeOf(template.slice(template.indexOf(' ') + 1));
      return orNull(shapes.get(`${method} ${shape}`) ?? shapes.get(`ANY ${shape}`) ?? shapes.get(shape));
    },
    isDisguised: (requestPath) => disguise?.test(requestPath) === true,
    fits: (index, requestPath) => fits(keys[index] as RouteKey, requestPath),
  };
}

function pathOf(key: PathKey): string {
  return key.key.slice(key.method.length + 1);
}

/** The path without its parameters' names, which say nothing about what it takes. */
function shapeOf(path: string): string {
  return path.replace(/\{[^{}]*\}/g, (parameter) => (parameter.endsWith('+}') ? '{+}' : '{}'));
}

/** Reads the path segment by segment with every route at once. */
function resolvePath(tree: RouteTree, method: string, path: string, routing: Routing): Resolved {
  let candidates = tree.start;
  let start = 1;
  for (let slash = path.indexOf('/', start); slash !== -1; slash = path.indexOf('/', start)) {
    candidates = advance(candidates, path.slice(start, slash), method, false);
    start = slash + 1;
  }
  if (start === path.length) return landAtSlash(candidates, method, routing);
  return landAtEnd(advance(candidates, path.slice(start), method, false), method, routing);
}

/** No route. */
const NONE = -1;
