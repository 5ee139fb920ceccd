import { type NoticeSource, once } from '../invocation/notice.ts';
import { fitsTemplate } from '../routes/route-fit.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { ApiBook } from '../rules/api-books.ts';
import { BoundedMap } from '../util/bounded-map.ts';

const ADVICE =
  "`undeclared: 'absent'` states that the API serves declared routes only, but this route of the API is not declared. " +
  "Cached policies may open its paths. Declare the route, or set `undeclared: 'deny'`.";

/** Templates that are remembered as declared. An API has as many as it has routes. */
const REMEMBERED = 1000;

/**
 * Returns the notice `authorizer undeclared route` for the log: once, when a request arrives by a route of the API that
 * contradicts `undeclared: 'absent'`. `null` without that option.
 */
export function undeclaredRouteNotice({ api, rules }: ApiBook): NoticeSource | null {
  const { routes, undeclared } = rules;
  if (undeclared !== 'absent') return null;
  const known = new BoundedMap<true>(REMEMBERED);
  return once(({ request, judging }) => {
    const template = request?.routeTemplate ?? null;
    if (template === null || template === judging?.route || known.get(template)) return null;
    if (isExpected(routes, template)) {
      known.set(template, true);
      return null;
    }
    const line = { ...(api === null ? {} : { api }), gatewayRoute: template, advice: ADVICE };
    return { level: 'warn', message: 'authorizer undeclared route', line };
  });
}

/** Whether a route of the API takes declared paths only, or is a catch-all with declared routes behind it. */
function isExpected(routes: readonly RouteKey[], template: string): boolean {
  return routes.some((key) => isDeclaredBy(key, template) || isBehind(key, template));
}

function isDeclaredBy(key: RouteKey, template: string): boolean {
  return key.kind === 'connect' ? key.key === template : fitsTemplate(key, template);
}

/** Whether requests for the declared route may arrive by this catch-all. */
function isBehind(key: RouteKey, template: string): boolean {
  if (key.kind !== 'path') return false;
  if (template === '$default') return true;
  if (!template.endsWith('+}')) return false;
  const prefix = template.slice(template.indexOf('/') + 1).split('/');
  return prefix.slice(0, -1).every((text, at) => {
    const segment = key.segments[at];
    return (
      segment !== undefined && (segment.kind !== 'literal' || text.startsWith('{') || segment.text === text)
    );
  });
}
