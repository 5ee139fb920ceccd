import { expect } from 'chai';
import type { KeyStore } from '../../lib/jwks/key-store.ts';
import { dynamoDbKeyStore } from '../../lib/jwks/stores/dynamodb.ts';
import { redisKeyStore } from '../../lib/jwks/stores/redis.ts';
import { listRevocations, type Revocation } from '../../lib/revocations/entries.ts';
import { RevocationsError } from '../../lib/revocations/revocations-error.ts';
import { addRevocations, readRevocations, type WritableStore } from '../../lib/revocations/store.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { memoryStore } from '../support/memory-store.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

const NOW = 1_800_000_000;
const clock = { now: () => NOW * 1000 };

const entry = (value: string, until = NOW + 60): Revocation => ({
  kind: 'sub',
  value,
  issuedBefore: NOW,
  until,
});

const valuesIn = async (store: KeyStore) =>
  listRevocations(await readRevocations(store)).map(({ value }) => value);

async function errorOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
}

describe('the store of revocations', () => {
  it('is empty if nothing was ever written', async () => {
    expect(await valuesIn(memoryStore(clock))).to.deep.equal([]);
  });

  it('adds entries to those that are there, and drops those without an effect', async () => {
    const store = memoryStore(clock);
    await addRevocations(store, [entry('old', NOW + 1), entry('a')], NOW);
    const { revocations, isWritten } = await addRevocations(store, [entry('b')], NOW + 1);
    expect(isWritten).to.equal(true);
    expect(listRevocations(revocations).map(({ value }) => value)).to.deep.equal(['a', 'b']);
    expect(await valuesIn(store)).to.deep.equal(['a', 'b']);
  });

  it('writes nothing if the record says it already', async () => {
    const store = memoryStore(clock);
    expect(await addRevocations(store, [], NOW)).to.have.property('isWritten', false);
    await addRevocations(store, [entry('a')], NOW);
    expect(await addRevocations(store, [entry('a')], NOW)).to.have.property('isWritten', false);
    expect(store.calls.update).to.equal(1);
    expect(store.calls.write).to.equal(0);
  });

  it('keeps the record for a little longer than its last entry has an effect', async () => {
    const kept: number[] = [];
    const store: WritableStore = {
      read: async () => null,
      write: async (_id, _record, keepForSeconds) => void kept.push(keepForSeconds),
    };
    await addRevocations(store, [entry('a', NOW + 60), entry('b', NOW + 500)], NOW);
    expect(kept).to.deep.equal([800]);
  });

  it('writes a store that has no update', async () => {
    const { update, ...store } = memoryStore(clock);
    await addRevocations(store, [entry('a')], NOW);
    await addRevocations(store, [entry('b')], NOW);
    expect(await valuesIn(store)).to.deep.equal(['a', 'b']);
  });

  it('leaves a damaged record alone', async () => {
    const store = memoryStore(clock);
    store.records.set('revocations', '{}');
    const error = await errorOf(addRevocations(store, [entry('a')], NOW));
    expect(error).to.be.instanceOf(RevocationsError).with.property('code', 'revocations_invalid');
    expect(store.records.get('revocations')).to.equal('{}');
  });

  it('gives up when other writers come first each time', async () => {
    const store = { ...memoryStore(clock), update: async () => false };
    const error = await errorOf(addRevocations(store, [entry('a')], NOW));
    expect(error).to.be.instanceOf(RevocationsError).with.property('code', 'revocations_conflict');
  });

  it('passes on the errors of the store', async () => {
    const store = memoryStore(clock);
    store.trouble = 'rejects';
    expect(await errorOf(addRevocations(store, [entry('a')], NOW))).to.have.property(
      'message',
      'the store is down',
    );
  });

  /** Twenty writers at once, each with an entry of its own. */
  async function race(store: WritableStore): Promise<void> {
    const values = Array.from({ length: 20 }, (_, at) => `user ${at}`);
    await Promise.all(values.map((value) => addRevocations(store, [entry(value)], NOW)));
    expect(await valuesIn(store)).to.have.members(values);
  }

  it('loses no entry of writers at the same time in memory', () => race(memoryStore(clock)));

  it('loses no entry of writers at the same time in DynamoDB', async () => {
    const { client, table, close } = await startDynamoDb();
    await race(dynamoDbKeyStore({ client, table }) as WritableStore).finally(close);
  });

  (hasRedis() ? it : it.skip)('loses no entry of writers at the same time in Redis', async () => {
    const { client, close } = await startRedis();
    await race(redisKeyStore({ client }) as WritableStore).finally(close);
  });
});
