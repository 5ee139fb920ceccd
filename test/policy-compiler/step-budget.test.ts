import { expect } from 'chai';
import { type StepBudget, withinSteps } from '../../lib/policy-compiler/step-budget.ts';

describe('withinSteps', () => {
  const taking = (count: number) => (budget: StepBudget) => {
    for (let step = 0; step < count; step += 1) budget.take(1);
    return 'done';
  };
  const otherwise = () => 'given up';

  it('returns the result of work that stays within its budget, else the alternative', () => {
    expect(withinSteps(10, taking(10), otherwise)).to.equal('done');
    expect(withinSteps(10, taking(11), otherwise)).to.equal('given up');
  });

  it('gives each piece of work a budget of its own', () => {
    withinSteps(10, taking(11), otherwise);
    expect(withinSteps(10, taking(10), otherwise)).to.equal('done');
  });

  it('takes several steps at once', () => {
    const twice = (budget: StepBudget) => {
      budget.take(5);
      budget.take(6);
      return 'done';
    };
    expect([withinSteps(10, twice, otherwise), withinSteps(11, twice, otherwise)]).to.deep.equal([
      'given up',
      'done',
    ]);
  });

  it('lets the budget of inner work run out in the outer work that it belongs to', () => {
    const nested = (outer: StepBudget) => withinSteps(100, () => taking(6)(outer), otherwise);
    expect(withinSteps(5, nested, () => 'outer given up')).to.equal('outer given up');
    expect(withinSteps(6, nested, () => 'outer given up')).to.equal('done');
  });

  it('does not catch other errors', () => {
    const failing = () => {
      throw new TypeError('boom');
    };
    expect(() => withinSteps(10, failing, otherwise)).to.throw(TypeError, 'boom');
  });
});
