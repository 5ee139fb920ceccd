import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { TOUR } from '../../demo/tour/tour.ts';
import { walk } from '../../demo/walk.ts';
import { startWorld, type World } from '../../demo/world.ts';
import type { RefusalCode } from '../../lib/index.ts';
import { alarms } from '../../lib/monitoring.ts';
import { checkedEmf, dataPoints } from '../support/emf.ts';
import { ringingAlarms } from '../support/ringing-alarms.ts';

const stepsWith = (code: RefusalCode) =>
  TOUR.filter(
    ({ expect: expected, kept }) => expected.code === code && expected.by === undefined && kept !== true,
  );

describe('the alarms over the metrics of the demo', () => {
  let world: World;
  before(async () => {
    world = await startWorld(0);
  });
  after(() => world.close());

  /** The alarms that ring if all that `happening` does falls into one period. */
  async function rings(happening: () => Promise<unknown>): Promise<readonly string[]> {
    const before = world.metrics.length;
    await happening();
    const points = dataPoints(checkedEmf(world.metrics.slice(before).join('\n')));
    return ringingAlarms(alarms(), [points]);
  }

  const repeated = async (code: RefusalCode, times: number) => {
    const [step] = stepsWith(code);
    if (step === undefined) throw new Error(`no step of the tour is refused with ${code}`);
    const failed = await walk(
      world,
      Array.from({ length: times }, () => step),
      () => {},
    );
    expect(failed).to.deep.equal([]);
  };

  it('ring for nothing in a walk with a few bad tokens', async () => {
    const steps = TOUR.filter(({ api }) => api === 'rest');
    expect(steps.length).to.be.greaterThan(20);
    expect(await rings(() => walk(world, steps, () => {}))).to.deep.equal([]);
  });

  it('ring for an attack alone when forged tokens come', async () => {
    expect(await rings(() => repeated('invalid_signature', 25))).to.deep.equal(['AuthorizerAttackAlarm']);
  });

  it('ring for a client alone when it requests tokens for another API', async () => {
    expect(await rings(() => repeated('wrong_audience', 25))).to.deep.equal(['AuthorizerClientAlarm']);
  });

  it('ring for Auth0 alone when its keys cannot be fetched', async () => {
    const outage = async () => {
      const steps = TOUR.filter(({ api, request }) => api === 'keys' && request === 'GET /orders').slice(
        0,
        1,
      );
      await walk(world, steps, () => {});
      world.auth0.rateLimited = true;
      // The keys are fresh for one second in the API of the demo.
      for (let times = 0; times < 3; times++) {
        await wait(1100);
        await walk(world, steps, () => {});
      }
      world.auth0.rateLimited = false;
    };
    expect(await rings(outage)).to.deep.equal(['Auth0UnreachableAlarm']);
  });
});
