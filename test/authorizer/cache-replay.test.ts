import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '../support/property-runs.ts';
import { PLANS, replay, setupOf, setupsOf, Tally } from './cache-replay/replay.ts';

/** Replays at least, and the tables that are needed for as many. */
const POLICIES = { tables: runs(50, 620), replays: runs(8000, 145_000) };
const SIMPLE = { tables: runs(20, 100), replays: runs(4000, 25_000) };

const ALL = PLANS.reduce((sum, { isSimple }) => sum + (isSimple ? SIMPLE : POLICIES).replays, 0);

const thousands = (count: number) => count.toLocaleString('en');

describe(`${thousands(ALL)} answers from a cache with the advised identity sources`, function () {
  this.timeout(0);

  for (const plan of PLANS) {
    const { kind, isSimple, withIp } = plan;
    const { tables, replays } = isSimple ? SIMPLE : POLICIES;
    const what = `${kind}${isSimple ? ', simple responses' : ''}${withIp ? ', with rules on the address' : ''}`;

    it(`allow what the caller may use and nothing else, in ${thousands(replays)} replays: ${what}`, async () => {
      const tally = new Tally();
      const property = fc.asyncProperty(setupsOf(plan), (named) => replay(setupOf(named), plan, tally));
      await fc.assert(property, { numRuns: tables });
      expect(tally.replays, String(tally)).to.be.at.least(replays);
      expect(tally.allowed, String(tally)).to.be.above(0.2 * tally.replays);
      expect(tally.reserved + tally.unwritable, String(tally)).to.be.below(0.02 * tally.replays);
      expect(tally.wronglyDenied, String(tally)).to.be.below(50 + 0.003 * tally.replays);
    });
  }
});
