import type { RouteKey } from '../../routes/route-key.ts';
import type { Finding } from '../finding.ts';
import { type ApiRoute, coversPath, pathsMeet, takesMethod, verbsOf } from '../route-patterns.ts';
import { isOurs, type Subject } from '../subject.ts';

/** Routes of the API with the authorizer that `routes` does not declare. */
export function* undeclaredRoutes(subject: Subject): Iterable<Finding> {
  const { routes: declared, undeclared } = subject.options.settings.rules;
  if (declared.length === 0 || undeclared === 'rules') return;
  for (const one of subject.routes) {
    if (!isOurs(one.route.guard, subject) || one.route.key.startsWith('OPTIONS ')) continue;
    const problem = problemOf(one, declared, undeclared);
    if (problem !== null) yield { code: 'undeclared_route', place: one.route.place, ...problem };
  }
}

type Problem = Pick<Finding, 'severity' | 'problem' | 'change'>;

function problemOf(
  { route, key, flaw }: ApiRoute,
  declared: readonly RouteKey[],
  undeclared: 'deny' | 'absent',
): Problem | null {
  if (key === null) {
    return {
      severity: 'warning',
      problem: `The route '${route.key}' of the API cannot be declared in \`routes\`: it ${flaw}.`,
      change: 'Change the route of the API, or take its authorizer away.',
    };
  }
  if (isDeclared(key, declared)) return null;
  const declare = `Declare '${route.key}' in \`routes\``;
  if (undeclared === 'absent') {
    return {
      severity: 'error',
      problem: `\`undeclared: 'absent'\` states that the API has declared routes only, but its route '${route.key}' takes requests that are not declared. Cached policies may allow them.`,
      change: `${declare}, remove it from the API, or set \`undeclared: 'deny'\`.`,
    };
  }
  if (declared.some((one) => pathsMeet(one, key) && methodsMeet(one, key))) return null;
  return {
    severity: 'warning',
    problem: `The route '${route.key}' of the API is not declared in \`routes\`: the authorizer refuses every request for it (403, \`route_not_found\`).`,
    change: `${declare}, or remove it from the API.`,
  };
}

/** Whether declared routes take all requests of the route. */
function isDeclared(key: RouteKey, declared: readonly RouteKey[]): boolean {
  return verbsOf(key).every((verb) => declared.some((one) => takesMethod(one, verb) && coversPath(one, key)));
}

function methodsMeet(one: RouteKey, other: RouteKey): boolean {
  return verbsOf(one).some((verb) => takesMethod(other, verb));
}
