import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '../support/property-runs.ts';
import { ROUTING_MODELS } from '../support/routing-models.ts';
import { checkRouted, routedCases } from './support/routed-cases.ts';

const RUNS = runs(250, 500);

describe('An authorizer for an API that routes as AWS does', function () {
  this.timeout(0);

  for (const model of ROUTING_MODELS) {
    it(`allows no request, judged or from the cache, of a route that the caller may not use: ${model.name}`, async () => {
      const tally = { allowed: 0, replayed: 0 };
      await fc.assert(
        fc.asyncProperty(routedCases, (one) => checkRouted(model, one, tally)),
        { numRuns: RUNS },
      );
      expect(tally.allowed).to.be.above(0.6 * RUNS);
      expect(tally.replayed).to.be.above(2 * RUNS);
    });
  }
});
