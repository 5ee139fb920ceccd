import { expect } from 'chai';
import type { JwksOptions } from '../../../lib/jwks/jwks-options.ts';
import { parseJwksOptions } from '../../../lib/jwks/jwks-settings.ts';
import type { KeyEvent } from '../../../lib/jwks/key-events.ts';
import { createKeySet, type KeySet } from '../../../lib/jwks/key-set.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { type FakeEndpoint, fakeEndpoint, outage } from '../../support/fake-endpoint.ts';
import { findWithin, JWKS_URI, namedJwks, stateOrFault } from '../../support/key-set.ts';
import { type MemoryStore, memoryStore } from '../../support/memory-store.ts';

const LONG = 10_000;
const MINUTE = 60_000;

describe('KeySet with a store', () => {
  let clock: FakeClock;
  let endpoint: FakeEndpoint;
  let store: MemoryStore;
  let events: KeyEvent[];
  let a: Record<string, unknown>;
  let b: Record<string, unknown>;

  before(async () => {
    ({ a, b } = await namedJwks());
  });
  beforeEach(() => {
    clock = fakeClock();
    endpoint = fakeEndpoint(clock, [a]);
    store = memoryStore(clock);
    events = [];
  });

  function environment(options: JwksOptions = {}, fetch = endpoint.fetch): KeySet {
    const settings = parseJwksOptions(
      { store, onEvent: (event: KeyEvent) => events.push(event), ...options },
      'jwks',
    );
    return createKeySet({ uri: JWKS_URI, settings, clock, fetch, random: () => 0 });
  }

  const find = (set: KeySet, kid = 'a', patience = LONG) => findWithin(patience, clock, set, kid);

  const failures = () => events.filter(({ type }) => type === 'store_failed');

  it('lets one of a hundred cold environments ask the endpoint', async () => {
    const sets = Array.from({ length: 100 }, () => environment());
    const found = await Promise.all([
      ...sets.map((set) => stateOrFault(() => set.findKey('a', 'RS256', LONG))),
      clock.advance(1000),
    ]);
    expect(new Set(found.slice(0, 100))).to.deep.equal(new Set(['fetched']));
    expect(endpoint.requests).to.have.length(1);
  });

  it('uses the keys that another environment fetched, with their age', async () => {
    await find(environment());
    await clock.advance(5 * MINUTE - LONG);
    const second = environment();
    expect(await find(second)).to.equal('fetched');
    expect(second.status.fetchedAt?.getTime()).to.equal(endpoint.requests[0]);
    await clock.advance(6 * MINUTE);
    endpoint.keys = [b];
    expect(await find(second)).to.equal(null);
    expect(endpoint.requests).to.have.length(2);
  });

  it('asks the endpoint at most once in freshFor for the whole fleet', async () => {
    const sets = Array.from({ length: 10 }, () => environment());
    for (let minute = 0; minute < 120; minute += 1) {
      for (const set of sets) void stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(MINUTE);
    }
    expect(endpoint.requests.length).to.be.within(11, 12);
  });

  it('asks the endpoint about unknown keys at most once in a cooldown for the whole fleet', async () => {
    const sets = Array.from({ length: 10 }, () => environment());
    for (let second = 0; second < 300; second += 5) {
      for (const set of sets) void stateOrFault(() => set.findKey('junk', 'RS256', LONG));
      await clock.advance(5000);
    }
    expect(endpoint.requests.length).to.be.within(5, 11);
    for (const [index, at] of endpoint.requests.entries()) {
      if (index > 0) expect(at - (endpoint.requests[index - 1] as number)).to.be.at.least(30_000);
    }
  });

  it('finds a new key that another environment fetched', async () => {
    const [one, two] = [environment(), environment()];
    await Promise.all([find(one), find(two)]);
    endpoint.keys = [a, b];
    await clock.advance(MINUTE);
    expect(await find(one, 'b')).to.equal('fetched');
    expect(await find(two, 'b')).to.equal('fetched');
    expect(endpoint.requests).to.have.length(2);
  });

  it('does not ask for a kid that was not published a moment ago', async () => {
    await find(environment());
    const cold = environment();
    expect(await find(cold, 'junk')).to.equal(null);
    expect(endpoint.requests).to.have.length(1);
  });

  it('serves stale keys from the store to a cold environment in an outage', async () => {
    await find(environment());
    endpoint.failure = outage();
    await clock.advance(20 * MINUTE);
    const cold = environment();
    expect(await find(cold)).to.equal('stale');
    expect(await find(cold, 'b')).to.equal('fault');
    expect(cold.status.lastError).to.equal(endpoint.failure);
  });

  it('asks once in a cooldown for the whole fleet in an outage', async () => {
    const sets = Array.from({ length: 10 }, () => environment());
    await Promise.all(sets.map((set) => find(set)));
    endpoint.failure = outage();
    await clock.advance(11 * MINUTE);
    endpoint.requests.length = 0;
    for (let second = 0; second < 600; second += 5) {
      const found = Promise.all(sets.map((set) => stateOrFault(() => set.findKey('a', 'RS256', LONG))));
      await clock.advance(5000);
      expect(new Set(await found)).to.deep.equal(new Set(['stale']));
    }
    expect(endpoint.requests.length).to.be.within(10, 20);
  });

  it('uses no keys from the store that are past staleFor', async () => {
    await find(environment({ staleFor: 600 }));
    endpoint.failure = outage();
    await clock.advance(30 * MINUTE);
    expect(await find(environment({ staleFor: 600 }))).to.equal('fault');
  });

  it('asks the endpoint itself when the holder of the lease never delivers and there is no key at all', async () => {
    await store.lease(JWKS_URI, 30);
    expect(await find(environment())).to.equal('fetched');
    expect(endpoint.requests).to.have.length(1);
    expect(await find(environment())).to.equal('fetched');
    expect(endpoint.requests).to.have.length(1);
  });

  it('refuses a key that is not published, although its answer took longer than `timeout`', async () => {
    await store.lease(JWKS_URI, 30);
    const start = clock.now();
    expect(await find(environment(), 'junk')).to.equal(null);
    expect((endpoint.requests[0] as number) - start).to.be.above(3000);
  });

  it('serves its keys when the holder of the lease never delivers', async () => {
    const set = environment();
    await find(set);
    await clock.advance(20 * MINUTE);
    await store.lease(JWKS_URI, 60);
    expect(await find(set)).to.equal('stale');
    const cold = environment();
    expect(await find(cold)).to.equal('stale');
    expect(cold.status.lastError).to.have.property('code', 'jwks_refreshed_elsewhere');
    expect(endpoint.requests).to.have.length(1);
  });

  for (const trouble of ['rejects', 'throws', 'hangs'] as const) {
    it(`asks the endpoint itself when the store ${trouble}`, async () => {
      store.trouble = trouble;
      const set = environment();
      const start = clock.now();
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(300);
      expect(await found).to.equal('fetched');
      expect(clock.now() - start).to.equal(300);
      expect(failures()).to.have.length(1);
      expect(failures()[0]).to.include({ uri: JWKS_URI, operation: 'read' });
    });
  }

  it('asks the endpoint itself when the store fails after reading', async () => {
    const set = environment({ store: { ...store, lease: () => Promise.reject(new Error('denied')) } });
    expect(await find(set)).to.equal('fetched');
    expect(store.calls.write).to.equal(0);
    expect(failures()[0]).to.include({ operation: 'lease' });
  });

  it('serves its keys when the store cannot be written to', async () => {
    const set = environment({ store: { ...store, write: () => Promise.reject(new Error('denied')) } });
    expect(await find(set)).to.equal('fetched');
    expect(failures()[0]).to.include({ operation: 'write' });
  });

  it('stops waiting for another environment when the store fails', async () => {
    await store.lease(JWKS_URI, 30);
    const set = environment();
    const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
    await clock.advance(10);
    store.trouble = 'rejects';
    await clock.advance(200);
    expect(await found).to.equal('fetched');
  });

  const garbage: readonly [string, (record: Record<string, unknown>) => string][] = [
    ['no JSON', () => '{'],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['another version', (record) => JSON.stringify({ ...record, version: 2 })],
    ['the keys of another address', (record) => JSON.stringify({ ...record, uri: 'https://evil.example/' })],
    ['no time of fetching', (record) => JSON.stringify({ ...record, fetchedAt: undefined })],
    ['a time of fetching in text', (record) => JSON.stringify({ ...record, fetchedAt: '1' })],
    ['a time of fetching before all time', (record) => JSON.stringify({ ...record, fetchedAt: -1 })],
    ['a time of fetching in the future', (record) => JSON.stringify({ ...record, fetchedAt: 9e15 })],
    ['more than any JWKS', (record) => JSON.stringify({ ...record, padding: 'x'.repeat(262_144) })],
    ['no keys', (record) => JSON.stringify({ ...record, keys: [] })],
    ['keys that cannot be used', (record) => JSON.stringify({ ...record, keys: [{ kty: 'oct', k: 'AA' }] })],
  ];
  for (const [title, spoil] of garbage) {
    it(`treats a store that holds ${title} as empty, and overwrites it`, async () => {
      await find(environment());
      await clock.advance(MINUTE);
      const record = JSON.parse(store.records.get(JWKS_URI) as string) as Record<string, unknown>;
      store.records.set(JWKS_URI, spoil(record));
      expect(await find(environment())).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
      expect(failures()[0]).to.include({ operation: 'read' });
      expect(await find(environment())).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    });
  }

  it('writes only the public members of usable keys', async () => {
    endpoint.keys = [
      { ...a, x5c: ['MII'], note: 'internal' },
      { ...b, d: 'c2VjcmV0' },
    ];
    await find(environment());
    const { keys } = JSON.parse(store.records.get(JWKS_URI) as string) as { keys: object[] };
    expect(keys).to.have.length(1);
    expect(keys[0]).to.have.all.keys('kid', 'use', 'alg', 'kty', 'n', 'e');
  });

  it('treats a store that returns something other than text as empty', async () => {
    const set = environment({
      store: { ...store, read: () => Promise.resolve(undefined as unknown as null) },
    });
    expect(await find(set)).to.equal('fetched');
  });

  it('treats keys of another environment as current for as long as the endpoint said', async () => {
    endpoint.maxAge = 900;
    await find(environment());
    await clock.advance(12 * MINUTE);
    expect(await find(environment())).to.equal('fetched');
    expect(endpoint.requests).to.have.length(1);
  });

  it('ignores an invalid max-age in the store', async () => {
    for (const nonsense of ['forever', -1, null]) {
      store.records.clear();
      endpoint.requests.length = 0;
      await find(environment());
      const record = JSON.parse(store.records.get(JWKS_URI) as string) as Record<string, unknown>;
      store.records.set(JWKS_URI, JSON.stringify({ ...record, maxAge: nonsense }));
      await clock.advance(11 * MINUTE);
      expect(await find(environment())).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    }
  });

  it('does not prolong the life of keys when the store returns the same keys again', async () => {
    const set = environment({ staleFor: 0 });
    await find(set);
    endpoint.failure = outage();
    // The wall clock is set back, so that the record looks young again.
    clock.jump(-60 * MINUTE);
    await clock.advance(11 * MINUTE);
    expect(await find(set)).to.equal('fault');
  });

  it('does not write keys that it fetched before a freeze', async () => {
    const set = environment();
    endpoint.delayMs = 5000;
    set.prefetch();
    await clock.settle();
    clock.jump(60 * MINUTE);
    await clock.advance(6000);
    expect(store.calls.write).to.equal(0);
  });

  it('takes no lease for a refresh that a freeze cut off', async () => {
    const slow = {
      ...store,
      async read(id: string) {
        await new Promise<void>((resolve) => clock.after(100, resolve));
        return store.read(id);
      },
    };
    const set = environment({ store: slow });
    set.prefetch();
    await clock.settle();
    clock.jump(60 * MINUTE);
    const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
    await clock.advance(300);
    expect(await found).to.equal('fetched');
    expect(store.calls.lease).to.equal(1);
    expect(endpoint.requests).to.have.length(1);
  });

  it('does not date keys into the future when another clock runs ahead', async () => {
    await find(environment());
    const record = JSON.parse(store.records.get(JWKS_URI) as string) as Record<string, unknown>;
    store.records.set(JWKS_URI, JSON.stringify({ ...record, fetchedAt: clock.now() + 55_000 }));
    const set = environment({ staleFor: 0 });
    await find(set);
    endpoint.failure = outage();
    await clock.advance(11 * MINUTE);
    expect(await find(set)).to.equal('fault');
  });

  it('ignores keys in the store that are older than its own', async () => {
    const set = environment();
    await find(set);
    const old = store.records.get(JWKS_URI) as string;
    await clock.advance(MINUTE);
    endpoint.keys = [b];
    expect(await find(set, 'b')).to.equal('fetched');
    store.records.set(JWKS_URI, old);
    await clock.advance(MINUTE);
    expect(await find(set, 'junk')).to.equal(null);
    expect(set.status.kids).to.deep.equal(['b']);
  });

  describe('that is read-only', () => {
    const reader = () => environment({ store: store.readOnly });

    it('uses what a refresher writes, and never asks the endpoint', async () => {
      const unasked = fakeEndpoint(clock, []);
      const set = environment({ store: store.readOnly }, unasked.fetch);
      const refresher = environment();
      await find(refresher);
      for (let minute = 0; minute < 60; minute += 5) {
        const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
        await clock.advance(1000);
        expect(await found).to.be.oneOf(['fresh', 'fetched']);
        await find(refresher, `new-${minute}`);
        await clock.advance(5 * MINUTE - LONG - 1000);
      }
      expect(unasked.requests).to.have.length(0);
    });

    it('refuses keys that are not in the store, and never asks the endpoint', async () => {
      await find(environment());
      await clock.advance(5 * MINUTE);
      const set = reader();
      expect(await find(set, 'junk')).to.equal(null);
      await clock.advance(MINUTE);
      expect(await find(set, 'junk')).to.equal(null);
      expect(endpoint.requests).to.have.length(1);
    });

    it('serves stale keys when the refresher is late, and reports a fault for unknown keys', async () => {
      await find(environment());
      await clock.advance(30 * MINUTE);
      const set = reader();
      expect(await find(set)).to.equal('stale');
      expect(await find(set, 'b')).to.equal('fault');
      expect(set.status.lastError).to.have.property('code', 'jwks_store_behind');
      await clock.advance(MINUTE);
      expect(await find(set)).to.equal('stale');
      expect(endpoint.requests).to.have.length(1);
    });

    it('asks the endpoint when the store has no usable keys', async () => {
      expect(await find(reader())).to.equal('fetched');
      await find(environment({ staleFor: 0 }));
      await clock.advance(12 * MINUTE);
      expect(await find(environment({ store: store.readOnly, staleFor: 0 }))).to.equal('fetched');
      expect(endpoint.requests).to.have.length(3);
    });

    it('asks the endpoint when the store has older keys than its own', async () => {
      const set = reader();
      await find(environment());
      const old = store.records.get(JWKS_URI) as string;
      store.records.clear();
      await clock.advance(MINUTE);
      await find(set);
      store.records.set(JWKS_URI, old);
      await clock.advance(MINUTE);
      expect(await find(set, 'junk')).to.equal(null);
      expect(endpoint.requests).to.have.length(3);
    });
  });
});
