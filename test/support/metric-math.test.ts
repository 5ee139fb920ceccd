import { expect } from 'chai';
import { evaluate } from './metric-math.ts';

describe('metric math', () => {
  const values = { fault_a: 2, fault_b: null, refusal_a: 5, refusal_b: 7, none: null, total: 20 };

  it('calculates, with the usual precedence', () => {
    expect(evaluate('1 + 2 * 3 - 4 / 2', {})).to.equal(5);
    expect(evaluate('(1 + 2) * total', values)).to.equal(60);
  });

  it('combines the metrics whose ID has a part, without those that have no data', () => {
    expect(evaluate('SUM(METRICS("fault"))', values)).to.equal(2);
    expect(evaluate('MAX(METRICS("refusal"))', values)).to.equal(7);
    expect(evaluate('SUM(METRICS("other"))', values)).to.equal(null);
  });

  it('compares', () => {
    expect(evaluate('IF(MAX(METRICS("refusal")) >= 0.2 * total, 1, 0)', values)).to.equal(1);
    expect(evaluate('IF(total < 20, 1, 0)', values)).to.equal(0);
    expect(evaluate('total <= 20', values)).to.equal(1);
    expect(evaluate('total > 20', values)).to.equal(0);
  });

  it('has no value where an operand has none', () => {
    expect(evaluate('none + total', values)).to.equal(null);
    expect(evaluate('IF(none >= 1, 1, 0)', values)).to.equal(null);
  });

  it('refuses what it does not know', () => {
    for (const text of ['METRICS("fault")', 'AVG(total)', 'unknown', '1 +', 'total)', '(1', '1 ? 2']) {
      expect(() => evaluate(text, values), text).to.throw(Error);
    }
  });
});
