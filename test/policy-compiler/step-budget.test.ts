import { expect } from 'chai';
import { takeSteps, withinSteps } from '../../lib/policy-compiler/step-budget.ts';

describe('A bound on steps', () => {
  const taking = (count: number) => () => {
    for (let step = 0; step < count; step += 1) takeSteps(1);
    return 'done';
  };
  const given = () => 'given up';

  it('lets work within it end, and gives up what goes beyond', () => {
    expect(withinSteps(10, taking(10), given)).to.equal('done');
    expect(withinSteps(10, taking(11), given)).to.equal('given up');
  });

  it('is for one piece of work: the next has all its steps, and outside of any there is none', () => {
    withinSteps(10, taking(11), given);
    expect(withinSteps(10, taking(10), given)).to.equal('done');
    expect(taking(1000)()).to.equal('done');
  });

  it('is not widened from within', () => {
    expect(withinSteps(5, () => withinSteps(100, taking(6), given), given)).to.equal('given up');
    const twice = () => withinSteps(3, taking(3), given) + taking(3)();
    expect([withinSteps(5, twice, given), withinSteps(6, twice, given)]).to.deep.equal([
      'given up',
      'donedone',
    ]);
  });

  it('leaves other errors to whoever minds them', () => {
    const failing = () => {
      throw new TypeError('boom');
    };
    expect(() => withinSteps(10, failing, given)).to.throw(TypeError, 'boom');
    expect(taking(1000)()).to.equal('done');
  });
});
