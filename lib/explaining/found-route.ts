import { REFUSALS } from '../decision/codes.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { fits } from '../routes/route-fit.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { Judging } from '../rules/judging.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { ExplainedRoute, RouteCandidate } from './explanation.ts';

/** How many candidates an explanation names. */
const SHOWN = 20;

/** Which declared routes apply to a request, and why. */
export function foundRoute(judging: Judging, { routes, undeclared }: RuleBook): ExplainedRoute {
  const { rules, request } = judging;
  const candidates = candidatesFor(routes, request, appliedIndexes(judging));
  switch (rules.kind) {
    case 'refused':
      return { found: 'refused', keys: [], why: REFUSALS[rules.refusal.code].advice, candidates };
    case 'undeclared':
      return { found: 'undeclared', keys: [], why: undeclaredReason(routes, undeclared), candidates };
    case 'route':
      return { found: 'routes', keys: [rules.route], why: WHY_ONE[judging.foundBy], candidates };
    case 'routes':
      return {
        found: 'routes',
        keys: rules.indexes.map((index) => (routes[index] as RouteKey).key),
        why: rules.undeclared ? WHY_PARTLY : WHY_SEVERAL[judging.foundBy],
        candidates,
      };
  }
}

const WHY_ONE: Readonly<Record<Judging['foundBy'], string>> = {
  path: 'It is the most specific declared route for the method and the path.',
  both: 'The path leads to it, and the event names it.',
  event: 'The event names it. The path fits no declared route, as behind a base path mapping.',
  encoded:
    'It is the most specific route for the path, whose encoded slashes it takes as data (`encodedSlashes`).',
};

const WHY_SEVERAL: Readonly<Record<Judging['foundBy'], string>> = {
  path: 'The path may belong to any of them: AWS does not document which one API Gateway chooses. The rules of all apply.',
  both: 'The path leads to one, and the event names another. The rules of all apply.',
  event: 'The event names them.',
  encoded: 'The path has encoded slashes, and may belong to any of them. The rules of all apply.',
};

const WHY_PARTLY =
  'The gateway may ignore the final slash, so that the path is declared and undeclared. The rules of the route and the common rules apply.';

function undeclaredReason(routes: readonly RouteKey[], undeclared: RuleBook['undeclared']): string {
  if (routes.length === 0) return 'No routes are declared: the common rules apply to every path.';
  return `No declared route matches, and \`undeclared\` is '${undeclared}': the common rules apply.`;
}

function appliedIndexes({ rules }: Judging): readonly number[] {
  if (rules.kind === 'route') return [rules.index];
  return rules.kind === 'routes' ? rules.indexes : [];
}

function candidatesFor(
  routes: readonly RouteKey[],
  { method, path }: AuthorizationRequest,
  applied: readonly number[],
): readonly RouteCandidate[] {
  const found = routes.flatMap((key, index): RouteCandidate[] => {
    if (applied.includes(index)) return [{ route: key.key, fits: 'applies' }];
    const kind = method === null || path === null ? null : nearness(key, method, path);
    return kind === null ? [] : [{ route: key.key, fits: kind }];
  });
  return found.toSorted((one, other) => ORDER.indexOf(one.fits) - ORDER.indexOf(other.fits)).slice(0, SHOWN);
}

const ORDER: readonly RouteCandidate['fits'][] = [
  'applies',
  'less specific',
  'other method',
  'other slash',
  'other case',
];

function nearness(key: RouteKey, method: string, path: string): RouteCandidate['fits'] | null {
  if (fits(key, path)) {
    const takesMethod = key.kind !== 'path' || key.method === 'ANY' || key.method === method;
    return takesMethod ? 'less specific' : 'other method';
  }
  if (fits(key, path.endsWith('/') ? path.slice(0, -1) : `${path}/`)) return 'other slash';
  return fitsInOtherCase(key, path) ? 'other case' : null;
}

function fitsInOtherCase(key: RouteKey, path: string): boolean {
  if (key.kind !== 'path') return false;
  const segments = key.segments.map((segment) =>
    segment.kind === 'literal' ? { ...segment, text: segment.text.toLowerCase() } : segment,
  );
  return fits({ ...key, segments }, path.toLowerCase());
}
