import { expect } from 'chai';
import { simulateRevocations } from '../../bench/revocations/fleet.ts';

/** A small fleet; `bench/revocations.ts` has ten thousand environments. */
const SETTING = { environments: 60, seconds: 300, revocations: 5, seed: 7 };

describe('a fleet that reads the list of revocations', function () {
  this.timeout(30_000);

  for (const refreshEvery of [10, 2]) {
    it(`accepts a revoked token for ${refreshEvery + 1} s at most, and reads once in ${refreshEvery} s at most`, async () => {
      const outcome = await simulateRevocations({ ...SETTING, refreshEvery });
      expect(outcome.revoked).to.be.greaterThan(200);
      expect(outcome.longestAccepted).to.be.within(1, 1000 * (refreshEvery + 1));
      expect(outcome.wronglyRefused).to.equal(0);
      expect(outcome.shortestPause).to.be.at.least(1000 * refreshEvery);
      expect(outcome.reads).to.be.at.most(SETTING.environments * (SETTING.seconds / refreshEvery));
    });
  }
});
