import { expect } from 'chai';
import { importKeys } from '../../../lib/jwks/import-keys.ts';
import type { JwksError } from '../../../lib/jwks/jwks-error.ts';
import { parseJwksOptions } from '../../../lib/jwks/jwks-settings.ts';
import type { KeyStore } from '../../../lib/jwks/key-store.ts';
import type { KeyNeed, KeySnapshot, KeySupply } from '../../../lib/jwks/key-supply.ts';
import { formatRecord } from '../../../lib/jwks/stores/key-record.ts';
import { storeSupplier } from '../../../lib/jwks/stores/store-supplier.ts';
import { SteadyClock } from '../../../lib/refreshing/clock.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { JWKS_URI, namedJwks } from '../../support/key-set.ts';
import { type MemoryStore, memoryStore } from '../../support/memory-store.ts';

const FRESH_MS = 600_000;
const OVERLAP_MS = 60_000;
const STALE_MS = 3_600_000;
const COOLDOWN_MS = 30_000;

describe('storeSupplier', () => {
  let clock: FakeClock;
  let steady: SteadyClock;
  let store: MemoryStore;
  /** Keys as old as the test. */
  let fetched: KeySnapshot;
  /** What the endpoint answers, and when it was asked, milliseconds after the test began. */
  let answer: KeySupply;
  let asked: number[];

  beforeEach(async () => {
    clock = fakeClock();
    steady = new SteadyClock(clock);
    store = memoryStore(clock);
    const times = { askedAt: steady.now(), publishedAt: steady.wall() };
    fetched = { ...importKeys([(await namedJwks()).a]), ...times, maxAge: null, from: 'endpoint' };
    answer = { kind: 'failed', error: new Error('an outage'), older: null };
    asked = [];
  });

  const put = (snapshot: KeySnapshot) =>
    store.records.set(JWKS_URI, formatRecord(JWKS_URI, { ...snapshot, fetchedAt: snapshot.publishedAt }));

  /** Asks a new environment for keys, and lets five seconds pass. */
  async function supply(need: Partial<KeyNeed> = {}, of: KeyStore = store): Promise<KeySupply> {
    const start = fetched.askedAt;
    const options = { store: of, freshFor: 600, staleFor: 3600, cooldown: 30, timeout: 3 };
    const supplier = storeSupplier({
      uri: JWKS_URI,
      store: of,
      settings: parseJwksOptions(options, 'jwks'),
      clock: steady,
      report: () => undefined,
      importKeys,
      async endpoint() {
        asked.push(steady.now() - start);
        return answer;
      },
    });
    const wanted = { have: null, kid: null, abandonedAt: Number.POSITIVE_INFINITY, ...need };
    const [supplied] = await Promise.all([supplier(wanted), clock.advance(5000)]);
    return supplied;
  }

  const codeOf = (supplied: KeySupply) =>
    supplied.kind === 'failed' ? (supplied.error as JwksError).code : supplied.kind;

  it('supplies nothing if the store holds what is in memory, so that its age stays', async () => {
    put(fetched);
    expect(await supply({ have: fetched })).to.deep.equal({ kind: 'no change' });
    expect(await supply()).to.have.nested.property('snapshot.from', 'store');
    expect(asked).to.deep.equal([]);
  });

  describe('as long as the keys of the store are', () => {
    const ages: readonly [what: string, ageMs: number, need: Partial<KeyNeed>][] = [
      ['fresh', FRESH_MS, {}],
      ['in the cooldown, for a key that is not among them', COOLDOWN_MS, { kid: 'new' }],
      ['fresh, for a key among them', FRESH_MS, { kid: 'a' }],
    ];
    for (const [what, ageMs, need] of ages) {
      it(`${what}, does not ask the endpoint`, async () => {
        put(fetched);
        await clock.advance(ageMs - 1);
        expect(await supply(need)).to.have.property('kind', 'new');
        expect(asked).to.deep.equal([]);
      });

      it(`${what}, and no longer, does not ask the endpoint`, async () => {
        put(fetched);
        await clock.advance(ageMs);
        await supply(need);
        expect(asked).to.deep.equal([ageMs]);
      });
    }
  });

  it('takes no lease for a refresh that a freeze cut off', async () => {
    for (const late of [0, 1]) {
      expect(await supply({ abandonedAt: steady.now() - late })).to.equal(answer);
    }
    expect(store.calls).to.deep.include({ lease: 0, write: 0 });
    await supply({ abandonedAt: steady.now() + 1 });
    expect(store.calls.lease).to.equal(1);
  });

  describe('that may not write', () => {
    const read = (need?: Partial<KeyNeed>) => supply(need, store.readOnly);

    beforeEach(() => {
      put(fetched);
    });

    it('supplies what is fresh, also while a writer refreshes it', async () => {
      await clock.advance(FRESH_MS + OVERLAP_MS - 1);
      expect(await read()).to.have.property('kind', 'new');
    });

    it('supplies what is stale with a failure, unless it is in memory', async () => {
      await clock.advance(FRESH_MS + OVERLAP_MS);
      const supplied = await read();
      expect(codeOf(supplied)).to.equal('jwks_store_behind');
      expect(supplied).to.have.nested.property('older.from', 'store');
      expect(await read({ have: fetched })).to.include({ kind: 'failed', older: null });
      expect(asked).to.deep.equal([]);
    });

    it('asks the endpoint when what the store holds is too old to serve', async () => {
      const life = FRESH_MS + OVERLAP_MS + STALE_MS;
      await clock.advance(life);
      expect(await read()).to.equal(answer);
      expect(asked).to.deep.equal([life]);
    });
  });

  describe('while another environment has the lease', () => {
    const OLD = FRESH_MS + OVERLAP_MS;

    beforeEach(async () => {
      await clock.advance(OLD);
      await store.lease(JWKS_URI, 60);
    });

    it('waits a second if the store has keys to serve, and does not ask the endpoint', async () => {
      put(fetched);
      const supplied = await supply();
      expect(codeOf(supplied)).to.equal('jwks_refreshed_elsewhere');
      expect((supplied as { error: Error }).error.message).to.match(/^another environment is asking https:/);
      expect(supplied).to.have.nested.property('older.from', 'store');
      expect(store.calls.read, 'after 50, 150, 350, 750 and 1150 ms').to.equal(6);
      expect(asked).to.deep.equal([]);
    });

    it('waits a second if only the memory has keys to serve, and then asks the endpoint', async () => {
      expect(await supply({ have: fetched })).to.deep.equal(answer);
      expect(asked).to.deep.equal([OLD + 1150]);
    });

    it('waits for `timeout` if there are no keys to serve, and then asks the endpoint', async () => {
      expect(await supply()).to.deep.equal(answer);
      expect(asked).to.deep.equal([OLD + 3150]);
    });

    it('takes keys that are too old for none', async () => {
      put(fetched);
      await clock.advance(STALE_MS);
      await store.lease(JWKS_URI, 60);
      for (const have of [null, fetched]) await supply({ have });
      expect(asked).to.deep.equal([OLD + STALE_MS + 3150, OLD + STALE_MS + 5000 + 3150]);
    });
  });

  it('writes what the endpoint supplies, and nothing if that is no news', async () => {
    answer = { kind: 'no change' };
    expect(await supply()).to.equal(answer);
    expect(store.calls.write).to.equal(0);
    answer = { kind: 'new', snapshot: { ...fetched, askedAt: steady.now() } };
    expect(await supply()).to.equal(answer);
    expect(store.calls.write).to.equal(1);
  });
});
