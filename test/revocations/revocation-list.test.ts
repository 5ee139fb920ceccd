import { expect } from 'chai';
import fc from 'fast-check';
import { AuthorizerFault } from '../../lib/decision/errors.ts';
import { RevocationList } from '../../lib/revocations/revocation-list.ts';
import { RevocationsError } from '../../lib/revocations/revocations-error.ts';
import type { RevocationEvent, RevocationsOptions } from '../../lib/revocations/revocations-options.ts';
import { parseRevocationsOptions } from '../../lib/revocations/revocations-settings.ts';
import { addRevocations } from '../../lib/revocations/store.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { runs } from '../support/property-runs.ts';

const SECOND = 1000;
const REMAINING = 5 * SECOND;

describe('RevocationList', () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let events: RevocationEvent[];

  beforeEach(() => {
    clock = fakeClock();
    store = memoryStore(clock);
    events = [];
  });

  const now = () => Math.floor(clock.now() / 1000);
  const revoke = (value: string, seconds = 86_400) =>
    addRevocations(store, [{ kind: 'sub', value, issuedBefore: now() + 1, until: now() + seconds }], now());

  const open = (options: Partial<RevocationsOptions> = {}) =>
    new RevocationList(
      parseRevocationsOptions(
        { store, onEvent: (event: RevocationEvent) => void events.push(event), ...options },
        '',
      ),
      clock,
      () => 0,
    );

  /** What the list finds for a token of that user, `fault` without a list; the clock advances by the time that it waits. */
  async function find(list: RevocationList, sub: string, remainingMs = REMAINING): Promise<string | null> {
    const iat = now() - 3600;
    try {
      const found = list.find({ sub, iat }, remainingMs);
      if (!(found instanceof Promise)) return found;
      let outcome: Promise<string | null> | null = null;
      const settled = found.then(
        (kind) => {
          outcome = Promise.resolve(kind);
        },
        (error: unknown) => {
          outcome = Promise.reject(error);
          outcome.catch(() => undefined);
        },
      );
      for (let step = 0; step < 100 && outcome === null; step += 1) await clock.advance(20);
      await settled;
      return await (outcome as unknown as Promise<string | null>);
    } catch (error) {
      expect(error).to.be.instanceOf(AuthorizerFault).with.property('code', 'revocations_unavailable');
      return 'fault';
    }
  }

  it('lets tokens pass if nothing was ever revoked', async () => {
    const list = open();
    expect(await find(list, 'a')).to.equal(null);
    expect(events).to.deep.equal([{ type: 'refreshed', entries: 0, durationMs: 0 }]);
  });

  it('finds revoked tokens at once from memory', async () => {
    await revoke('a');
    const list = open();
    list.prefetch();
    await clock.settle();
    expect(list.find({ sub: 'a', iat: 1 }, REMAINING)).to.equal('sub');
    expect(list.find({ sub: 'b', iat: 1 }, REMAINING)).to.equal(null);
    expect(store.calls.read).to.equal(2);
  });

  it('reads beside the requests, once in refreshEvery', async () => {
    const list = open();
    await find(list, 'a');
    await clock.advance(9.9 * SECOND);
    expect(list.find({ sub: 'a' }, REMAINING)).to.equal(null);
    expect(store.calls.read).to.equal(1);
    await revoke('a');
    const reads = store.calls.read;
    await clock.advance(0.1 * SECOND);
    for (let at = 0; at < 5; at += 1) expect(list.find({ sub: 'a', iat: 1 }, REMAINING)).to.equal(null);
    await clock.settle();
    expect(list.find({ sub: 'a', iat: 1 }, REMAINING)).to.equal('sub');
    expect(store.calls.read).to.equal(reads + 1);
  });

  it('waits for a new list a second after it was due', async () => {
    const list = open();
    await find(list, 'a');
    await revoke('a');
    await clock.advance(11 * SECOND);
    const found = list.find({ sub: 'a', iat: 1 }, REMAINING);
    expect(found).to.be.instanceOf(Promise);
    expect(await found).to.equal('sub');
  });

  it('reads once for all requests that wait', async () => {
    const list = open();
    const found = Array.from({ length: 10 }, () => find(list, 'a'));
    expect(await Promise.all(found)).to.deep.equal(Array(10).fill(null));
    expect(store.calls.read).to.equal(1);
  });

  it('waits for the first list no longer than a second, nor than the invocation has', async () => {
    for (const [remaining, longest] of [
      [REMAINING, 1000],
      [700, 400],
      [300, 0],
    ] as const) {
      store.trouble = 'hangs';
      const list = open();
      const before = clock.ticks();
      expect(await find(list, 'a', remaining)).to.equal(null);
      expect(clock.ticks() - before).to.be.at.most(longest + 20);
      expect(clock.ticks() - before).to.be.at.least(longest);
    }
  });

  for (const trouble of ['rejects', 'throws', 'hangs'] as const) {
    describe(`while the store ${trouble}`, () => {
      it("passes tokens under 'allow', and reports it once for each outage", async () => {
        store.trouble = trouble;
        const list = open();
        expect(await find(list, 'a')).to.equal(null);
        expect(await find(list, 'a')).to.equal(null);
        expect(events.filter(({ type }) => type === 'unavailable')).to.have.length(1);
        expect(events[0]).to.have.property('type', 'refresh_failed');
        store.trouble = null;
        await revoke('a');
        await clock.advance(20 * SECOND);
        await find(list, 'a');
        await clock.settle();
        expect(await find(list, 'a')).to.equal('sub');
        store.trouble = trouble;
        await clock.advance(301 * SECOND);
        expect(await find(list, 'a')).to.equal(null);
        expect(events.filter(({ type }) => type === 'unavailable')).to.have.length(2);
      });

      it("is a fault under 'deny'", async () => {
        store.trouble = trouble;
        expect(await find(open({ onUnavailable: 'deny' }), 'a')).to.equal('fault');
        expect(events.at(-1)).to.include({ type: 'unavailable', onUnavailable: 'deny' });
      });

      it('keeps the last good list until staleFor, and waits for none after the first failure', async () => {
        await revoke('a');
        const list = open({ onUnavailable: 'deny' });
        expect(await find(list, 'a')).to.equal('sub');
        const readAt = clock.now();
        store.trouble = trouble;
        await clock.advance(11 * SECOND);
        expect(await find(list, 'a')).to.equal('sub');
        while (clock.now() < readAt + 300 * SECOND) {
          const before = clock.ticks();
          expect(await find(list, 'a')).to.equal('sub');
          expect(await find(list, 'b')).to.equal(null);
          expect(clock.ticks()).to.equal(before);
          await clock.advance(SECOND);
        }
        expect(await find(list, 'a')).to.equal('fault');
      });

      it('reads again at most once in refreshEvery while there is a list', async () => {
        const list = open();
        await find(list, 'a');
        store.trouble = trouble;
        let failures = 0;
        for (let at = 0; at < 280; at += 1) {
          await clock.advance(SECOND);
          void find(list, 'a');
          failures = events.filter(({ type }) => type === 'refresh_failed').length;
        }
        expect(failures).to.be.within(20, 28);
      });
    });
  }

  it("waits for another read under 'deny', so that one failure is a fault for 0.2 s at most", async () => {
    store.trouble = 'rejects';
    const [strict, lenient] = [open({ onUnavailable: 'deny' }), open()];
    expect(await find(strict, 'a')).to.equal('fault');
    expect(await find(lenient, 'a')).to.equal(null);
    expect(await find(strict, 'a')).to.equal('fault');
    store.trouble = null;
    await revoke('a');
    await clock.advance(200);
    expect(lenient.find({ sub: 'a', iat: 1 }, REMAINING)).to.equal(null);
    expect(await find(strict, 'a')).to.equal('sub');
    await clock.settle();
    expect(await find(lenient, 'a')).to.equal('sub');
  });

  it('reads again after growing pauses while there is no list', async () => {
    store.trouble = 'rejects';
    const list = open();
    const at: number[] = [];
    const start = clock.ticks();
    for (let step = 0; step < 1200; step += 1) {
      const before = events.length;
      await find(list, 'a');
      await clock.settle();
      const isFailed = events.slice(before).some(({ type }) => type === 'refresh_failed');
      if (isFailed) at.push((clock.ticks() - start) / SECOND);
      await clock.advance(50);
    }
    const pauses = at.slice(1).map((time, index) => Math.round((time - Number(at[index])) * 10) / 10);
    expect(pauses.slice(0, 5)).to.deep.equal([0.2, 0.5, 1, 2, 4]);
    expect(Math.max(...pauses)).to.be.at.most(10.1);
  });

  it('treats a damaged record as unavailable, never as empty', async () => {
    await revoke('a');
    const list = open({ onUnavailable: 'deny' });
    await find(list, 'a');
    store.records.set('revocations', '{"version":2}');
    await clock.advance(60 * SECOND);
    await find(list, 'a');
    await clock.settle();
    expect(await find(list, 'a')).to.equal('sub');
    expect(events.at(-1))
      .to.have.property('error')
      .that.is.instanceOf(RevocationsError)
      .with.property('code', 'revocations_invalid');
    await clock.advance(300 * SECOND);
    expect(await find(list, 'a')).to.equal('fault');
  });

  it('treats what is no text as unavailable', async () => {
    for (const value of [Buffer.from(''), {}, false, 1]) {
      const other = { read: async () => value as unknown as string };
      expect(await find(open({ store: other, onUnavailable: 'deny' }), 'a')).to.equal('fault');
    }
  });

  it('takes undefined for a record that does not exist', async () => {
    const list = open({ store: { read: async () => undefined as unknown as null }, onUnavailable: 'deny' });
    expect(await find(list, 'a')).to.equal(null);
  });

  it('forgets entries when their end comes, without a new record', async () => {
    await revoke('a', 15);
    const list = open();
    expect(await find(list, 'a')).to.equal('sub');
    await clock.advance(14 * SECOND);
    expect(await find(list, 'a')).to.equal('sub');
    await clock.advance(SECOND);
    expect(await find(list, 'a')).to.equal(null);
  });

  describe('after a freeze', () => {
    it('waits for a new list, and uses no old one', async () => {
      const list = open({ onUnavailable: 'deny' });
      await find(list, 'a');
      await revoke('a');
      clock.jump(3600 * SECOND);
      expect(await find(list, 'a')).to.equal('sub');
      expect(events.filter(({ type }) => type !== 'refreshed')).to.deep.equal([]);
    });

    it('reads again if the freeze made the result of a read old', async () => {
      let respond: (text: string | null) => void = () => undefined;
      const frozen = {
        read: () =>
          new Promise<string | null>((resolve) => {
            respond = resolve;
          }),
      };
      const list = open({ store: frozen, onUnavailable: 'deny' });
      list.prefetch();
      await clock.settle();
      clock.jump(3600 * SECOND);
      const found = list.find({ sub: 'a', iat: 1 }, REMAINING);
      respond(null);
      await clock.settle();
      await revoke('a');
      respond(store.records.get('revocations') ?? null);
      await clock.settle();
      expect(await found).to.equal('sub');
    });

    it('reads again if the freeze cut a read off', async () => {
      let reads = 0;
      const cut = {
        read: () => {
          reads += 1;
          return reads === 1 ? new Promise<null>(() => undefined) : store.read('revocations');
        },
      };
      await revoke('a');
      const list = open({ store: cut, onUnavailable: 'deny' });
      list.prefetch();
      await clock.advance(500);
      clock.jump(3600 * SECOND);
      expect(await find(list, 'a')).to.equal('sub');
    });
  });

  describe('ready', () => {
    it('resolves when there is a list', async () => {
      const list = open();
      await list.ready(1000);
      expect(list.find({ sub: 'a' }, REMAINING)).to.equal(null);
    });

    it('repeats a read that fails, and gives up in time', async () => {
      store.trouble = 'rejects';
      let isReady = false;
      const ready = open()
        .ready(3000)
        .then(() => {
          isReady = true;
        });
      await clock.advance(2900);
      expect(isReady).to.equal(false);
      expect(store.calls.read).to.equal(4);
      await clock.advance(200);
      expect(isReady).to.equal(true);
      await ready;
    });
  });

  it('drops what the hook throws or rejects with', async () => {
    for (const onEvent of [
      () => {
        throw new Error('hook');
      },
      () => Promise.reject(new Error('hook')),
    ]) {
      expect(await find(open({ onEvent }), 'a')).to.equal(null);
    }
  });

  it('accepts a revoked token for refreshEvery and a second at most, and reads once in refreshEvery', async () => {
    const pause = fc.oneof(
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 8000, max: 13_000 }),
      fc.integer({ min: 0, max: 700_000 }),
    );
    const step = fc.record({ pause, isFreeze: fc.boolean(), isRevocation: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (steps, random) => {
          const time = fakeClock();
          const memory = memoryStore(time);
          const readsAt: number[] = [];
          const counted = {
            read: (id: string) => {
              readsAt.push(time.now());
              return memory.read(id);
            },
          };
          const settings = parseRevocationsOptions({ store: counted, onUnavailable: 'deny' }, '');
          const list = new RevocationList(settings, time, () => random.next().value ?? 0);
          let revokedAt = Infinity;
          for (const { pause: milliseconds, isFreeze, isRevocation } of steps) {
            if (isFreeze) time.jump(milliseconds);
            else await time.advance(milliseconds);
            if (isRevocation === 0 && revokedAt === Infinity) {
              const seconds = Math.floor(time.now() / 1000);
              const entry = { kind: 'sub', value: 'a', issuedBefore: seconds, until: seconds + 9e6 } as const;
              await addRevocations(memory, [entry], seconds);
              revokedAt = time.now();
            }
            const arrivedAt = time.now();
            const found = await list.find({ sub: 'a', iat: 1 }, REMAINING);
            if (found === null) expect(arrivedAt - revokedAt).to.be.below(11 * SECOND);
            else expect(arrivedAt).to.be.at.least(revokedAt);
            expect(await list.find({ sub: 'b', iat: 1 }, REMAINING)).to.equal(null);
            await time.settle();
          }
          for (const [at, read] of readsAt.slice(1).entries()) {
            expect(read - Number(readsAt[at])).to.be.at.least(10 * SECOND);
          }
        },
      ),
      { numRuns: runs(60, 5000) },
    );
  }).timeout(120_000);
});
