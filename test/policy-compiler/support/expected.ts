import type { Routing } from '../../../lib/gateways/routing.ts';
import type { ExecuteApiArn } from '../../../lib/iam/arn.ts';
import { parseExecuteApiArn } from '../../../lib/iam/arn.ts';
import type { RouteKey } from '../../../lib/routes/route-key.ts';
import { createRouteTable } from '../../../lib/routes/route-table.ts';

/** `either` = undeclared and granted: it may be lost to a Deny where that cannot be helped. */
export type Expected = 'allow' | 'deny' | 'either';

/** What a request must come to, judged directly: the rules of every route that its path may belong to must pass. */
export function expected(
  routes: readonly RouteKey[],
  grants: { readonly routes: ArrayLike<number | boolean>; readonly undeclared: boolean },
  verb: string,
  path: string,
  routing: Routing = 'http',
): Expected {
  const table = createRouteTable(routes);
  const { routes: found, undeclared } = table.resolve(verb, path, routing);
  const mayUseRest = table.fallback === null ? grants.undeclared : Boolean(grants.routes[table.fallback]);
  if (!found.every((index) => Boolean(grants.routes[index])) || (undeclared && !mayUseRest)) return 'deny';
  return undeclared ? 'either' : 'allow';
}

export const PREFIX = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/';

export function arnOf(tail: string, prefix = PREFIX): ExecuteApiArn {
  const arn = parseExecuteApiArn(prefix + tail);
  if (arn === null) throw new Error('no ARN');
  return arn;
}
