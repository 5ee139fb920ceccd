import { expect } from 'chai';
import fc from 'fast-check';
import { SteadyClock, systemClock } from '../../lib/refreshing/clock.ts';
import { fakeClock } from '../support/clock.ts';

describe('SteadyClock', () => {
  it('advances with the wall clock, also over a freeze', () => {
    const wall = fakeClock();
    const clock = new SteadyClock(wall);
    const start = clock.now();
    wall.jump(3_600_000);
    expect(clock.now() - start).to.equal(3_600_000);
    expect(clock.wall()).to.equal(wall.now());
  });

  it('never runs backwards, and counts all time after the wall clock was set back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 })), (jumps) => {
        const wall = fakeClock();
        const clock = new SteadyClock(wall);
        const start = clock.now();
        for (const jump of jumps) {
          wall.jump(jump);
          clock.now();
        }
        const forward = jumps.filter((jump) => jump > 0).reduce((sum, jump) => sum + jump, 0);
        expect(clock.now() - start).to.equal(forward);
      }),
    );
  });

  it('counts the time between two reads when the wall clock is set back between them', async () => {
    const wall = fakeClock();
    const clock = new SteadyClock(wall);
    const start = clock.now();
    await wall.advance(600_000);
    wall.jump(-3_600_000);
    await wall.advance(600_000);
    expect(clock.now() - start).to.equal(1_200_000);
  });

  it('does not gain time when it is read often', async () => {
    const wall = fakeClock();
    const clock = new SteadyClock({ ...wall, ticks: () => wall.ticks() * 1.0001 });
    const start = clock.now();
    for (let i = 0; i < 1000; i += 1) {
      await wall.advance(10);
      clock.now();
    }
    expect(clock.now() - start).to.equal(10_000);
  });

  it('loses a second at most when the wall clock is set back a little again and again', async () => {
    const wall = fakeClock();
    const clock = new SteadyClock(wall);
    const start = clock.now();
    wall.jump(3_600_000);
    clock.now();
    for (let i = 0; i < 1000; i += 1) {
      await wall.advance(100);
      wall.jump(-90);
      clock.now();
    }
    expect(clock.now() - start).to.be.within(3_600_000 + 99_000, 3_600_000 + 100_000);
  });

  it('says whether a promise settled in time', async () => {
    const wall = fakeClock();
    const clock = new SteadyClock(wall);
    const early = clock.within(clock.sleep(10), 20);
    const late = clock.within(clock.sleep(30), 20);
    await wall.advance(25);
    expect(await early).to.equal(true);
    expect(await late).to.equal(false);
  });

  it('does not wait when no time is left', async () => {
    const asked: number[] = [];
    const wall = fakeClock();
    const after = (milliseconds: number, action: () => void) => {
      asked.push(milliseconds);
      return wall.after(milliseconds, action);
    };
    const settled = new SteadyClock({ ...wall, after }).within(new Promise(() => undefined), -250);
    await wall.advance(1);
    expect(await settled).to.equal(false);
    // Node warns about negative times on stderr.
    expect(asked).to.deep.equal([0]);
  });
});

describe('systemClock', () => {
  it('returns the time of day', () => {
    const before = Date.now();
    expect(systemClock.now()).to.be.within(before, Date.now());
    const ticks = systemClock.ticks();
    expect(systemClock.ticks()).to.be.at.least(ticks);
  });

  it('runs an action later, unless it is cancelled', async () => {
    const ran: string[] = [];
    systemClock.after(1, () => ran.push('cancelled'))();
    await new Promise<void>((resolve) => {
      systemClock.after(2, () => {
        ran.push('kept');
        resolve();
      });
    });
    expect(ran).to.deep.equal(['kept']);
  });
});
