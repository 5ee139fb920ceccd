import type { RouteKey } from '../../routes/route-key.ts';
import type { DeployedRoute, Guard } from '../deployed-api.ts';
import { type Finding, undecided } from '../finding.ts';
import { type ApiRoute, coversPath, takesMethod, verbsOf } from '../route-patterns.ts';
import { isOurs, type Subject } from '../subject.ts';

type UnknownGuard = Extract<Guard, { readonly kind: 'missing' | 'undecided' }>;

/** Routes without the authorizer: those of declared routes, and others that anyone may call. */
export function* guards(subject: Subject): Iterable<Finding> {
  const declared = declaredBy(subject);
  const reported = new Set<string>();
  for (const one of subject.routes) {
    const { route } = one;
    const { guard } = route;
    if (isOurs(guard, subject)) continue;
    if (guard.kind !== 'undecided' && guard.kind !== 'missing') {
      const finding = findingFor(one, declared.get(one), subject);
      if (finding !== null) yield finding;
    } else if (!reported.has(guard.text)) {
      // The same reason applies to many routes.
      reported.add(guard.text);
      yield unknownAuthorizer(route, guard);
    }
  }
}

/** The finding for a route whose authorizer does not exist, or is not in the document. */
function unknownAuthorizer({ key, place }: DeployedRoute, { kind, text }: UnknownGuard): Finding {
  if (kind === 'undecided')
    return undecided({ place, text: `Whether '${key}' has the authorizer is not in the document: ${text}` });
  return {
    code: 'missing_authorizer',
    severity: 'error',
    place,
    problem: `The route '${key}' names an authorizer that does not exist: ${text}.`,
    change: 'Correct the name, or declare the authorizer.',
  };
}

/** The routes of the API that take requests of declared routes, with the first of these. */
function declaredBy({ served }: Subject): ReadonlyMap<ApiRoute, RouteKey> {
  const found = new Map<ApiRoute, RouteKey>();
  for (const key of served.declared) {
    // A preflight needs no authorizer, also if a route for it is declared.
    for (const verb of verbsOf(key).filter((one) => one !== 'OPTIONS')) {
      const route = served.routeFor(key, verb);
      if (route !== null && !found.has(route)) found.set(route, key);
    }
  }
  return found;
}

function findingFor(one: ApiRoute, declared: RouteKey | undefined, subject: Subject): Finding | null {
  const { route } = one;
  const { place } = route;
  const change = `${capital(subject.api.advice.guard)}.`;
  const whose = `The route '${route.key}' ${stateOf(route.guard)}`;
  if (declared !== undefined) {
    const problem = `${whose}, so the rules of \`routes['${declared.key}']\` do not apply to its requests.`;
    return { code: 'missing_authorizer', severity: 'error', place, problem, change };
  }
  const isMeant = subject.assumptions.open.has(route.key) || route.key.startsWith('OPTIONS ');
  if (isMeant || route.guard.kind !== 'none') return null;
  const covering = coveringOf(one, subject);
  const both = `${change} If the route is open on purpose, run \`check\` with \`--open '${route.key}'\`.`;
  if (covering === undefined) {
    const problem = `${whose}: anyone may call it.`;
    return { code: 'open_route', severity: 'warning', place, problem, change: both };
  }
  const problem = `${whose}: anyone may call it, although its paths fit \`routes['${covering.key}']\`.`;
  return { code: 'missing_authorizer', severity: 'error', place, problem, change: both };
}

/** A declared route whose paths include all of the route. */
function coveringOf({ key }: ApiRoute, { served }: Subject): RouteKey | undefined {
  if (key === null) return undefined;
  const verbs = verbsOf(key);
  return served.declared.find(
    (one) => one.kind === 'path' && verbs.every((verb) => takesMethod(one, verb)) && coversPath(one, key),
  );
}

function stateOf(guard: Guard): string {
  switch (guard.kind) {
    case 'lambda':
      return `has another authorizer, ${guard.authorizer}`;
    case 'other':
      return `is authorized by ${guard.what}`;
    default:
      return 'has no authorizer';
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
