import { expect } from 'chai';
import sinon, { type SinonFakeTimers } from 'sinon';
import { startDeadline } from '../../lib/jwks/deadline.ts';

describe('startDeadline', () => {
  let clock: SinonFakeTimers;
  let isOver: boolean;
  const onTimeOut = () => {
    isOver = true;
  };

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1e12 });
    // A process that has run for a while.
    clock.tick(60_000);
    isOver = false;
  });
  afterEach(() => {
    sinon.restore();
    clock.restore();
  });

  /** Timers are late by so much, as after a freeze. */
  const late = (milliseconds: number) => {
    const hrtime = process.hrtime.bind(process);
    sinon.stub(process, 'hrtime').callsFake(((before?: [number, number]) => {
      const [seconds, nanoseconds] = hrtime(before);
      return [seconds, nanoseconds + milliseconds * 1e6];
    }) as typeof process.hrtime);
  };
  it('calls back when the time is over, and not before', () => {
    startDeadline(1000, onTimeOut);
    clock.tick(999);
    expect(isOver).to.equal(false);
    clock.tick(1);
    expect(isOver).to.equal(true);
  });

  it('grants no more time when the timer is a little late', () => {
    startDeadline(1000, onTimeOut);
    late(200);
    clock.tick(1000);
    expect(isOver).to.equal(true);
  });

  it('grants half a second when the timer is late by more than 200 ms', () => {
    startDeadline(1000, onTimeOut);
    late(201);
    clock.tick(1499);
    expect(isOver).to.equal(false);
    clock.tick(1);
    expect(isOver).to.equal(true);
  });

  it('leaves no timer behind when it is cancelled, before and after a freeze', () => {
    startDeadline(1000, onTimeOut)();
    expect(clock.countTimers()).to.equal(0);
    const cancel = startDeadline(1000, onTimeOut);
    late(5000);
    clock.tick(1000);
    cancel();
    expect(clock.countTimers()).to.equal(0);
    expect(isOver).to.equal(false);
  });
});
