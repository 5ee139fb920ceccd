import { expect } from 'chai';
import { Pace } from '../../lib/refreshing/pace.ts';

const COOLDOWN = 30_000;

describe('Pace', () => {
  const pace = (chance = 0) => new Pace(0, COOLDOWN, () => chance);
  const failed = (retryAfterMs = 0, isHeld = true) => ({ begunAt: 0, retryAfterMs, isHeld });

  /** The pauses after so many failures in a row, each at once after the start of its attempt. */
  function pausesOf(own: Pace, count: number, retryAfterMs = 0): readonly number[] {
    return Array.from({ length: count }, () => {
      const now = own.nextAt;
      own.begin(now);
      own.fail(now, { begunAt: now, retryAfterMs, isHeld: false });
      return Math.round(own.nextAt - now);
    });
  }

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
    own.fail(3000, failed());
    expect(own.nextAt).to.equal(30_000);
    expect(own.isOutage(59_999)).to.equal(true);
    expect(own.isOutage(60_000)).to.equal(false);
  });

  it('waits for as long as the endpoint says, and remembers that failure for a cooldown more', () => {
    const own = pace();
    own.begin(0);
    own.fail(1000, failed(120_000));
    expect(own.nextAt).to.equal(121_000);
    expect(own.isOutage(150_999)).to.equal(true);
    expect(own.isOutage(151_000)).to.equal(false);
  });

  it('does not treat a failure that a freeze delayed as recent', () => {
    const own = pace();
    own.begin(0);
    own.fail(3_600_000, failed());
    expect(own.nextAt).to.equal(30_000);
    expect(own.isOutage(3_600_000)).to.equal(false);
  });

  it('grows the pauses between failures up to the cooldown when no key is in memory', () => {
    const pauses = [200, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
    expect(pausesOf(pace(), 9)).to.deep.equal(pauses);
    expect(pausesOf(pace(1), 9)).to.deep.equal(pauses.map((pause) => pause * 1.2));
  });

  it('begins with the shortest pause again after a success, and after a quiet time', () => {
    const own = pace();
    pausesOf(own, 4);
    own.succeed();
    expect(pausesOf(own, 2)).to.deep.equal([200, 500]);
    const later = own.nextAt + 2 * COOLDOWN;
    own.begin(later);
    own.fail(later, failed(0, false));
    expect(own.nextAt - later).to.equal(200);
  });

  it('fetches at the time that the endpoint sets, or soon after, when no key is in memory', () => {
    expect(pausesOf(pace(), 3, 1000)).to.deep.equal([1000, 1000, 1000]);
    expect(pausesOf(pace(1), 1, 1000)).to.deep.equal([1200]);
    expect(pausesOf(pace(1), 1, 120_000)).to.deep.equal([122_000]);
  });

  it('allows the next attempt at once after a freeze cut one off, but not after each of a series', () => {
    const own = pace();
    own.begin(0);
    own.cutOff(1000, false);
    expect(own.nextAt).to.equal(1000);
    expect(own.isOutage(1000)).to.equal(false);
    own.begin(1000);
    own.cutOff(2000, false);
    expect(own.nextAt).to.equal(2200);
  });

  it('keeps to the cooldown after a freeze cut an attempt off when keys are in memory', () => {
    const own = pace();
    own.begin(0);
    own.cutOff(1000, true);
    expect(own.nextAt).to.equal(30_000);
  });
});
