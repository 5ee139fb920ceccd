import { expect } from 'chai';
import { Pace } from '../../lib/jwks/pace.ts';

const COOLDOWN = 30_000;

describe('Pace', () => {
  const pace = (chance = 0) => new Pace(0, COOLDOWN, () => chance);

  it('allows the first attempt at once, and the next one a cooldown after its start', () => {
    const own = pace();
    expect(own.nextAt).to.equal(0);
    own.begin(1000);
    expect(own.nextAt).to.equal(31_000);
  });

  it('lengthens a cooldown by a fifth at most, and never shortens it', () => {
    const own = pace(1);
    own.begin(0);
    expect(own.nextAt).to.equal(36_000);
  });

  it('counts from the request when that goes out late in an attempt', () => {
    const own = pace();
    own.begin(0);
    own.ask(4000);
    expect(own.nextAt).to.equal(34_000);
  });

  it('counts from the request of the other environment when the keys come from a store', () => {
    const own = pace();
    own.begin(0);
    own.share(-20_000);
    expect(own.nextAt).to.equal(10_000);
    own.share(60_000);
    expect(own.nextAt).to.equal(10_000);
  });

  it('remembers a failure for two cooldowns', () => {
    const own = pace();
    expect(own.isOutage(0)).to.equal(false);
    own.begin(0);
    own.fail(0, 3000, 0);
    expect(own.nextAt).to.equal(30_000);
    expect(own.isOutage(59_999)).to.equal(true);
    expect(own.isOutage(60_000)).to.equal(false);
  });

  it('waits for as long as the endpoint says, and remembers that failure for a cooldown more', () => {
    const own = pace();
    own.begin(0);
    own.fail(0, 1000, 120_000);
    expect(own.nextAt).to.equal(121_000);
    expect(own.isOutage(150_999)).to.equal(true);
    expect(own.isOutage(151_000)).to.equal(false);
  });

  it('does not treat a failure that a freeze delayed as recent', () => {
    const own = pace();
    own.begin(0);
    own.fail(0, 3_600_000, 0);
    expect(own.nextAt).to.equal(30_000);
    expect(own.isOutage(3_600_000)).to.equal(false);
  });
});
