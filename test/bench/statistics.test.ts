import { expect } from 'chai';
import { bestOf, overBudget } from '../../bench/budget-limits.ts';
import { bestRatio, median, medianRatio, percentile, shuffled } from '../../bench/statistics.ts';

describe('the statistics of the bench', () => {
  it('compute the median as the middle sample or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 6])).to.equal(5.5);
  });

  it('compute percentiles by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).to.equal(99);
    expect(percentile(hundred, 0)).to.equal(1);
    expect(percentile([7], 0.5)).to.equal(7);
  });

  it('compare round by round, so that a slow round changes nothing', () => {
    expect(medianRatio([2, 20, 200], [1, 10, 100])).to.equal(2);
  });

  it('compare the fast rounds, so that a few slow rounds change nothing', () => {
    expect(bestRatio([4, 4, 900, 4, 800], [2, 2, 2, 2, 2])).to.equal(2);
  });

  it('throw if there are no samples', () => {
    expect(() => median([])).to.throw(RangeError, 'no samples');
  });

  it('shuffle without loss', () => {
    expect(shuffled([3, 1, 2]))
      .to.have.members([1, 2, 3])
      .and.have.lengthOf(3);
  });
});

describe('the budget', () => {
  it('reports nothing within the limits', () => {
    expect(overBudget([{ name: 'a', value: 1.5, limit: 1.5 }])).to.deep.equal([]);
  });

  it('reports figures over their limit, and NaN', () => {
    const over = overBudget([
      { name: 'new token', value: 2.61, limit: 2.6 },
      { name: 'growth', value: Number.NaN, limit: 1.5 },
    ]);
    expect(over).to.deep.equal([
      'new token: 2.61, and the limit is 2.6',
      'growth: NaN, and the limit is 1.5',
    ]);
  });

  it('takes the smaller figure of two runs; NaN if one has none', () => {
    const check = (value: number) => ({ name: 'a', value, limit: 1 });
    const best = bestOf([check(1.2), check(0.8), check(0.9)], [check(0.9), check(1.1)]);
    expect(best.map(({ value }) => value)).to.deep.equal([0.9, 0.8, Number.NaN]);
    expect(best[0]).to.include({ name: 'a', limit: 1 });
  });
});
