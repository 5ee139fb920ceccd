import { createHash } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import sinon from 'sinon';
import { OptionError } from '../../../lib/decision/errors.ts';
import type { KeyStore } from '../../../lib/jwks/key-store.ts';
import type { ReplayStore } from '../../../lib/jwks/replay-store.ts';
import {
  keyStoreChecks,
  keyStoreUpdateChecks,
  replayStoreChecks,
} from '../../../lib/jwks/stores/conformance.ts';
import { type DynamoDbKeyStoreOptions, dynamoDbKeyStore } from '../../../lib/jwks/stores/dynamodb.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';

describe('dynamoDbKeyStore', () => {
  let dynamoDb: TestDynamoDb;
  let store: Required<KeyStore> & ReplayStore;

  before(async () => {
    dynamoDb = await startDynamoDb();
    store = open() as Required<KeyStore> & ReplayStore;
  });
  after(() => dynamoDb.close());

  function open(options: Partial<DynamoDbKeyStoreOptions> = {}): KeyStore {
    return dynamoDbKeyStore({ table: dynamoDb.table, client: dynamoDb.client, ...options });
  }

  for (const check of [...keyStoreChecks, ...keyStoreUpdateChecks, ...replayStoreChecks]) {
    it(check.name, () => check.run(store));
  }

  it('sets an expiry, so that DynamoDB removes old items', async () => {
    const before = Math.floor(Date.now() / 1000);
    await store.write('some id', 'record', 60);
    await store.lease('some id', 30);
    await store.claim('some id', 45);
    const expiries = [];
    for (const id of ['record some id', 'lease some id', 'claim some id']) {
      const command = new GetItemCommand({ TableName: dynamoDb.table, Key: { id: { S: id } } });
      expiries.push(Number((await dynamoDb.client.send(command)).Item?.expiresAt?.N) - before);
    }
    expect(expiries[0]).to.be.within(60, 65);
    expect(expiries[1]).to.be.within(30, 35);
    expect(expiries[2]).to.be.within(45, 50);
  });

  it('lets an id be claimed again when its time has passed, although its item is still there', async () => {
    expect(await store.claim('expired', 0)).to.equal(true);
    expect(await store.claim('expired', 60)).to.equal(true);
    expect(await store.claim('expired', 60)).to.equal(false);
  });

  it('does not lose a claim or a lease to its own first attempt, if the client sends it twice', async () => {
    const client = {
      send: (command: PutItemCommand) =>
        dynamoDb.client.send(command).then(() => dynamoDb.client.send(new PutItemCommand(command.input))),
    };
    const retrying = open({ client: client as never }) as Required<KeyStore> & ReplayStore;
    for (const hold of [retrying.claim, retrying.lease]) {
      expect(await hold('sent twice', 60)).to.equal(true);
      expect(await hold('sent twice', 60)).to.equal(false);
    }
  });

  it('only reads with readOnly', async () => {
    const reader = open({ readOnly: true });
    await store.write('read id', 'record', 60);
    expect(await reader.read('read id')).to.equal('record');
    expect(reader).to.have.all.keys('read');
  });

  it('recognises a lost lease by the name of the error, from any copy of the SDK', async () => {
    const lost = Object.assign(new Error('The conditional request failed'), {
      name: 'ConditionalCheckFailedException',
    });
    const client = { send: () => Promise.reject(lost) } as never;
    expect(await (open({ client }) as Required<KeyStore>).lease('some id', 30)).to.equal(false);
  });

  it('passes on other errors of DynamoDB', async () => {
    const missing = open({ table: 'no-such-table' }) as Required<KeyStore> & ReplayStore;
    for (const call of [
      () => missing.read('id'),
      () => missing.write('id', 'record', 60),
      () => missing.lease('id', 30),
      async () => missing.claim('id', 30),
      () => missing.update('id', null, 'record', 60),
    ]) {
      const error = await call().then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('name', 'ResourceNotFoundException');
    }
  });

  it('creates a client with two attempts a call if none is given', async () => {
    const send = sinon.stub(DynamoDBClient.prototype, 'send').resolves({} as never);
    try {
      const own = dynamoDbKeyStore({ table: 'jwks' });
      expect(own).to.have.all.keys('read', 'write', 'lease', 'claim', 'update');
      expect(await own.read('id')).to.equal(null);
      const [client] = send.thisValues as [DynamoDBClient];
      expect(await client.config.maxAttempts()).to.equal(2);
    } finally {
      send.restore();
    }
  });

  it('reads consistently, and takes an item without a record for none', async () => {
    const commands: GetItemCommand[] = [];
    const client = {
      async send(command: GetItemCommand) {
        commands.push(command);
        return { Item: { id: { S: 'record id' } } };
      },
    };
    expect(await open({ client: client as never }).read('id')).to.equal(null);
    expect(commands[0]?.input).to.deep.equal({
      TableName: dynamoDb.table,
      Key: { id: { S: 'record id' } },
      ConsistentRead: true,
    });
  });

  it('writes the SHA-256 of a record beside it, by which other versions compare it', async () => {
    await store.write('hashed id', 'record', 60);
    const command = new GetItemCommand({
      TableName: dynamoDb.table,
      Key: { id: { S: 'record hashed id' } },
    });
    const { Item } = await dynamoDb.client.send(command);
    expect(Item?.record?.S).to.equal('record');
    expect(Item?.hash?.S).to.equal(createHash('sha256').update('record').digest('base64'));
  });

  it('refuses options that make no sense', () => {
    expect(() => open({ table: '' })).to.throw(OptionError, 'dynamoDbKeyStore.table');
    expect(() => open({ readOnly: 'yes' as unknown as boolean })).to.throw(
      OptionError,
      'dynamoDbKeyStore.readOnly',
    );
    expect(() => open({ client: null as never })).to.throw(OptionError, 'dynamoDbKeyStore.client');
    expect(() => open({ client: {} as never })).to.throw(OptionError, 'dynamoDbKeyStore.client.send');
    expect(() => open({ tabel: 'jwks' } as object)).to.throw(OptionError, 'dynamoDbKeyStore.tabel');
  });
});
