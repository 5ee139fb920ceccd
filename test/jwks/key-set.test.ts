import { expect } from 'chai';
import { AuthorizerFault } from '../../lib/decision/errors.ts';
import { JwksError } from '../../lib/jwks/jwks-error.ts';
import type { JwksOptions } from '../../lib/jwks/jwks-options.ts';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import type { KeyEvent } from '../../lib/jwks/key-events.ts';
import { createKeySet, type KeySet } from '../../lib/jwks/key-set.ts';
import type { SigningKey } from '../../lib/jwks/signing-key.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { type FakeEndpoint, fakeEndpoint, outage } from '../support/fake-endpoint.ts';
import { findWithin, JWKS_URI, namedJwks, stateOrFault } from '../support/key-set.ts';

const LONG = 10_000;
const MINUTE = 60_000;

describe('KeySet', () => {
  let clock: FakeClock;
  let endpoint: FakeEndpoint;
  let events: KeyEvent[];
  let a: Record<string, unknown>;
  let b: Record<string, unknown>;

  before(async () => {
    ({ a, b } = await namedJwks());
  });
  beforeEach(() => {
    clock = fakeClock();
    endpoint = fakeEndpoint(clock, [a]);
    events = [];
  });

  function keySet(options: JwksOptions = {}, random = 0): KeySet {
    const isPinnedAlone = options.keys !== undefined && options.uri === undefined;
    const hook = isPinnedAlone ? {} : { onEvent: (event: KeyEvent) => events.push(event) };
    const settings = parseJwksOptions({ ...hook, ...options }, 'jwks');
    const uri = isPinnedAlone ? null : JWKS_URI;
    return createKeySet({ uri, settings, clock, fetch: endpoint.fetch, random: () => random });
  }

  const find = (set: KeySet, kid = 'a', remainingMs = LONG) => findWithin(remainingMs, clock, set, kid);

  /** The result that needs no waiting. */
  function findNow(set: KeySet, kid = 'a'): string | null {
    const found = set.findKey(kid, 'RS256', LONG);
    if (found instanceof Promise) throw new Error('it waits');
    return found === null ? null : found.state;
  }

  describe('with fresh keys', () => {
    it('fetches once for all waiting requests, then finds keys without waiting', async () => {
      const set = keySet();
      const [one, two] = await Promise.all([
        stateOrFault(() => set.findKey('a', 'RS256', LONG)),
        stateOrFault(() => set.findKey('a', 'RS256', LONG)),
        clock.advance(100),
      ]);
      expect([one, two]).to.deep.equal(['fetched', 'fetched']);
      expect(findNow(set)).to.equal('fresh');
      expect(endpoint.requests).to.have.length(1);
    });

    it('refuses an algorithm that the key is not for, without another request', async () => {
      const set = keySet();
      await find(set);
      await clock.advance(MINUTE);
      expect(set.findKey('a', 'PS256', LONG)).to.equal(null);
      expect(endpoint.requests).to.have.length(1);
    });

    it('fetches once before the first token with prefetch', async () => {
      const set = keySet();
      set.prefetch();
      set.prefetch();
      await clock.advance(100);
      set.prefetch();
      expect(findNow(set)).to.equal('fresh');
      expect(endpoint.requests).to.have.length(1);
    });

    it('does not fetch before the first token with prefetch: false', async () => {
      const set = keySet({ prefetch: false });
      set.prefetch();
      await clock.advance(100);
      expect(endpoint.requests).to.have.length(0);
    });

    it('refreshes beside the requests when the keys are due, so that nobody waits', async () => {
      const set = keySet();
      await find(set);
      await clock.advance(10 * MINUTE - LONG);
      endpoint.keys = [a, b];
      expect(findNow(set)).to.equal('fresh');
      expect(findNow(set)).to.equal('fresh');
      await clock.advance(100);
      expect(findNow(set, 'b')).to.equal('fresh');
      expect(endpoint.requests).to.have.length(2);
    });

    it('spreads the refreshes of environments that started together', async () => {
      const early = keySet({}, 0);
      const late = keySet({}, 1);
      await Promise.all([find(early), find(late)]);
      await clock.advance(10 * MINUTE - LONG);
      findNow(early);
      findNow(late);
      expect(endpoint.requests).to.have.length(3);
    });

    it('drops a key that is no longer published at the next refresh', async () => {
      const set = keySet();
      await find(set);
      endpoint.keys = [b];
      await clock.advance(10 * MINUTE - LONG);
      findNow(set);
      await clock.advance(100);
      expect(findNow(set)).to.equal(null);
      expect(set.status.kids).to.deep.equal(['b']);
    });

    const ages: readonly [string, number | null, number][] = [
      ['freshFor when the answer does not say', null, 600],
      ['max-age within its bounds', 900, 900],
      ['half of freshFor when max-age is shorter', 15, 300],
      ['double of freshFor when max-age is longer', 86_400, 1200],
    ];
    for (const [title, maxAge, seconds] of ages) {
      it(`treats keys as current for ${title}`, async () => {
        endpoint.maxAge = maxAge;
        const set = keySet();
        await find(set);
        await clock.advance(seconds * 1000 - LONG - 1);
        findNow(set);
        expect(endpoint.requests).to.have.length(1);
        await clock.advance(1);
        findNow(set);
        expect(endpoint.requests).to.have.length(2);
      });
    }

    it('waits for the refresh when the keys are stale', async () => {
      const set = keySet();
      await find(set);
      await clock.advance(11 * MINUTE);
      endpoint.keys = [b];
      expect(await find(set)).to.equal(null);
      expect(await find(set, 'b')).to.equal('fresh');
    });
  });

  describe('with an unknown kid', () => {
    it('asks at most once in a cooldown, however many arrive', async () => {
      const set = keySet();
      await find(set);
      await clock.advance(MINUTE);
      for (let i = 0; i < 1000; i += 1) {
        const found = set.findKey(`junk-${i}`, 'RS256', LONG);
        if (found instanceof Promise) await Promise.all([found, clock.advance(20)]);
      }
      expect(endpoint.requests).to.have.length(2);
      await clock.advance(31_000);
      expect(await find(set, 'junk')).to.equal(null);
      expect(endpoint.requests).to.have.length(3);
    });

    it('finds a key that was published meanwhile', async () => {
      const set = keySet();
      await find(set);
      endpoint.keys = [a, b];
      await clock.advance(30_000);
      expect(await find(set, 'b')).to.equal('fetched');
    });

    it('never makes a known key wait', async () => {
      const set = keySet();
      await find(set);
      await clock.advance(MINUTE);
      const junk = set.findKey('junk', 'RS256', LONG);
      expect(junk).to.be.instanceOf(Promise);
      expect(findNow(set)).to.equal('fresh');
      await clock.advance(100);
      expect(await junk).to.equal(null);
    });

    it('is a fault while the endpoint fails, because the key may be new', async () => {
      const set = keySet();
      await find(set);
      endpoint.failure = outage();
      await clock.advance(MINUTE);
      expect(await find(set, 'b')).to.equal('fault');
      expect(await find(set, 'b')).to.equal('fault');
      expect(findNow(set)).to.equal('fresh');
      expect(endpoint.requests).to.have.length(2);
    });

    it('is a fault at once, although a refresh may start soon', async () => {
      const set = keySet();
      await find(set);
      endpoint.failure = outage();
      await clock.advance(MINUTE);
      await find(set, 'b');
      await clock.advance(30_000 - LONG - 1000);
      expect(() => set.findKey('b', 'RS256', LONG)).to.throw(AuthorizerFault);
    });

    it('is a fault, not a refusal, when the keys are stale and no refresh may start yet', async () => {
      endpoint.maxAge = 0;
      const set = keySet({ freshFor: 60, cooldown: 30 }, 1);
      await find(set);
      await clock.advance(34_000 - LONG);
      expect(set.status).to.include({ stale: true, lastError: null });
      expect(() => set.findKey('b', 'RS256', LONG)).to.throw(AuthorizerFault);
      expect(findNow(set)).to.equal('stale');
    });

    it('is a fault when the response does not arrive before the invocation ends', async () => {
      const set = keySet();
      await find(set);
      endpoint.delayMs = 2000;
      await clock.advance(MINUTE);
      expect(await find(set, 'b', 1000)).to.equal('fault');
    });
  });

  describe('in an outage', () => {
    it('serves stale keys, and waits for the endpoint only the first time', async () => {
      const set = keySet();
      await find(set);
      endpoint.failure = outage();
      await clock.advance(11 * MINUTE);
      expect(set.findKey('a', 'RS256', LONG)).to.be.instanceOf(Promise);
      await clock.advance(100);
      expect(findNow(set)).to.equal('stale');
      await clock.advance(31_000);
      expect(findNow(set)).to.equal('stale');
      await clock.advance(100);
      expect(endpoint.requests).to.have.length(3);
    });

    it('tries the endpoint first when the last failure is long ago', async () => {
      const set = keySet();
      await find(set);
      endpoint.failure = outage();
      await clock.advance(11 * MINUTE);
      expect(await find(set)).to.equal('stale');
      endpoint.failure = null;
      endpoint.keys = [b];
      await clock.advance(2 * MINUTE);
      expect(await find(set)).to.equal(null);
    });

    it('serves stale keys until staleFor has passed, and then none', async () => {
      const set = keySet({ staleFor: 3600 });
      await find(set);
      endpoint.failure = outage();
      await clock.advance(70 * MINUTE - LONG);
      expect(await find(set)).to.equal('stale');
      await clock.advance(MINUTE);
      expect(set.status).to.include({ fresh: false, stale: false });
      expect(set.status.kids).to.deep.equal([]);
      expect(await find(set)).to.equal('fault');
    });

    it('serves no stale keys with staleFor: 0', async () => {
      const set = keySet({ staleFor: 0 });
      await find(set);
      endpoint.failure = outage();
      await clock.advance(11 * MINUTE);
      expect(await find(set)).to.equal('fault');
    });

    it('serves a stale key when the refresh does not end before the invocation does', async () => {
      const set = keySet();
      await find(set);
      endpoint.delayMs = 2900;
      await clock.advance(11 * MINUTE);
      const found = stateOrFault(() => set.findKey('a', 'RS256', 1000));
      await clock.advance(700);
      expect(await found).to.equal('stale');
      await clock.advance(3000);
      expect(findNow(set)).to.equal('fresh');
      expect(endpoint.requests).to.have.length(2);
    });

    it('is a fault with its cause when there are no keys and the endpoint stays down', async () => {
      const set = keySet();
      endpoint.failure = outage();
      const failure = Promise.resolve(set.findKey('a', 'RS256', LONG)).then(
        () => null,
        (reason: unknown) => reason,
      );
      await clock.advance(4000);
      expect(await failure)
        .to.be.instanceOf(AuthorizerFault)
        .with.property('cause', endpoint.failure);
    });

    it('answers every good token when only the first request for keys fails', async () => {
      for (const failure of [outage(), outage(1000)]) {
        endpoint.failure = failure;
        const set = keySet();
        set.prefetch();
        await clock.advance(100);
        endpoint.failure = null;
        const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
        await clock.advance(1000);
        expect(await found).to.equal('fetched');
      }
      expect(endpoint.requests).to.have.length(4);
    });

    it('answers a token that arrives during a first request which takes too long', async () => {
      const set = keySet();
      endpoint.isSilent = true;
      set.prefetch();
      await clock.advance(500);
      endpoint.isSilent = false;
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(3000);
      expect(await found).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    });

    it('asks no more often in a flood than for one token when there are no keys', async () => {
      endpoint.failure = outage();
      const set = keySet();
      const tokens: Promise<unknown>[] = [];
      for (let i = 0; i < 600; i += 1) {
        for (const kid of ['a', `junk-${i}`])
          tokens.push(stateOrFault(() => set.findKey(kid, 'RS256', LONG)));
        await clock.advance(100);
      }
      await clock.advance(LONG);
      expect(new Set(await Promise.all(tokens))).to.deep.equal(new Set(['fault']));
      const start = endpoint.requests[0] as number;
      const seconds = endpoint.requests.map((at) => Math.round((at - start) / 100) / 10);
      expect(seconds).to.deep.equal([0, 0.2, 0.7, 1.8, 3.8, 7.8, 15.8, 31.8, 61.9]);
    });

    it('waits for an attempt that is due within the time of the request and within jwks.timeout', async () => {
      endpoint.failure = outage(2500);
      const set = keySet();
      set.prefetch();
      await clock.advance(100);
      endpoint.failure = null;
      expect(await find(set, 'a', 1000)).to.equal('fault');
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(2000);
      expect(await found).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    });

    it('does not wait for an attempt that is due later than jwks.timeout', async () => {
      // The failure arrives after 20 ms, the token after 100 ms.
      for (const [retryAfterMs, outcome] of [
        [3080, 'fetched'],
        [3081, 'fault'],
      ] as const) {
        endpoint.failure = outage(retryAfterMs);
        const set = keySet();
        set.prefetch();
        await clock.advance(100);
        endpoint.failure = null;
        expect(await find(set)).to.equal(outcome);
      }
      expect(endpoint.requests).to.have.length(3);
    });

    it('is a fault with its cause when the first response does not arrive before the invocation ends', async () => {
      endpoint.delayMs = 2000;
      const set = keySet();
      const failure = Promise.resolve(set.findKey('a', 'RS256', 1000)).catch((reason: unknown) => reason);
      await clock.advance(700);
      expect(await Promise.race([failure, 'still waiting']))
        .to.be.instanceOf(AuthorizerFault)
        .with.nested.property('cause.code', 'jwks_timeout');
      expect(endpoint.requests).to.have.length(1);
    });

    it('retries soon when the last keys have grown too old to verify anything', async () => {
      const set = keySet({ staleFor: 0 });
      await find(set);
      await clock.advance(11 * MINUTE);
      endpoint.failure = outage();
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(100);
      endpoint.failure = null;
      await clock.advance(300);
      expect(await found).to.equal('fetched');
    });

    it('recovers with the first request after the cooldown', async () => {
      const set = keySet();
      endpoint.failure = outage();
      expect(await find(set)).to.equal('fault');
      endpoint.failure = null;
      await clock.advance(31_000);
      expect(await find(set)).to.equal('fetched');
      expect(set.status.lastError).to.equal(null);
    });

    it('waits for as long as the endpoint says', async () => {
      const set = keySet();
      endpoint.failure = outage(120_000);
      await find(set);
      endpoint.failure = null;
      await clock.advance(120_000 - LONG - 5000);
      expect(await find(set, 'a', 2000)).to.equal('fault');
      await clock.advance(4000);
      expect(await find(set)).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    });

    it('lengthens its pauses by jitter, and never shortens them', async () => {
      const set = keySet({}, 1);
      await find(set);
      endpoint.failure = outage();
      await clock.advance(MINUTE);
      endpoint.requests.length = 0;
      await find(set, 'b');
      expect((set.status.nextFetchAt.getTime() - (endpoint.requests[0] as number)) / 1000).to.be.closeTo(
        36,
        0.001,
      );
    });
  });

  describe('in an environment that is frozen and thawed', () => {
    it('asks again instead of waiting for a response that the freeze cut off', async () => {
      const set = keySet();
      endpoint.isSilent = true;
      set.prefetch();
      await clock.settle();
      clock.jump(60 * MINUTE);
      endpoint.isSilent = false;
      expect(await find(set)).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    });

    for (const seconds of [1.5, 2.5, 5, 10]) {
      it(`does not count a request that a freeze of ${seconds} s cut off as a failure`, async () => {
        const set = keySet();
        endpoint.isSilent = true;
        set.prefetch();
        await clock.settle();
        clock.jump(seconds * 1000);
        endpoint.isSilent = false;
        const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
        await clock.advance(400);
        expect(await found).to.equal('fetched');
        expect(endpoint.requests).to.have.length(2);
        expect(set.status.lastError).to.equal(null);
      });
    }

    it('reports a refresh that a freeze cut off as such, and an outage as a failure', async () => {
      const failures = () =>
        events.flatMap((event) => (event.type === 'refresh_failed' ? event.wasCutOff : []));
      const set = keySet();
      endpoint.failure = new JwksError('jwks_unreachable', 'the connection was reset');
      set.prefetch();
      await clock.settle();
      clock.jump(2000);
      await clock.advance(60);
      expect(failures()).to.deep.equal([true]);
      await find(set, 'a', 1000);
      expect(failures()).to.include(false);
    });

    it('reports a refresh as cut off if its failure arrives after the next one has begun', async () => {
      const set = keySet();
      endpoint.failure = new JwksError('jwks_unreachable', 'the connection was reset');
      endpoint.delayMs = 2000;
      set.prefetch();
      await clock.settle();
      clock.jump(1500);
      set.prefetch();
      await clock.advance(400);
      endpoint.isSilent = true;
      set.prefetch();
      expect(endpoint.requests).to.have.length(2);
      await clock.advance(1600);
      expect(events.map((event) => event.type === 'refresh_failed' && event.wasCutOff)).to.deep.equal([true]);
    });

    it('reads the response that arrived during the freeze, and asks for no other', async () => {
      const set = keySet();
      endpoint.delayMs = 120;
      set.prefetch();
      await clock.settle();
      clock.jump(10_000);
      set.prefetch();
      await clock.advance(120);
      expect(findNow(set)).to.equal('fresh');
      expect(endpoint.requests).to.have.length(1);
    });

    it('uses the response that arrived during the freeze if it is fresh, else asks for a newer one', async () => {
      for (const [minutes, requests] of [
        [10, 1],
        [12, 2],
      ] as const) {
        endpoint.requests.length = 0;
        endpoint.delayMs = 120;
        const set = keySet();
        set.prefetch();
        await clock.settle();
        clock.jump(minutes * MINUTE);
        expect(await find(set)).to.equal('fetched');
        expect(endpoint.requests).to.have.length(requests);
      }
    });

    it('serves a stale key if the refresh was cut off by a long freeze, and waits for no other', async () => {
      const set = keySet();
      await find(set);
      await clock.advance(11 * MINUTE);
      endpoint.isSilent = true;
      set.prefetch();
      await clock.settle();
      clock.jump(10 * MINUTE);
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(400);
      expect(await Promise.race([found, 'still waiting'])).to.equal('stale');
    });

    it('asks again for a new key if a freeze cut off the refresh and the cooldown has passed', async () => {
      for (const [seconds, outcome] of [
        [20, 'fault'],
        [40, 'fetched'],
      ] as const) {
        endpoint.keys = [a];
        const set = keySet();
        await find(set);
        await clock.advance(10 * MINUTE - LONG);
        endpoint.isSilent = true;
        findNow(set);
        await clock.settle();
        clock.jump(seconds * 1000);
        endpoint.isSilent = false;
        endpoint.keys = [a, b];
        expect(await find(set, 'b'), `${seconds} s`).to.equal(outcome);
      }
    });

    it('asks again at once when the connection of a frozen request breaks after the thaw', async () => {
      const set = keySet();
      endpoint.failure = new JwksError('jwks_unreachable', 'the connection was reset');
      set.prefetch();
      await clock.settle();
      clock.jump(2000);
      endpoint.failure = null;
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(60);
      expect(await found).to.equal('fetched');
      expect(endpoint.requests).to.have.length(2);
    });

    it('obeys Retry-After of a response that arrives after the thaw', async () => {
      const set = keySet();
      endpoint.failure = outage(5000);
      set.prefetch();
      await clock.settle();
      clock.jump(2000);
      expect(await find(set, 'a', 1000)).to.equal('fault');
      expect(endpoint.requests).to.have.length(1);
    });

    it('does not ask once for each freeze in a series of them', async () => {
      const set = keySet();
      endpoint.isSilent = true;
      for (let i = 0; i < 100; i += 1) {
        set.prefetch();
        await clock.advance(100);
        clock.jump(5000);
      }
      expect(endpoint.requests.length).to.be.at.most(30);
    });

    it('keeps to the cooldown when a refresh was cut off and keys are in memory', async () => {
      const set = keySet({ staleFor: 3600 });
      await find(set);
      await clock.advance(11 * MINUTE);
      endpoint.isSilent = true;
      set.prefetch();
      await clock.settle();
      clock.jump(10_000);
      const found = stateOrFault(() => set.findKey('a', 'RS256', LONG));
      await clock.advance(400);
      expect(await found).to.equal('stale');
      expect(findNow(set)).to.equal('stale');
      expect(set.status.lastError).to.have.property('code', 'jwks_abandoned');
      expect(endpoint.requests).to.have.length(2);
    });

    it('never replaces a newer response by an older one', async () => {
      const set = keySet();
      endpoint.delayMs = 6000;
      set.prefetch();
      await clock.settle();
      clock.jump(60 * MINUTE);
      endpoint.delayMs = 10;
      endpoint.keys = [b];
      expect(await outcomeAfter(() => set.findKey('b', 'RS256', LONG), 400)).to.equal('fetched');
      await clock.advance(7000);
      expect(set.status.kids).to.deep.equal(['b']);
      expect(findNow(set, 'a')).to.equal(null);
    });

    it('counts the time of the freeze into the age of the keys', async () => {
      const set = keySet();
      await find(set);
      endpoint.keys = [b];
      clock.jump(60 * MINUTE);
      expect(await find(set)).to.equal(null);
    });

    it('does not prolong the life of keys when the clock is set back', async () => {
      const set = keySet({ staleFor: 0 });
      await find(set);
      clock.jump(-24 * 60 * MINUTE);
      findNow(set);
      endpoint.failure = outage();
      await clock.advance(11 * MINUTE);
      expect(await find(set)).to.equal('fault');
    });

    async function outcomeAfter(
      action: () => SigningKey | null | Promise<SigningKey | null>,
      milliseconds: number,
    ) {
      const [found] = await Promise.all([stateOrFault(action), clock.advance(milliseconds)]);
      return found;
    }
  });

  describe('with pinned keys', () => {
    it('never asks an endpoint without `uri`', async () => {
      const set = keySet({ keys: { keys: [a as { kty: string; kid: string }] } }, 0);
      set.prefetch();
      expect(findNow(set)).to.equal('pinned');
      expect(findNow(set, 'b')).to.equal(null);
      expect(set.findKey('a', 'ES256', LONG)).to.equal(null);
      expect(endpoint.requests).to.have.length(0);
    });

    it('asks the endpoint for any other key with `uri`', async () => {
      const set = keySet({ keys: [a as { kty: string; kid: string }], uri: JWKS_URI });
      endpoint.keys = [b];
      set.prefetch();
      expect(findNow(set)).to.equal('pinned');
      expect(endpoint.requests).to.have.length(0);
      expect(await find(set, 'b')).to.equal('fetched');
      expect(set.status.kids).to.deep.equal(['a', 'b']);
    });
  });

  it('has a status with pinned keys alone, and needs no time', async () => {
    const set = keySet({ keys: [a as { kty: string; kid: string }] });
    await set.ready(0);
    expect(set.status).to.deep.equal({
      fresh: false,
      stale: false,
      fetchedAt: null,
      nextFetchAt: new Date(clock.now()),
      lastError: null,
      kids: ['a'],
    });
  });

  it('is ready when it has keys, or when the time is over', async () => {
    const set = keySet();
    const settled = async (within: number, advance: number) => {
      let isReady = false;
      const ready = set.ready(within).then(() => {
        isReady = true;
      });
      await clock.advance(advance);
      const before = isReady;
      await clock.advance(LONG);
      await ready;
      return before;
    };
    endpoint.delayMs = 1000;
    expect(await settled(500, 400)).to.equal(false);
    expect(await settled(5000, 100)).to.equal(true);
    expect(findNow(set)).to.equal('fresh');
  });

  it('is ready at once with pinned keys, although it fetches others', async () => {
    const set = keySet({ keys: [a as { kty: string; kid: string }], uri: JWKS_URI });
    await set.ready(LONG);
    expect(endpoint.requests).to.deep.equal([]);
  });

  it('keeps the keys of two issuers apart, even if their `kid` is the same', async () => {
    const one = keySet();
    await find(one);
    endpoint.keys = [{ ...b, kid: 'a' }];
    const two = keySet();
    await find(two);
    const keys = [one, two].map((set) => (set.findKey('a', 'RS256', LONG) as SigningKey).key);
    expect(keys[0]?.equals(keys[1] as NonNullable<(typeof keys)[1]>)).to.equal(false);
  });

  it('refuses a response without usable keys, and keeps its keys', async () => {
    const set = keySet();
    await find(set);
    endpoint.keys = [{ ...b, use: 'enc' }];
    await clock.advance(11 * MINUTE);
    expect(await find(set)).to.equal('stale');
    expect(set.status.lastError).to.be.instanceOf(JwksError).with.property('code', 'jwks_no_usable_key');
  });

  it('says why a published key is not used', async () => {
    endpoint.keys = [
      { ...a, alg: 'RS256' },
      { kty: 'RSA', kid: 'b', x5c: ['MII'] },
    ];
    const set = keySet();
    expect(set.whyUnusable('a')).to.equal(null);
    await find(set);
    expect(set.whyUnusable('a')).to.equal('published for RS256 only');
    expect(set.whyUnusable('b')).to.equal('published, not used: modulus missing');
    expect(set.whyUnusable('c')).to.equal(null);
    const pinned = { ...b, alg: 'PS256' } as unknown as { kty: string; kid: string };
    for (const options of [{ keys: [pinned] }, { keys: [pinned], uri: JWKS_URI }]) {
      expect(keySet(options).whyUnusable('b')).to.equal('published for PS256 only');
    }
  });

  it('names the reasons in its error when no key of the response can be used', async () => {
    endpoint.keys = Array.from({ length: 7 }, (_, index) => ({
      ...a,
      kid: `k${index}`.repeat(50),
      use: 'enc',
    }));
    const set = keySet();
    await find(set);
    const { message, ignored } = set.status.lastError as JwksError;
    expect(ignored).to.have.length(7);
    expect(message).to.include(`key 0 ("${'k0'.repeat(32)}"): not for signatures; key 1 (`);
    expect(message).to.match(/; 2 more$/);
    endpoint.keys = [];
    const empty = keySet();
    await find(empty);
    expect((empty.status.lastError as JwksError).message).to.match(/sent a JWKS without keys$/);
  });

  it('treats any error of a fetch as a failure', async () => {
    endpoint.failure = new TypeError('a bug');
    const set = keySet();
    expect(await find(set)).to.equal('fault');
    expect(set.status.lastError).to.equal(endpoint.failure);
  });

  it('reports its status', async () => {
    const set = keySet();
    const start = clock.now();
    expect(set.status).to.deep.equal({
      fresh: false,
      stale: false,
      fetchedAt: null,
      nextFetchAt: new Date(start),
      lastError: null,
      kids: [],
    });
    await find(set);
    expect(set.status).to.deep.equal({
      fresh: true,
      stale: false,
      fetchedAt: new Date(start),
      nextFetchAt: new Date(start + 30_000),
      lastError: null,
      kids: ['a'],
    });
    await clock.advance(11 * MINUTE);
    expect(set.status).to.include({ fresh: false, stale: true });
  });

  it('calls the hook after every refresh', async () => {
    const set = keySet();
    endpoint.keys = [a, { ...b, use: 'enc' }];
    await find(set);
    endpoint.failure = outage();
    await clock.advance(11 * MINUTE);
    await find(set);
    const [refreshed, failed] = events;
    expect(events).to.have.length(2);
    expect(refreshed).to.deep.include({
      type: 'refreshed',
      uri: JWKS_URI,
      from: 'endpoint',
      keys: 1,
      ignored: [{ index: 1, kid: 'b', flaw: 'not for signatures' }],
      durationMs: 20,
    });
    expect(refreshed).to.have.nested.property('status.fresh', true);
    expect(failed).to.include({
      type: 'refresh_failed',
      uri: JWKS_URI,
      error: endpoint.failure,
      durationMs: 20,
    });
    expect(failed).to.have.nested.property('status.stale', true);
    expect(failed).to.have.nested.property('status.lastError', endpoint.failure);
  });

  it('continues when the hook throws', async () => {
    const set = keySet({
      onEvent() {
        throw new Error('metrics are down');
      },
    });
    expect(await find(set)).to.equal('fetched');
  });

  it('continues when the promise of the hook is rejected', async () => {
    const rejected: unknown[] = [];
    const listener = (reason: unknown) => rejected.push(reason);
    process.on('unhandledRejection', listener);
    const set = keySet({ onEvent: () => Promise.reject(new Error('metrics are down')) });
    expect(await find(set)).to.equal('fetched');
    await new Promise(setImmediate);
    process.off('unhandledRejection', listener);
    expect(rejected).to.deep.equal([]);
  });
});
