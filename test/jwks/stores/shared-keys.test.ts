import { expect } from 'chai';
import { importKeys } from '../../../lib/jwks/import-keys.ts';
import { parseJwksOptions } from '../../../lib/jwks/jwks-settings.ts';
import type { KeyEvent } from '../../../lib/jwks/key-events.ts';
import { keyStore } from '../../../lib/jwks/key-store.ts';
import type { KeySnapshot } from '../../../lib/jwks/key-supply.ts';
import { CLOCK_SKEW, formatRecord, parseRecord } from '../../../lib/jwks/stores/key-record.ts';
import { SharedKeys } from '../../../lib/jwks/stores/shared-keys.ts';
import { SteadyClock } from '../../../lib/refreshing/clock.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { JWKS_URI, namedJwks } from '../../support/key-set.ts';

describe('parseRecord', () => {
  const NOW = 1_800_000_000_000;
  let text: (members: object) => string;

  before(async () => {
    const { keys } = importKeys([(await namedJwks()).a]);
    const record = JSON.parse(formatRecord(JWKS_URI, { keys, fetchedAt: NOW, maxAge: null })) as object;
    text = (members) => JSON.stringify({ ...record, ...members });
  });

  const parse = (members: object) => parseRecord(JWKS_URI, text(members), NOW, importKeys);

  it('reads what formatRecord writes', () => {
    const { keys, fetchedAt, maxAge } = parse({ maxAge: 900 });
    expect([...keys.keys()]).to.deep.equal(['a']);
    expect({ fetchedAt, maxAge }).to.deep.equal({ fetchedAt: NOW, maxAge: 900 });
  });

  it('takes a max-age only if it is a number of seconds', () => {
    for (const [given, read] of [
      [0, 0],
      [-1, null],
      ['900', null],
      [null, null],
    ]) {
      expect(parse({ maxAge: given }).maxAge).to.equal(read);
    }
  });

  it('refuses a record of another version or address, and names the store', () => {
    for (const members of [{ version: 2 }, { uri: 'https://evil.example/' }]) {
      expect(() => parse(members))
        .to.throw(`the store of ${JWKS_URI} holds no record of this address`)
        .with.property('code', 'jwks_store');
    }
  });

  it('lets the time of fetching be any until a minute from now', () => {
    for (const fetchedAt of [0, NOW - 1, NOW + CLOCK_SKEW]) {
      expect(parse({ fetchedAt }).fetchedAt).to.equal(fetchedAt);
    }
    for (const fetchedAt of [-1, NOW + CLOCK_SKEW + 1, String(NOW), null]) {
      expect(() => parse({ fetchedAt }))
        .to.throw()
        .with.property('code', 'jwks_store');
    }
  });
});

describe('keyStore', () => {
  const read = async () => null;

  it('refuses a value that is no store, and says what it must be', () => {
    for (const value of [undefined, null, 'redis']) {
      expect(() => keyStore(value, 'jwks.store')).to.throw(/^jwks\.store: .*KeyStore/);
    }
    for (const name of ['write', 'lease', 'update']) {
      expect(() => keyStore({ read, [name]: 1 }, 'jwks.store')).to.throw(`jwks.store.${name}: `);
    }
  });
});

describe('SharedKeys', () => {
  let clock: FakeClock;
  let steady: SteadyClock;
  let events: KeyEvent[];
  let snapshot: KeySnapshot;
  let calls: unknown[][];
  let answers: { read: unknown; lease: unknown; write: unknown };

  beforeEach(async () => {
    clock = fakeClock();
    steady = new SteadyClock(clock);
    events = [];
    calls = [];
    answers = { read: null, lease: true, write: undefined };
    const imported = importKeys([(await namedJwks()).a]);
    const [askedAt, publishedAt] = [steady.now(), steady.wall()];
    snapshot = { ...imported, askedAt, publishedAt, maxAge: null, from: 'endpoint' };
  });

  function sharedKeys(): SharedKeys {
    const method =
      (name: keyof typeof answers) =>
      async (...call: unknown[]) => {
        calls.push([name, ...call]);
        const answer = answers[name];
        if (answer instanceof Error) throw answer;
        return answer;
      };
    const store = { read: method('read'), write: method('write'), lease: method('lease') };
    const settings = parseJwksOptions({ store, freshFor: 600, staleFor: 3600, cooldown: 30 }, 'jwks');
    return new SharedKeys({
      uri: JWKS_URI,
      store: keyStore(store, 'jwks.store'),
      settings,
      clock: steady,
      report: (event) => events.push(event),
      importKeys,
    });
  }

  it('writes the keys for as long as they are usable, and says whether they are written', async () => {
    const shared = sharedKeys();
    await clock.advance(30_000);
    expect(await shared.write(snapshot)).to.equal(true);
    const record = formatRecord(JWKS_URI, { ...snapshot, fetchedAt: snapshot.publishedAt });
    expect(calls).to.deep.equal([['write', JWKS_URI, record, 660 + 3600]]);
    answers.write = new Error('throttled');
    expect(await shared.write(snapshot)).to.equal(false);
    expect(events).to.deep.equal([
      { type: 'store_failed', uri: JWKS_URI, operation: 'write', error: answers.write },
    ]);
  });

  it('writes nothing that is older than the cooldown', async () => {
    await clock.advance(30_001);
    expect(await sharedKeys().write(snapshot)).to.equal(false);
    expect(calls).to.deep.equal([]);
  });

  it('reads the keys with their age', async () => {
    const shared = sharedKeys();
    answers.read = formatRecord(JWKS_URI, { ...snapshot, fetchedAt: snapshot.publishedAt });
    await clock.advance(5000);
    const reply = await shared.read();
    if (reply.kind !== 'keys') throw new Error(reply.kind);
    const { from, askedAt, publishedAt } = reply.snapshot;
    expect({ from, publishedAt }).to.deep.equal({ from: 'store', publishedAt: snapshot.publishedAt });
    expect(askedAt).to.equal(snapshot.askedAt);
  });

  it('tells an empty store, a foreign record and a failure apart', async () => {
    const shared = sharedKeys();
    expect(await shared.read()).to.deep.equal({ kind: 'nothing' });
    expect(events).to.deep.equal([]);
    answers.read = 'a foreign record';
    expect(await shared.read()).to.deep.equal({ kind: 'nothing' });
    answers.read = new Error('throttled');
    expect(await shared.read()).to.deep.equal({ kind: 'failed' });
    expect(events).to.have.length(2);
  });

  it('reads a record of `maxBytes` characters, and reports a longer one', async () => {
    const shared = sharedKeys();
    const record = formatRecord(JWKS_URI, { ...snapshot, fetchedAt: snapshot.publishedAt });
    answers.read = record.padEnd(262_144, ' ');
    expect((await shared.read()).kind).to.equal('keys');
    expect(events).to.deep.equal([]);
    answers.read = record.padEnd(262_145, ' ');
    expect(await shared.read()).to.deep.equal({ kind: 'nothing' });
    expect(events).to.have.nested.property('[0].error.code', 'jwks_too_large');
  });

  it('reports a call without an answer in time', async () => {
    answers.lease = new Promise(() => undefined);
    const [turn] = await Promise.all([sharedKeys().lease(), clock.advance(1000)]);
    expect(turn).to.equal('failed');
    expect(events).to.have.nested.property('[0].error.code', 'jwks_store');
  });

  it('keeps a lease for the cooldown, and then asks for it again', async () => {
    const shared = sharedKeys();
    expect(await shared.lease()).to.equal('ours');
    await clock.advance(29_999);
    expect(await shared.lease()).to.equal('ours');
    expect(calls).to.deep.equal([['lease', JWKS_URI, 30]]);
    await clock.advance(1);
    answers.lease = false;
    expect(await shared.lease()).to.equal('theirs');
    answers.lease = new Error('throttled');
    expect(await shared.lease()).to.equal('failed');
    expect(calls).to.have.length(3);
  });

  it('waits for newer keys of another environment until the time is over', async () => {
    const shared = sharedKeys();
    const record = (fetchedAt: number) => formatRecord(JWKS_URI, { ...snapshot, fetchedAt });
    answers.read = record(snapshot.publishedAt);
    const [none] = await Promise.all([shared.awaitOther(snapshot, 800), clock.advance(2000)]);
    expect(none).to.equal(null);
    // After 50, 150, 350, 750 and 1150 ms.
    expect(calls).to.have.length(5);
    await Promise.all([shared.awaitOther(snapshot, 750), clock.advance(2000)]);
    expect(calls).to.have.length(5 + 4);
    const [same] = await Promise.all([shared.awaitOther(null, 800), clock.advance(2000)]);
    expect(same?.publishedAt).to.equal(snapshot.publishedAt);
    answers.read = record(snapshot.publishedAt + 1);
    const [newer] = await Promise.all([shared.awaitOther(snapshot, 800), clock.advance(2000)]);
    expect(newer?.publishedAt).to.equal(snapshot.publishedAt + 1);
  });
});
