import type { GatewayKind } from '../gateways/gateway.ts';
import { isHttpApi } from '../local-gateway/api.ts';
import { decodeOnce, findRoute, type Route } from '../local-gateway/routing.ts';
import { isObject } from '../util/is-object.ts';
import type { ModelChange } from './forecast.ts';

/** The model that this package takes for the truth. */
export const AS_MODELLED: ModelChange = {};

/** A model that routes a changed path. The ARN and the event keep the path as sent. */
export function routing(change: (path: string) => string): ModelChange {
  return { find: (routes, kind, method, path) => findRoute(routes, kind, method, change(path)) };
}

/** A model that ignores case when it routes. */
export const ANY_CASE: ModelChange = {
  find(routes, kind, method, path) {
    const lower = routes.map((route): Route => ({ ...route, template: route.template.toLowerCase() }));
    const match = findRoute(lower, kind, method, path.toLowerCase());
    if (match === null) return null;
    return { ...match, route: routes[lower.indexOf(match.route)] as Route };
  },
};

/** A model that chooses the route by the path alone, and then has no route if the method does not fit. */
export const PATH_FIRST: ModelChange = {
  find(routes, kind, method, path) {
    const byPath = findRoute(routes.map(anyMethod), kind, method, path)?.route.template;
    const own = routes.filter(({ template }) => template === byPath);
    return findRoute(own, kind, method, path);
  },
};

function anyMethod(route: Route): Route {
  return { ...route, method: 'ANY' };
}

/** A model with a catch-all for what no declared route takes. It does not cache. */
export const WITH_CATCH_ALL: ModelChange = {
  ttl: 0,
  find: (routes, kind, method, path) => findRoute([...routes, catchAllOf(kind)], kind, method, path),
};

function catchAllOf(kind: GatewayKind): Route {
  return isHttpApi(kind)
    ? { key: '$default', method: 'ANY', template: '$default' }
    : { key: 'ANY /{proxy+}', method: 'ANY', template: '/{proxy+}' };
}

type Statement = Readonly<Record<string, unknown>>;

/** A model that changes each statement of a policy; `null` drops it. */
function statements(change: (statement: Statement) => Statement | null): ModelChange {
  return {
    answer(answer) {
      const { policyDocument: document } = answer as { readonly policyDocument?: unknown };
      if (!isObject(document)) return answer;
      const list = (document as { readonly Statement: readonly Statement[] }).Statement;
      const changed = list.map(change).filter((statement) => statement !== null);
      return { ...(answer as object), policyDocument: { ...document, Statement: changed } };
    },
  };
}

/** A model that ignores Deny statements. */
export const WITHOUT_DENIES = statements((statement) => (statement['Effect'] === 'Deny' ? null : statement));

/** A model that ignores conditions. */
export const WITHOUT_CONDITIONS = statements(({ Condition: _, ...statement }) => statement);

/** A model in which a statement with a condition never applies. */
export const CONDITIONS_NEVER_HOLD = statements((statement) =>
  statement['Condition'] === undefined ? statement : null,
);

/** A model for which `NotResource` makes a policy malformed. */
export const NOT_RESOURCE_MALFORMED: ModelChange = {
  answer: (answer) => (JSON.stringify(answer).includes('"NotResource"') ? null : answer),
};

/** A model in which `*` for the region, the account or the API matches nothing. */
export const ARN_PARTS_LITERAL = statements(({ Resource, ...statement }) => {
  if (Resource === undefined) return statement;
  const left = [Resource].flat().filter((pattern) => !String(pattern).startsWith('arn:aws:execute-api:*'));
  return { ...statement, Resource: left };
});

/** A model that judges every request. */
export const NOT_CACHED: ModelChange = { ttl: 0 };

/** A model that finds the token's header by its exact name only. */
export const HEADER_BY_LETTER: ModelChange = {
  call: (call) => ({
    ...call,
    headers: Object.fromEntries(Object.entries(call.headers).filter(([name]) => name !== name.toLowerCase())),
  }),
};

/** A model that decodes paths before it routes, as HTTP APIs do. */
export const DECODED_BEFORE_ROUTING = routing(decodeOnce);

/** A model of an HTTP API that routes by the path as sent. */
export const ROUTED_AS_SENT = routing((path) => path.replaceAll('%', '%25'));

/** A model that has no route for a path with `*`. */
export const NO_STAR: ModelChange = {
  find: (routes, kind, method, path) => (path.includes('*') ? null : findRoute(routes, kind, method, path)),
};
