import { expect } from 'chai';
import fc from 'fast-check';
import { auth0Authorizer } from '../../../lib/index.ts';
import { createTestIssuer, decide, type EventOptions, eventFor } from '../../../lib/testing.ts';
import { middy } from '../../support/middy.ts';
import {
  isRestKey,
  pathsOf,
  plainTexts,
  type RoutingCase,
  tables,
  verbs,
} from '../../support/routing-cases.ts';
import type { RoutingModel } from '../../support/routing-models.ts';

const KINDS = {
  REST: ['rest-token', 'rest-request'],
  HTTP: ['http-api-1.0', 'http-api-2.0'],
} as const;
const CATCH_ALLS = { REST: ['ANY /', 'ANY /{all+}'], HTTP: ['$default'] } as const;
const UNDECLARED = ['deny', 'absent', 'rules'] as const;

/** A table of routes, a caller and requests. */
export interface RoutedCase extends Pick<RoutingCase, 'keys'> {
  readonly requests: readonly Omit<RoutingCase, 'keys'>[];
  /** By index of the key; the last one is for undeclared paths. */
  readonly granted: readonly boolean[];
  readonly undeclared: (typeof UNDECLARED)[number];
  /** Whether the API has the declared routes, or a catch-all alone. */
  readonly isCatchAll: boolean;
  readonly kind: 0 | 1;
}

export const routedCases: fc.Arbitrary<RoutedCase> = fc.record({
  keys: tables,
  requests: fc.array(fc.record({ verb: verbs, path: pathsOf(plainTexts) }), { minLength: 6, maxLength: 10 }),
  granted: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
  undeclared: fc.constantFrom(...UNDECLARED),
  isCatchAll: fc.boolean(),
  kind: fc.constantFrom(0, 1),
});

const issuer = createTestIssuer();

/** Whether the caller may use what API Gateway, or the backend behind a catch-all, serves for the request. */
function isGranted({ keys, granted, undeclared }: RoutedCase, route: string | null): boolean {
  if (route !== null) return granted[keys.indexOf(route)] === true;
  if (keys.includes('$default')) return granted[keys.indexOf('$default')] === true;
  return undeclared === 'rules' && granted.at(-1) === true;
}

/** Counts of a run, which show that it tried something. */
export interface Tally {
  allowed: number;
  replayed: number;
}

/** Judges the requests, and replays each answer for all of them. */
export async function checkRouted(model: RoutingModel, any: RoutedCase, tally: Tally): Promise<void> {
  const keys = model.api === 'REST' ? any.keys.filter(isRestKey) : any.keys;
  if (keys.length === 0) return;
  const one = { ...any, keys };
  const declared = keys.filter((key) => key !== '$default' || model.api === 'HTTP');
  const apiKeys = one.isCatchAll ? CATCH_ALLS[model.api] : declared;
  const handler = middy().use(
    auth0Authorizer({
      ...issuer.options,
      logger: false,
      rules: { scopes: ['rest'] },
      routes: Object.fromEntries(keys.map((key, index) => [key, { scopes: [`s${index}`] }])),
      undeclared: one.undeclared,
    }),
  );
  const scope = [
    ...keys.map((_, index) => (one.granted[index] ? `s${index}` : '')),
    one.granted.at(-1) ? 'rest' : '',
  ];
  const token = issuer.token({ scope: scope.join(' ') });
  /** Whether the request may pass; `null` if it does not reach an authorizer, or nothing serves it. */
  const mayPass = ({ verb, path }: RoutedCase['requests'][number]): boolean | null => {
    if (model.routeOf(apiKeys, verb, path) === null) return null;
    const route = model.routeOf(keys, verb, path);
    if (route === null && one.undeclared === 'absent') return null;
    return isGranted(one, route);
  };
  for (const request of one.requests) {
    const chosen = model.routeOf(apiKeys, request.verb, request.path);
    if (chosen === null) continue;
    const event = eventFor(KINDS[model.api][one.kind], { ...optionsFor(model, request, chosen), token });
    const decision = await decide(handler, event);
    const what = `${request.verb} ${request.path}`;
    if (decision.outcome === 'allow' && mayPass(request) !== null) {
      tally.allowed += 1;
      expect(mayPass(request), what).to.equal(true);
    }
    for (const other of one.requests) {
      if (mayPass(other) === null || !decision.allowsFromCache(other.verb, other.path)) continue;
      tally.replayed += 1;
      expect(mayPass(other), `${other.verb} ${other.path} after ${what}`).to.equal(true);
    }
  }
}

function optionsFor(
  { api }: RoutingModel,
  { verb, path }: RoutedCase['requests'][number],
  route: string,
): EventOptions {
  const [, template = path] = route.split(' ');
  return { method: verb, path, ...(api === 'HTTP' ? { routeKey: route } : { resource: template }) };
}
