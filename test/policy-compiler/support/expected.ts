import type { ExecuteApiArn } from '../../../lib/iam/arn.ts';
import { parseExecuteApiArn } from '../../../lib/iam/arn.ts';
import type { RouteKey } from '../../../lib/routes/route-key.ts';
import { routeOf } from './routing-model.ts';

/** `either` = undeclared and granted: it may be lost to a Deny where that cannot be helped. */
export type Expected = 'allow' | 'deny' | 'either';

/**
 * What a request must come to, judged directly. A path that a route without greedy parameter has with its final slash
 * added or left out, and that otherwise falls to a greedy route or to none, needs the grants of both. So does a path with
 * a final slash that two such routes share, one of them without the slash.
 */
export function expected(
  routes: readonly RouteKey[],
  grants: { readonly routes: ArrayLike<number | boolean>; readonly undeclared: boolean },
  verb: string,
  path: string,
): Expected {
  const isOpen = (index: number | null) => {
    const route = index === null ? undefined : routes[index];
    return route?.kind !== 'path' || route.segments.at(-1)?.kind === 'greedy';
  };
  const isGranted = (index: number | null) =>
    index === null ? grants.undeclared : Boolean(grants.routes[index]);
  const route = routeOf(routes, verb, path);
  const otherEnd = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  const twin = path === '/' ? null : routeOf(routes, verb, otherEnd);
  if (isOpen(route) && !isOpen(twin) && !isGranted(twin)) return 'deny';
  if (!isOpen(route) && path.endsWith('/') && !isOpen(twin) && !isGranted(twin)) return 'deny';
  if (!isGranted(route)) return 'deny';
  return route === null || routes[route]?.kind === 'default' ? 'either' : 'allow';
}

export const PREFIX = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/';

export function arnOf(tail: string, prefix = PREFIX): ExecuteApiArn {
  const arn = parseExecuteApiArn(prefix + tail);
  if (arn === null) throw new Error('no ARN');
  return arn;
}
