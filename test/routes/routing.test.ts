import { expect } from 'chai';
import fc from 'fast-check';
import type { AuthorizationRequest, GatewayKind } from '../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../lib/gateways/index.ts';
import { type FoundRoute, findRoute } from '../../lib/routes/find-route.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import {
  type EventOptions,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
} from '../../lib/testing.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey, pathsOf, plainTexts, type RoutingCase, tables, verbs } from '../support/routing-cases.ts';
import { ROUTING_MODELS, type RoutingModel } from '../support/routing-models.ts';

const RUNS = runs(4000, 8000);

type Build = (options: EventOptions) => object;

const EVENTS: Readonly<Record<RoutingModel['api'], readonly (readonly [GatewayKind, Build])[]>> = {
  REST: [
    ['rest-token', restTokenEvent],
    ['rest-request', restRequestEvent],
  ],
  HTTP: [
    ['http-api-1.0', httpApi1Event],
    ['http-api-1.0', (options) => httpApi1Event({ ...options, arnPath: 'decoded' })],
    ['http-api-2.0', httpApi2Event],
    ['http-api-2.0', (options) => httpApi2Event({ ...options, arnPath: 'decoded' })],
  ],
};

const CATCH_ALLS = { REST: ['ANY /', 'ANY /{all+}'], HTTP: ['$default'] } as const;

interface Case extends RoutingCase {
  /** Whether the API has these routes, these and a catch-all, or a catch-all alone. */
  readonly api: 'declared' | 'both' | 'catch-all';
  readonly stage: string;
}

const text = fc.oneof(
  { weight: 6, arbitrary: plainTexts },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['a%20b', 'caf%C3%A9', 'a%7Cb', '*', 'a%20', '%61', 'a%2Fb', '%2e%2e', 'a%23', ''],
    ),
  },
);
const cases: fc.Arbitrary<Case> = fc.record({
  keys: tables,
  api: fc.constantFrom('declared', 'declared', 'both', 'catch-all'),
  verb: verbs,
  path: pathsOf(text),
  stage: fc.constantFrom('$default', 'live'),
});

/** The API's routes. REST APIs have no `$default`. */
function routesOf({ api, keys }: Case, kind: RoutingModel['api']): readonly string[] {
  const declared = kind === 'HTTP' ? keys : keys.filter((one) => one !== '$default');
  const catchAlls = CATCH_ALLS[kind].filter((one) => !keys.includes(one));
  if (api === 'declared') return declared;
  return api === 'both' ? [...declared, ...catchAlls] : CATCH_ALLS[kind];
}

/** The request as the authorizer reads it from the event of an API that chose the route. */
function requestFor(
  [kind, build]: readonly [GatewayKind, Build],
  { verb, path, stage }: Case,
  route: string,
) {
  const [, template] = route.split(' ');
  const isRest = kind.startsWith('rest');
  const event = build({
    method: verb,
    path,
    ...(isRest ? {} : { stage, routeKey: route }),
    ...(isRest && template !== undefined ? { resource: template } : {}),
  });
  return gatewayOfKind(kind).read(event, {});
}

function judgedBy(keys: readonly string[], request: AuthorizationRequest): FoundRoute {
  return findRoute(createRouteTable(keys.map((one) => parseRouteKey(one, 'routes'))), request);
}

/** The declared route that would be chosen if the API had the declared routes; `$default` stands for the rest. */
function declaredBy(model: RoutingModel, { keys, verb, path }: Case): string | null {
  return model.routeOf(keys, verb, path) ?? (keys.includes('$default') ? '$default' : null);
}

/** A final slash may decide between two routes. */
function withoutFinalSlashes(one: Case): Case {
  return { ...one, keys: one.keys.filter(isRestKey), path: one.path.replace(/\/+$/, '') || '/d' };
}

function onlyOne(routes: readonly (string | null)[]): string | null {
  return new Set(routes).size === 1 ? (routes[0] ?? null) : null;
}

const keysIn = (found: FoundRoute, keys: readonly string[]): readonly string[] =>
  found.kind === 'routes' ? found.indexes.map((index) => keys[index] as string) : [];

describe('the routes that a request is judged by', function () {
  this.timeout(0);

  for (const model of ROUTING_MODELS) {
    it(`include the route that API Gateway chooses: ${model.name}`, () => {
      let judged = 0;
      const check = (any: Case, event: readonly [GatewayKind, Build]) => {
        // No resource of a REST API ends with a slash.
        const one = model.api === 'REST' ? { ...any, keys: any.keys.filter(isRestKey) } : any;
        const chosen = model.routeOf(routesOf(one, model.api), one.verb, one.path);
        if (chosen === null) return;
        const found = judgedBy(one.keys, requestFor(event, one, chosen));
        if (found.kind === 'refused') return;
        judged += 1;
        // Behind a catch-all the declared routes apply as if the API had them.
        const declared = declaredBy(model, one);
        if (declared === null) expect(found.kind === 'undeclared' || found.undeclared).to.equal(true);
        else expect(keysIn(found, one.keys)).to.include(declared);
      };
      fc.assert(
        fc.property(cases, (one) => {
          for (const event of EVENTS[model.api]) check(one, event);
        }),
        { numRuns: RUNS },
      );
      expect(judged).to.be.above(RUNS);
    });
  }

  for (const api of ['REST', 'HTTP'] as const) {
    it(`are only that route when the order of ${api} APIs is known`, () => {
      const models = ROUTING_MODELS.filter((model) => model.api === api);
      let judged = 0;
      fc.assert(
        fc.property(cases, (any) => {
          const one = withoutFinalSlashes(any);
          const chosen = onlyOne(
            models.map((model) => model.routeOf(routesOf(one, api), one.verb, one.path)),
          );
          const route = onlyOne(models.map((model) => declaredBy(model, one)));
          if (chosen === null || route === null) return;
          for (const event of EVENTS[api]) {
            const found = judgedBy(one.keys, requestFor(event, one, chosen));
            if (found.kind === 'refused') continue;
            judged += 1;
            expect(keysIn(found, one.keys)).to.deep.equal([route]);
            expect(found).to.include({ undeclared: false, by: 'path' });
          }
        }),
        { numRuns: RUNS },
      );
      expect(judged).to.be.above(0.375 * RUNS);
    });
  }
});
