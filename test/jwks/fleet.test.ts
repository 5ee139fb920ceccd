import { expect } from 'chai';
import { EVENTS, HOUR, MINUTE } from '../../bench/fleet/day.ts';
import { ours } from '../../bench/fleet/ours.ts';
import { simulate } from '../../bench/fleet/simulate.ts';

/** A small fleet; `bench/fleet.ts` has ten thousand environments and the peers. */
const SETTING = { environments: 100, seed: 7, isHostile: false };
const FRESH_FOR = 10 * MINUTE;

describe('a fleet on a day with a rotation, two revocations, an outage and a deployment', () => {
  it('asks Auth0 once in freshFor with a store, and refuses no good token', async () => {
    const outcome = await simulate(ours({ name: 'store', store: 'shared' }), SETTING);
    expect(outcome.refused).to.equal(0);
    expect(outcome.requests - outcome.requestsInOutage).to.be.at.most((24 * HOUR) / FRESH_FOR);
    expect(outcome.requestsInOutage).to.be.at.most((EVENTS.outage.until - EVENTS.outage.from) / 30_000);
    expect(outcome.tokens).to.be.greaterThan(30_000);
  });

  it('never asks Auth0 with a refresher, and refuses no good token, even when junk tokens arrive', async () => {
    for (const isHostile of [false, true]) {
      const policy = ours({ name: 'refresher', store: 'refreshed' });
      const outcome = await simulate(policy, { ...SETTING, isHostile });
      expect(outcome).to.include({ requests: 0, refused: 0 });
      expect(outcome.longestRevoked).to.be.at.most(2 * FRESH_FOR);
    }
  });

  it('stops accepting a revoked key within 1.1 x freshFor, with and without a store', async () => {
    for (const store of ['none', 'shared'] as const) {
      const outcome = await simulate(ours({ name: store, store }), { ...SETTING, isHostile: true });
      expect(outcome.longestRevoked).to.be.within(1, 1.1 * FRESH_FOR);
    }
  });
});
