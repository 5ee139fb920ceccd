import type { Finding } from '../finding.ts';
import { type ApiRoute, coversPath } from '../route-patterns.ts';
import { isOurs, type Subject } from '../subject.ts';

const WHY = 'Browsers send preflights without a token, so cross-origin requests fail.';

/**
 * Preflight requests that reach the authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function* preflights(subject: Subject): Iterable<Finding> {
  const { api, routes } = subject;
  const guarded = routes.filter(({ route }) => isOurs(route.guard, subject));
  // Preflights that a format adds to all paths have one place.
  const places = new Set<string>();
  for (const one of guarded.filter(isPreflight)) {
    if (isForAnonymous(one, subject) || places.has(one.route.place.path)) continue;
    places.add(one.route.place.path);
    yield {
      code: 'guarded_preflight',
      severity: 'error',
      place: one.route.place,
      problem: `The preflight route '${one.route.key}' has the authorizer. ${WHY}`,
      change: `Take the authorizer away from preflights: ${api.advice.openPreflight ?? api.advice.unguard}.`,
    };
  }
  const open = routes.filter((one) => isPreflight(one) && one.route.guard.kind === 'none');
  for (const one of guarded.filter((wide) => takesPreflights(wide, open, subject))) {
    yield {
      code: 'guarded_preflight',
      severity: 'warning',
      place: one.route.place,
      problem: `'${one.route.key}' takes preflight requests too, and has the authorizer. ${WHY}`,
      change: `Add a route \`${preflightOf(one)}\` without an authorizer.`,
    };
  }
}

function isPreflight({ route }: ApiRoute): boolean {
  return route.key.startsWith('OPTIONS ');
}

/** Whether the options declare the route for callers without a token. */
function isForAnonymous({ key }: ApiRoute, { options, served }: Subject): boolean {
  return (
    key !== null &&
    served.declared.some((one) => options.openToAnonymous.has(one.key) && coversPath(one, key))
  );
}

/**
 * Whether preflights reach a route for all methods, in an API that has CORS. With `CorsConfiguration` HTTP APIs answer them
 * without a route, except those that `$default` takes.
 */
function takesPreflights({ key }: ApiRoute, open: readonly ApiRoute[], { api }: Subject): boolean {
  if (key === null || key.kind === 'connect' || (key.kind === 'path' && key.method !== 'ANY')) return false;
  const isWanted = api.answersPreflights ? key.kind === 'default' : open.length > 0;
  return isWanted && !open.some((one) => takesAll(one, key));
}

function takesAll({ key: preflight }: ApiRoute, wide: NonNullable<ApiRoute['key']>): boolean {
  if (preflight?.kind !== 'path') return false;
  return wide.kind === 'default' ? preflight.segments[0]?.kind === 'greedy' : coversPath(preflight, wide);
}

function preflightOf({ key, route }: ApiRoute): string {
  return key?.kind === 'path' ? route.key.replace('ANY ', 'OPTIONS ') : 'OPTIONS /{proxy+}';
}
