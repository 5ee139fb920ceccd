import type { Routing } from '../gateways/routing.ts';
import { refuse } from '../util/option-checks.ts';
import { takesEncodedSlashes } from './encoded-slashes.ts';
import { encodedReserved } from './request-path.ts';
import { landAtEnd, landAtSlash } from './resolve.ts';
import type { Resolved } from './resolved.ts';
import { fits } from './route-fit.ts';
import type { RouteKey } from './route-key.ts';
import { advance, createRouteTree, type RouteTree } from './route-tree.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/**
 * The declared routes, prepared for matching.
 *
 * - A key is a candidate if its method is the request's method or `ANY`, and its path fits.
 * - Candidates are compared segment by segment from the left: a literal goes before a parameter, a parameter before a
 *   greedy parameter. If the paths are the same, the request's method goes before `ANY`.
 * - So `GET /users/me` belongs to `GET /users/{id}` if only `PATCH /users/me` is declared, as on API Gateway.
 * - A parameter takes one segment, which is not empty. A greedy parameter takes everything after its slash.
 * - Matching is case-sensitive. `ROUTINGS` lists what differs between gateways, such as a final slash.
 * - `$default` takes what no other key takes.
 */
export interface RouteTable {
  readonly keys: readonly RouteKey[];
  readonly tree: RouteTree;
  /** Index of `$connect` in `keys`; `null` if it is not declared. */
  readonly connect: number | null;
  /** Index of `$default` in `keys`; `null` if it is not declared. */
  readonly fallback: number | null;
  /** Whether any key has a path. */
  readonly hasPaths: boolean;
  /** Whether a parameter of any key takes encoded slashes. */
  readonly takesEncodedSlashes: boolean;
  /**
   * Returns the routes whose rules must pass, without `$default`. The time depends on the length of the path, not on the
   * number of routes.
   *
   * @param method - upper-case verb
   * @param path - a canonical path, never decoded
   */
  resolve(method: string, path: string, routing: Routing): Resolved;
  /** Index of the key for the gateway's route, `GET /users/{userId}`. Parameters may have other names. `null` if none. */
  matchTemplate(method: string, template: string): number | null;
  /** Whether the path contains a reserved character of a declared literal in percent-encoded form. */
  isDisguised(path: string): boolean;
  /** Whether the path fits the key of that index, even if another key is more specific. */
  fits(index: number, path: string): boolean;
}

/**
 * @param keys - parsed keys
 * @param path - dotted path of the option that declares them, for the error
 * @throws {OptionError} if two keys are the same route
 */
export function createRouteTable(keys: readonly RouteKey[], path = 'routes'): RouteTable {
  const tree = createRouteTree(keys);
  const shapes = new Map<string, number>();
  let connect = NONE;
  let fallback = NONE;
  for (const [index, key] of keys.entries()) {
    const shape = shapeOfKey(key);
    const same = keys[shapes.get(shape) ?? NONE];
    if (same !== undefined) {
      refuse(`${path}['${key.key}']`, `is the same route as ${path}['${same.key}']; keep one`);
    }
    shapes.set(shape, index);
    if (key.kind === 'connect') connect = index;
    else if (key.kind === 'default') fallback = index;
  }
  const disguise = encodedReserved(tree.literals);
  const orNull = (index: number | undefined): number | null =>
    index === undefined || index === NONE ? null : index;
  return {
    keys,
    tree,
    connect: orNull(connect),
    fallback: orNull(fallback),
    hasPaths: keys.some((key) => key.kind === 'path'),
    takesEncodedSlashes: keys.some(takesEncodedSlashes),
    resolve: (method, requestPath, routing) => resolvePath(tree, method, requestPath, routing),
    matchTemplate(method, template) {
      const shape = shapeOf(template.slice(template.indexOf(' ') + 1));
      return orNull(shapes.get(`${method} ${shape}`) ?? shapes.get(`ANY ${shape}`) ?? shapes.get(shape));
    },
    isDisguised: (requestPath) => disguise?.test(requestPath) === true,
    fits: (index, requestPath) => fits(keys[index] as RouteKey, requestPath),
  };
}

/** The key without the names of its parameters: two keys with the same shape are the same route. */
export function shapeOfKey(key: RouteKey): string {
  return key.kind === 'path' ? `${key.method} ${shapeOf(pathOf(key))}` : key.key;
}

function pathOf(key: PathKey): string {
  return key.key.slice(key.method.length + 1);
}

/** The path without the names of its parameters, which do not affect matching. */
function shapeOf(path: string): string {
  return path.replace(/\{[^{}]*\}/g, (parameter) => (parameter.endsWith('+}') ? '{+}' : '{}'));
}

/** Follows all routes at once through the path, segment by segment. */
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
