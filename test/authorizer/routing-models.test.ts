import { expect } from 'chai';
import fc from 'fast-check';
import { auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, type EventOptions, eventFor } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey, pathsOf, plainTexts, type RoutingCase, tables, verbs } from '../support/routing-cases.ts';
import { ROUTING_MODELS, type RoutingModel } from '../support/routing-models.ts';

const RUNS = runs(250, 500);

const KINDS = {
  REST: ['rest-token', 'rest-request'],
  HTTP: ['http-api-1.0', 'http-api-2.0'],
} as const;
const CATCH_ALLS = { REST: ['ANY /', 'ANY /{all+}'], HTTP: ['$default'] } as const;
const UNDECLARED = ['deny', 'absent', 'rules'] as const;

interface Case extends Pick<RoutingCase, 'keys'> {
  readonly requests: readonly Omit<RoutingCase, 'keys'>[];
  /** By index of the key; the last one is for undeclared paths. */
  readonly granted: readonly boolean[];
  readonly undeclared: (typeof UNDECLARED)[number];
  /** Whether the API has the declared routes, or a catch-all alone. */
  readonly isCatchAll: boolean;
  readonly kind: 0 | 1;
}

const cases: fc.Arbitrary<Case> = fc.record({
  keys: tables,
  requests: fc.array(fc.record({ verb: verbs, path: pathsOf(plainTexts) }), { minLength: 6, maxLength: 10 }),
  granted: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
  undeclared: fc.constantFrom(...UNDECLARED),
  isCatchAll: fc.boolean(),
  kind: fc.constantFrom(0, 1),
});

const issuer = createTestIssuer();

/** Whether the caller may use what API Gateway, or the backend behind a catch-all, serves for the request. */
function isGranted({ keys, granted, undeclared }: Case, route: string | null): boolean {
  if (route !== null) return granted[keys.indexOf(route)] === true;
  if (keys.includes('$default')) return granted[keys.indexOf('$default')] === true;
  return undeclared === 'rules' && granted.at(-1) === true;
}

/** Counts of a run, which show that it tried something. */
interface Tally {
  allowed: number;
  replayed: number;
}

async function check(model: RoutingModel, any: Case, tally: Tally): Promise<void> {
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
  const mayPass = ({ verb, path }: Case['requests'][number]): boolean | null => {
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
  { verb, path }: Case['requests'][number],
  route: string,
): EventOptions {
  const [, template = path] = route.split(' ');
  return { method: verb, path, ...(api === 'HTTP' ? { routeKey: route } : { resource: template }) };
}

describe('An authorizer for an API that routes as AWS does', function () {
  this.timeout(0);

  for (const model of ROUTING_MODELS) {
    it(`allows no request, judged or from the cache, of a route that the caller may not use: ${model.name}`, async () => {
      const tally = { allowed: 0, replayed: 0 };
      await fc.assert(
        fc.asyncProperty(cases, (one) => check(model, one, tally)),
        { numRuns: RUNS },
      );
      expect(tally.allowed).to.be.above(0.6 * RUNS);
      expect(tally.replayed).to.be.above(2 * RUNS);
    });
  }
});
