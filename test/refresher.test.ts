import { expect } from 'chai';
import { AuthorizerFault, OptionError } from '../lib/decision/errors.ts';
import { parseJwksOptions } from '../lib/jwks/jwks-settings.ts';
import { createKeySet } from '../lib/jwks/key-set.ts';
import { refreshStore } from '../lib/jwks/stores/refresh-store.ts';
import { type KeyRefresherOptions, keyRefresher } from '../lib/refresher.ts';
import { fakeClock, shiftedClock } from './support/clock.ts';
import { fakeEndpoint } from './support/fake-endpoint.ts';
import { testKey } from './support/issuer.ts';
import { type JwksServer, startJwksServer, status } from './support/jwks-server.ts';
import { type MemoryStore, memoryStore } from './support/memory-store.ts';

async function failureOf(promise: Promise<unknown>): Promise<Error & { errors?: unknown[] }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('keyRefresher', () => {
  let server: JwksServer;
  let store: MemoryStore;
  let kid: string;

  beforeEach(async () => {
    const { jwk } = await testKey();
    kid = jwk.kid as string;
    server = await startJwksServer([jwk]);
    store = memoryStore(shiftedClock());
  });
  afterEach(() => server.close());

  it('fills the store, so that authorizers never ask the endpoint', async () => {
    const refresh = keyRefresher({ jwks: { uri: server.uri, store } });
    expect(await refresh()).to.deep.equal([{ uri: server.uri, kids: [kid] }]);
    expect(server.requests).to.equal(1);
    const set = createKeySet({
      uri: server.uri,
      settings: parseJwksOptions({ store: store.readOnly }, 'jwks'),
    });
    expect(await set.findKey(kid, 'RS256', 5000)).to.include({ state: 'fetched' });
    expect(server.requests).to.equal(1);
  });

  it('fetches with jwks.fetch, and once for all domains of a tenant with jwks.shared', async () => {
    const asked: string[] = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return { status: 200, headers: {}, body: JSON.stringify({ keys: server.keys }) };
    };
    const domain = ['tenant.eu.auth0.com', 'login.example.com'];
    const uri = 'https://tenant.eu.auth0.com/.well-known/jwks.json';
    expect(await keyRefresher({ domain, jwks: { store, fetch, shared: true } })()).to.deep.equal([
      { uri, kids: [kid] },
    ]);
    expect(asked).to.deep.equal([uri]);
  });

  it('fetches each time it runs, even if another environment has the lease', async () => {
    await store.lease(server.uri, 60);
    const refresh = keyRefresher({ jwks: { uri: server.uri, store } });
    await refresh();
    await refresh();
    expect(server.requests).to.equal(2);
  });

  it('fails with the cause when the endpoint fails, and leaves the store unchanged', async () => {
    const refresh = keyRefresher({ jwks: { uri: server.uri, store } });
    await refresh();
    const before = store.records.get(server.uri);
    server.behaviour = status(503);
    const error = await failureOf(refresh());
    expect(error).to.be.instanceOf(AuthorizerFault).with.property('code', 'keys_unavailable');
    expect(error).to.have.property('cause').that.includes({ code: 'jwks_status' });
    expect(store.records.get(server.uri)).to.equal(before);
  });

  it('fails with the cause when the store fails', async () => {
    store.trouble = 'rejects';
    const error = await failureOf(keyRefresher({ jwks: { uri: server.uri, store } })());
    expect(error.message).to.include('could not be stored');
    expect(error.cause).to.have.property('message', 'the store is down');
  });

  it('does not store keys that it fetched before a freeze', async () => {
    const clock = fakeClock();
    const endpoint = fakeEndpoint(clock, server.keys);
    const settings = parseJwksOptions({ store }, 'jwks');
    const refreshing = failureOf(
      refreshStore({ uri: server.uri, store, settings, clock, fetch: endpoint.fetch }),
    );
    clock.jump(3_600_000);
    await clock.advance(1000);
    expect((await refreshing).cause).to.have.property('code', 'jwks_store');
    expect(store.calls.write).to.equal(0);
  });

  it('tries each of several domains and throws every failure', async () => {
    const refresh = keyRefresher({ domain: ['one.invalid', 'two.invalid'], jwks: { store } });
    const error = await failureOf(refresh());
    expect(error).to.be.instanceOf(AggregateError);
    expect(error.errors?.map(String).join()).to.include('https://one.invalid/.well-known/jwks.json');
    expect(error.errors?.map(String).join()).to.include('https://two.invalid/.well-known/jwks.json');
  });

  it('refuses options that make no sense', async () => {
    const { jwk } = await testKey();
    const refused: readonly [unknown, string][] = [
      [{ domain: 'tenant.eu.auth0.com', jwks: {} }, 'jwks.store'],
      [{ domain: 'tenant.eu.auth0.com' }, 'jwks.store'],
      [{ domain: 'tenant.eu.auth0.com', jwks: { store: store.readOnly } }, 'jwks.store'],
      [{ jwks: { store, uri: server.uri, keys: [jwk] } }, 'jwks.keys'],
      [{ domain: 'tenant.eu.auth0.com', jwks: { store, uri: server.uri } }, 'domain'],
      [{ jwks: { store } }, 'domain'],
      [{ domain: 'https://tenant.eu.auth0.com', jwks: { store } }, 'domain'],
      [{ domain: 'tenant.eu.auth0.com', store }, 'store'],
    ];
    for (const [options, path] of refused) {
      expect(() => keyRefresher(options as KeyRefresherOptions))
        .to.throw(OptionError)
        .with.property('option', path);
    }
  });
});
