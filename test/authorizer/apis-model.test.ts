import { expect } from 'chai';
import fc from 'fast-check';
import {
  type ApiOptions,
  type AuthorizerOptions,
  auth0Authorizer,
  evaluatePolicy,
  type GatewayKind,
} from '../../lib/index.ts';
import { createTestIssuer, decide, eventFor } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

/*
 * The model: what a person would say who reads the options, written apart from the code. Every request of every API, stage
 * and path is compared, judged afresh and replayed from each cached answer.
 */

const AUDIENCES = ['one', 'two', 'three'];
const SCOPES = ['a', 'b'];
const IDS = ['api1', 'api2', 'api3'];
const STAGES = ['live', 'test'];
const KEYS = ['api1', 'api1/live', 'api2', 'api2/test'];
const PATHS = ['/x', '/y', '/z'];
const issuer = createTestIssuer({ audience: 'one' });

interface Api {
  readonly audience: readonly string[] | null;
  /** A scope; `false` switches the common one off. */
  readonly scope: string | false | null;
  /** Scopes of `/x` and `/y`; `null` = no routes. */
  readonly routes: readonly [string | false | null, string | null] | null;
  readonly undeclared: 'deny' | 'rules' | null;
}

interface Options {
  readonly common: string | null;
  readonly apis: Readonly<Record<string, Api>>;
}

interface Caller {
  readonly aud: readonly string[];
  readonly scopes: readonly string[];
}

interface Place {
  readonly id: string;
  readonly stage: string;
  readonly path: string;
}

const scope = fc.option(fc.constantFrom(...SCOPES));
const scopeOrOff = fc.oneof(scope, fc.constant<false>(false));
const api: fc.Arbitrary<Api> = fc.record({
  audience: fc.option(fc.subarray(AUDIENCES, { minLength: 1 })),
  scope: scopeOrOff,
  routes: fc.option(fc.tuple(scopeOrOff, scope)),
  undeclared: fc.constantFrom('deny' as const, 'rules' as const, null),
});
const options: fc.Arbitrary<Options> = fc.record({
  common: scope,
  apis: fc.dictionary(fc.constantFrom(...KEYS), api, { minKeys: 1, maxKeys: KEYS.length }),
});
const caller: fc.Arbitrary<Caller> = fc.record({
  aud: fc.subarray(AUDIENCES, { minLength: 1 }),
  scopes: fc.subarray(SCOPES),
});

const rulesFor = (one: string | false | null) =>
  one === null ? {} : { scopes: one === false ? (false as const) : [one] };

function optionsOf({ common, apis }: Options): AuthorizerOptions {
  const built = Object.entries(apis).map(([key, { audience, scope: own, routes, undeclared }]) => {
    const isMoot = undeclared === 'deny' && routes === null;
    const options: ApiOptions = {
      ...(audience === null ? {} : { audience }),
      ...(own === null ? {} : { rules: rulesFor(own) }),
      ...(routes === null
        ? {}
        : { routes: { 'GET /x': rulesFor(routes[0]), 'GET /y': rulesFor(routes[1]) } }),
      ...(undeclared === null || isMoot ? {} : { undeclared }),
    };
    return [key, options] as const;
  });
  return {
    logger: false,
    unauthorized: 'deny',
    ...(common === null ? {} : { rules: { scopes: [common] } }),
    apis: Object.fromEntries(built),
    ...issuer.options,
  };
}

/** The scope that a path needs; `false` = none; `null` = the path is not declared. */
function scopeNeeded({ scope: own, routes, undeclared }: Api, common: string | null, path: string) {
  const usual = own === null ? (common ?? false) : own;
  if (routes === null) return usual;
  if (path === '/z') return undeclared === 'rules' ? usual : null;
  const ofRoute = path === '/x' ? routes[0] : routes[1];
  return ofRoute === null ? usual : ofRoute;
}

/** What should happen: `allow`, or the code. */
function expected({ common, apis }: Options, { aud, scopes }: Caller, { id, stage, path }: Place): string {
  const every = new Set(['one', ...Object.values(apis).flatMap(({ audience }) => audience ?? [])]);
  if (!aud.some((one) => every.has(one))) return 'wrong_audience';
  const found = apis[`${id}/${stage}`] ?? apis[id];
  if (found === undefined) return 'unknown_api';
  if (!(found.audience ?? ['one']).some((one) => aud.includes(one))) return 'wrong_audience';
  const needed = scopeNeeded(found, common, path);
  if (needed === null) return 'route_not_found';
  return needed === false || scopes.includes(needed) ? 'allow' : 'insufficient_scope';
}

const PLACES: readonly Place[] = IDS.flatMap((id) =>
  STAGES.flatMap((stage) => PATHS.map((path) => ({ id, stage, path }))),
);

const tally = { allowed: 0, replays: 0, opened: 0, codes: new Set<string>() };

async function compare(drawn: Options, who: Caller, kind: GatewayKind): Promise<void> {
  const handler = middy().use(auth0Authorizer(optionsOf(drawn)));
  const token = issuer.token({ aud: who.aud, scope: who.scopes.join(' ') });
  for (const place of PLACES) {
    const event = eventFor(kind, { token, apiId: place.id, stage: place.stage, path: place.path });
    const decision = await decide(handler, event);
    const outcome = decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    expect(outcome, JSON.stringify({ drawn, who, place })).to.equal(expected(drawn, who, place));
    tally.codes.add(String(outcome));
    if (outcome === 'allow') tally.allowed += 1;
    const { policyDocument } = (decision as unknown as { answer: { policyDocument: never } }).answer;
    for (const other of PLACES) {
      const resource = `arn:aws:execute-api:eu-central-1:123456789012:${other.id}/${other.stage}/GET${other.path}`;
      const isOpen = evaluatePolicy(policyDocument, { resource }) === 'allow';
      const isHere = other.id === place.id && other.stage === place.stage;
      const mayUse = isHere && expected(drawn, who, other) === 'allow';
      expect(isOpen, JSON.stringify({ drawn, who, place, other })).to.equal(mayUse);
      tally.replays += 1;
      if (isOpen) tally.opened += 1;
    }
  }
}

const MAPS = runs(25, 200);

describe('random maps of APIs, audiences and rules, compared with a model', function () {
  this.timeout(0);

  for (const kind of ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'] as const) {
    it(`are decided as the model says, afresh and from the cache: ${kind}`, async () => {
      const property = fc.asyncProperty(options, caller, (drawn, who) => compare(drawn, who, kind));
      await fc.assert(property, { numRuns: MAPS });
    });
  }

  it('met each outcome, and opened requests from the cache', () => {
    const codes = ['allow', 'insufficient_scope', 'route_not_found', 'unknown_api', 'wrong_audience'];
    expect([...tally.codes].sort()).to.deep.equal(codes);
    expect(tally.allowed).to.be.above(4 * MAPS);
    expect(tally.opened).to.be.above(tally.replays / 100);
  });
});
