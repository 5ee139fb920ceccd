import { expect } from 'chai';
import { compareCounts, tested } from '../../scripts/docs/tested.ts';

describe('the counts of the page "How this is tested"', () => {
  it('come from runs without a failed test', () => {
    expect(Object.keys(tested())).to.include.members(['all_cases', 'node_26', 'smoke', 'fuzz']);
    for (const [run, { passed, failed }] of Object.entries(tested())) {
      expect(passed, run).to.be.above(0);
      expect(failed, run).to.equal(0);
    }
  });

  it('are wrong if a run counts over 2 % less, or does not take place, and stale if it counts over 2 % more', () => {
    const claimed = { suite: { passed: 1000, failed: 0, skipped: 0 } };
    const counting = (passed: number) => compareCounts(claimed, { suite: { passed, failed: 0, skipped: 0 } });
    expect(counting(985)).to.deep.equal({ wrong: [], stale: [] });
    expect(counting(979).wrong).to.deep.equal(['suite: passed 979, the page says 1000']);
    expect(counting(1021).stale).to.deep.equal(['suite: passed 1021, the page says 1000']);
    expect(compareCounts(claimed, {}).wrong).to.have.length(1);
  });
});
