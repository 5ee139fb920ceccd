import { parseRouteKey, type RouteKey } from '../routes/route-key.ts';
import type { RoutesOptions } from '../rules/rule-options.ts';
import { METHOD_OF } from './operations.ts';

/** The members of a Path Item Object by the method of a route key. */
const MEMBER_OF: ReadonlyMap<string, string> = new Map(
  [...METHOD_OF].map(([member, method]) => [method, member]),
);

/** A document of OpenAPI 3.0 with an operation for each route, without integrations. API Gateway imports 3.0 only. */
export function newDocument(routes: RoutesOptions): { readonly [member: string]: unknown } {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const text of Object.keys(routes)) {
    const key = parseRouteKey(text, `routes['${text}']`);
    if (key.kind === 'connect') continue;
    const [path, member, operation] = operationOf(key);
    paths[path] = { ...paths[path], [member]: operation };
  }
  return { openapi: '3.0.3', info: { title: 'API', version: '1.0.0' }, paths };
}

const RESPONSES = { responses: { default: { description: 'The answer of the backend' } } };

function operationOf(
  key: Exclude<RouteKey, { readonly kind: 'connect' }>,
): readonly [string, string, object] {
  if (key.kind === 'default') {
    return ['/$default', `${MEMBER_OF.get('ANY')}`, { isDefaultRoute: true, ...RESPONSES }];
  }
  const path = key.key.slice(key.method.length + 1);
  const parameters = key.segments.flatMap((segment) =>
    segment.kind === 'literal'
      ? []
      : [{ name: segment.name, in: 'path', required: true, schema: { type: 'string' } }],
  );
  const operation = parameters.length === 0 ? RESPONSES : { parameters, ...RESPONSES };
  return [path, `${MEMBER_OF.get(key.method)}`, operation];
}
