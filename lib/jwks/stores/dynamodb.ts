import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  boolean,
  func,
  nonEmptyString,
  optional,
  plainObject,
  refuseValue,
} from '../../util/option-checks.ts';
import type { KeyStore } from '../key-store.ts';

/** Options of {@link dynamoDbKeyStore}. */
export interface DynamoDbKeyStoreOptions {
  /**
   * Name or ARN of a table with the partition key `id`, a string, and no sort key. Set its TTL attribute to
   * `expiresAt`.
   */
  readonly table: string;
  /** Your own client. Default: region and credentials of the environment, two attempts a call. */
  readonly client?: DynamoDBClient;
  /** For environments that only read what a refresher writes. They need `dynamodb:GetItem` only. Default `false`. */
  readonly readOnly?: boolean;
}

/**
 * A key store on a DynamoDB table. A conditional write makes one environment refresh while the others read.
 *
 * Needs `dynamodb:GetItem` and `dynamodb:PutItem` on the table. Writes two small items for each issuer.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @throws {OptionError} for an option that makes no sense
 * @example
 * const chain = middy().use(auth0Authorizer({ jwks: { store: dynamoDbKeyStore({ table: 'auth0-keys', readOnly: true }) } }));
 */
export function dynamoDbKeyStore(options: DynamoDbKeyStoreOptions): KeyStore {
  const known = plainObject(options, 'dynamoDbKeyStore', ['table', 'client', 'readOnly']);
  const table = nonEmptyString(known.table, 'dynamoDbKeyStore.table');
  const readOnly = optional(known, 'dynamoDbKeyStore', 'readOnly', false, boolean);
  const client =
    known.client === undefined ? new DynamoDBClient({ maxAttempts: 2 }) : dynamoDbClient(known.client);
  const reader = { read: (id: string) => readItem(client, table, id) };
  if (readOnly) return reader;
  return {
    ...reader,
    write: (id, record, keepForSeconds) => writeItem(client, table, id, record, keepForSeconds),
    lease: (id, seconds) => takeLease(client, table, id, seconds),
  };
}

function dynamoDbClient(value: unknown): DynamoDBClient {
  if (!(value instanceof Object)) {
    refuseValue('dynamoDbKeyStore.client', 'a DynamoDBClient', value);
  }
  func((value as DynamoDBClient).send, 'dynamoDbKeyStore.client.send');
  return value as DynamoDBClient;
}

async function readItem(client: DynamoDBClient, table: string, id: string): Promise<string | null> {
  // Consistent, so that environments without the lease see at once what its holder wrote.
  const command = new GetItemCommand({
    TableName: table,
    Key: { id: { S: `keys ${id}` } },
    ConsistentRead: true,
  });
  const { Item } = await client.send(command);
  return Item?.record?.S ?? null;
}

async function writeItem(
  client: DynamoDBClient,
  table: string,
  id: string,
  record: string,
  keepForSeconds: number,
): Promise<void> {
  const expiresAt = Math.ceil(Date.now() / 1000 + keepForSeconds);
  const Item = { id: { S: `keys ${id}` }, record: { S: record }, expiresAt: { N: String(expiresAt) } };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

async function takeLease(
  client: DynamoDBClient,
  table: string,
  id: string,
  seconds: number,
): Promise<boolean> {
  const now = Date.now();
  const until = now + seconds * 1000;
  const command = new PutItemCommand({
    TableName: table,
    Item: {
      id: { S: `lease ${id}` },
      leasedUntil: { N: String(until) },
      expiresAt: { N: String(Math.ceil(until / 1000)) },
    },
    // DynamoDB removes expired items up to days late, so the lease has its own end.
    ConditionExpression: 'attribute_not_exists(id) OR leasedUntil <= :now',
    ExpressionAttributeValues: { ':now': { N: String(now) } },
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    // Compared by name: the client may come from another copy of the SDK.
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
