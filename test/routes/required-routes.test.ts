import { expect } from 'chai';
import fc from 'fast-check';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import { cases, parse, randomFrom, somePath } from '../policy-compiler/support/tables.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey } from '../support/routing-cases.ts';
import { requiredKeys } from '../support/routing-models.ts';

const LITERALS = ['a', 'b', 'c'];
const SHAPE = { maxRoutes: 7, maxDepth: 3, literals: LITERALS, methods: ['GET', 'GET', 'POST', 'ANY'] };

describe('the routes whose rules must pass', function () {
  this.timeout(0);

  for (const [api, routing] of [
    ['REST', 'rest'],
    ['HTTP', 'http'],
  ] as const) {
    it(`are those that the models of AWS and of readers of final slashes name, and no other: ${api}`, () => {
      const property = fc.property(cases(SHAPE), (one) => {
        const keys = api === 'REST' ? one.keys.filter(isRestKey) : one.keys;
        fc.pre(keys.length > 0);
        const routes = parse(keys);
        const table = createRouteTable(routes);
        const random = randomFrom(one.seed);
        for (let count = 0; count < 16; count++) {
          const { verb, path } = somePath(routes, LITERALS, random);
          const found = table.resolve(verb, path, routing);
          const rest = keys.includes('$default') ? '$default' : null;
          const names = [...found.routes.map((route) => keys[route]), ...(found.undeclared ? [rest] : [])];
          const required = requiredKeys(api, keys, verb, path);
          expect(names, `${verb} ${path} of ${keys}`).to.have.members([...required]);
        }
      });
      fc.assert(property, { numRuns: runs(1000, 10_000) });
    });
  }
});
