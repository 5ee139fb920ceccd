import { expect } from 'chai';
import { OptionError } from '../../../lib/decision/errors.ts';
import type { KeyStore } from '../../../lib/jwks/key-store.ts';
import type { ReplayStore } from '../../../lib/jwks/replay-store.ts';
import {
  keyStoreChecks,
  keyStoreUpdateChecks,
  replayStoreChecks,
} from '../../../lib/jwks/stores/conformance.ts';
import { type RedisClient, redisKeyStore } from '../../../lib/jwks/stores/redis.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';

describe('redisKeyStore', () => {
  (hasRedis() ? describe : describe.skip)('on a Redis server', () => {
    let redis: TestRedis;
    let store: Required<KeyStore> & ReplayStore;

    before(async () => {
      redis = await startRedis();
      store = redisKeyStore({ client: redis.client }) as Required<KeyStore> & ReplayStore;
    });
    after(() => redis.close());

    for (const check of [...keyStoreChecks, ...keyStoreUpdateChecks, ...replayStoreChecks]) {
      it(check.name, () => check.run(store));
    }

    it('sets an expiry and its prefix, so that Redis removes old keys', async () => {
      const own = redisKeyStore({ client: redis.client, prefix: 'own:' }) as typeof store;
      await own.write('id', 'record', 60);
      await own.lease('id', 30);
      await own.claim('id', 45);
      expect(await redis.client.pTTL('own:record:id')).to.be.within(50_000, 60_000);
      await own.update('id', 'record', 'newer', 90);
      expect(await redis.client.pTTL('own:record:id')).to.be.within(80_000, 90_000);
      expect(await redis.client.pTTL('own:lease:id')).to.be.within(20_000, 30_000);
      expect(await redis.client.pTTL('own:claim:id')).to.be.within(35_000, 45_000);
    });

    it('rejects when the server cannot be reached', async () => {
      const other = await startRedis();
      const lost = redisKeyStore({ client: other.client });
      await other.close();
      for (const call of [() => lost.read('id'), async () => lost.claim('id', 60)]) {
        const error = await call().then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).to.be.instanceOf(Error);
      }
    });
  });

  const client: RedisClient = { get: async () => Buffer.from('record'), set: async () => 'OK' };

  it('treats a value that is not text as empty', async () => {
    expect(await redisKeyStore({ client }).read('id')).to.equal(null);
  });

  it('writes under its prefix, with an expiry in milliseconds, and holds only what nobody holds', async () => {
    const calls: unknown[] = [];
    const recording: RedisClient = {
      ...client,
      async set(...call) {
        calls.push(call);
        return calls.length < 3 ? 'OK' : null;
      },
    };
    const store = redisKeyStore({ client: recording }) as Required<KeyStore> & ReplayStore;
    await store.write('id', 'record', 60);
    expect(await store.lease('id', 30)).to.equal(true);
    expect(await store.claim('id', 0.0001)).to.equal(false);
    const expiring = (value: number) => ({ expiration: { type: 'PX', value } });
    expect(calls).to.deep.equal([
      ['middy-auth0-authorizer:record:id', 'record', expiring(60_000)],
      ['middy-auth0-authorizer:lease:id', '1', { ...expiring(30_000), condition: 'NX' }],
      ['middy-auth0-authorizer:claim:id', '1', { ...expiring(1), condition: 'NX' }],
    ]);
  });

  it('only reads with readOnly', () => {
    expect(redisKeyStore({ client, readOnly: true })).to.have.all.keys('read');
  });

  it('has no update if the client runs no scripts', () => {
    expect(redisKeyStore({ client })).to.have.all.keys('read', 'write', 'lease', 'claim');
  });

  it('refuses options that make no sense', () => {
    const refused: readonly [object, string][] = [
      [{}, 'redisKeyStore.client'],
      [{ client: null }, 'redisKeyStore.client'],
      [{ client: {} }, 'redisKeyStore.client.get'],
      [{ client: { get: client.get } }, 'redisKeyStore.client.set'],
      [{ client: { ...client, eval: 'script' } }, 'redisKeyStore.client.eval'],
      [{ client, prefix: '' }, 'redisKeyStore.prefix'],
      [{ client, readOnly: 1 }, 'redisKeyStore.readOnly'],
      [{ client, url: 'redis://cache' }, 'redisKeyStore.url'],
    ];
    for (const [options, path] of refused) {
      expect(() => redisKeyStore(options as { client: RedisClient }))
        .to.throw(OptionError)
        .with.property('option', path);
    }
  });
});
