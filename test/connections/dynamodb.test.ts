import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import {
  type DynamoDbConnectionStoreOptions,
  dynamoDbConnectionStore,
} from '../../lib/connections/stores/dynamodb.ts';
import type { Connection, ConnectionStore } from '../../lib/connections.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';

const TABLE = 'connections';

describe('dynamoDbConnectionStore', () => {
  let dynamoDb: TestDynamoDb;
  let store: ConnectionStore;

  beforeEach(async () => {
    dynamoDb = await startDynamoDb();
    await dynamoDb.client.send(
      new CreateTableCommand({
        TableName: TABLE,
        KeySchema: [{ AttributeName: 'connectionId', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'connectionId', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    store = openStore();
  });
  afterEach(() => dynamoDb.close());

  const openStore = (options: Partial<DynamoDbConnectionStoreOptions> = {}) =>
    dynamoDbConnectionStore({ table: TABLE, client: dynamoDb.client, ...options });

  const connection = (connectionId: string, sub = 'auth0|1'): Connection => ({
    connectionId,
    connectedAt: 1_800_000_000,
    claims: { exp: 1_800_000_060.5, iat: 1_799_999_999, sub, azp: 'app' },
  });

  async function listed(): Promise<Connection[]> {
    const all: Connection[] = [];
    for await (const each of store.list()) all.push(each);
    return all.toSorted((one, other) => (one.connectionId < other.connectionId ? -1 : 1));
  }

  it('lists what was put and not deleted', async () => {
    expect(await listed()).to.deep.equal([]);
    await store.put(connection('a'), 60);
    await store.put(connection('b'), 60);
    await store.put(connection('b', 'ключ'), 60);
    await store.delete('a');
    await store.delete('never');
    expect(await listed()).to.deep.equal([connection('b', 'ключ')]);
  });

  it('lists more than one page of DynamoDB, which is 1 MB', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await store.put(connection(id, 'x'.repeat(350_000)), 60);
    expect((await listed()).map(({ connectionId }) => connectionId)).to.deep.equal(ids);
  });

  it('sets an expiry, so that DynamoDB removes old items', async () => {
    await store.put(connection('a'), 60);
    const { Item } = await dynamoDb.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { connectionId: { S: 'a' } } }),
    );
    expect(Item?.['expiresAt']).to.deep.equal({ N: '1800000060' });
  });

  it('lists an item that it cannot read as expired, so that a sweep closes it', async () => {
    for (const [id, claims] of Object.entries({ a: '{', b: 'null', c: '{"sub":1,"exp":"soon"}' })) {
      const Item = { connectionId: { S: id }, claims: { S: claims } };
      await dynamoDb.client.send(new PutItemCommand({ TableName: TABLE, Item }));
    }
    await dynamoDb.client.send(new PutItemCommand({ TableName: TABLE, Item: { connectionId: { S: 'd' } } }));
    expect(await listed()).to.deep.equal(
      ['a', 'b', 'c', 'd'].map((connectionId) => ({ connectionId, connectedAt: 0, claims: { exp: 0 } })),
    );
  });

  it('passes on errors of DynamoDB', async () => {
    store = openStore({ table: 'no-such-table' });
    for (const call of [() => store.put(connection('a'), 60), () => store.delete('a'), listed]) {
      const error = await call().then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('name', 'ResourceNotFoundException');
    }
  });

  it('creates a client if none is given', () => {
    expect(dynamoDbConnectionStore({ table: TABLE })).to.have.all.keys('put', 'delete', 'list');
  });

  it('refuses options that make no sense', () => {
    const refuses = (options: object, message: string) =>
      expect(() => openStore(options)).to.throw(OptionError, message);
    refuses({ table: '' }, 'dynamoDbConnectionStore.table');
    refuses({ client: null }, 'dynamoDbConnectionStore.client');
    refuses({ client: {} }, 'dynamoDbConnectionStore.client.send');
    refuses({ tabel: TABLE }, 'dynamoDbConnectionStore.tabel');
  });
});
