import { expect } from 'chai';
import fc from 'fast-check';
import { memoryReplays } from '../../../lib/binding/dpop/replay.ts';
import { runs } from '../../support/property-runs.ts';

describe('memoryReplays', () => {
  it('lets one id be claimed once until its time is over', () => {
    let now = 0;
    const store = memoryReplays(10, () => now);
    expect(store.claim('a', 2)).to.equal(true);
    expect(store.claim('a', 2)).to.equal(false);
    expect(store.claim('b', 2)).to.equal(true);
    now = 1999;
    expect(store.claim('a', 2)).to.equal(false);
    now = 2000;
    expect(store.claim('a', 2)).to.equal(true);
    expect(store.claim('a', 2)).to.equal(false);
  });

  it('drops the oldest claim when it is full', () => {
    const store = memoryReplays(2, () => 0);
    for (const id of ['a', 'b', 'c']) expect(store.claim(id, 9)).to.equal(true);
    expect(store.claim('b', 9)).to.equal(false);
    expect(store.claim('c', 9)).to.equal(false);
    expect(store.claim('a', 9)).to.equal(true);
  });

  it('uses the clock of the machine by default', () => {
    const store = memoryReplays();
    expect([store.claim('a', 60), store.claim('a', 60)]).to.deep.equal([true, false]);
  });

  it('agrees with a list of claims, if it is never full', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      seconds: fc.integer({ min: 1, max: 5 }),
      wait: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        const store = memoryReplays(10, () => now);
        const made: { id: string; end: number }[] = [];
        for (const { id, seconds, wait } of steps) {
          now += 1000 * wait;
          const isFree = !made.some((claim) => claim.id === id && claim.end > now);
          expect(store.claim(id, seconds)).to.equal(isFree);
          if (isFree) made.push({ id, end: now + 1000 * seconds });
        }
      }),
      { numRuns: runs(200) },
    );
  });
});
