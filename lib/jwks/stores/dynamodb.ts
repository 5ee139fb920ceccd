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

export interface DynamoDbKeyStoreOptions {
  /**
   * Name or ARN of a table whose partition key is a string named `id`, without a sort key. Let its TTL attribute be
   * `expiresAt`.
   */
  readonly table: string;
  /** Your own client. Default: one with the environment's region and credentials and two attempts a call. */
  readonly client?: DynamoDBClient;
  /** For environments that live on what a refresher writes: then `dynamodb:GetItem` is all they need. Default `false`. */
  readonly readOnly?: boolean;
}

/**
 * Shares keys through a DynamoDB table. A conditional write makes one environment refresh while the others read.
 *
 * Needs `dynamodb:GetItem` and `dynamodb:PutItem` on the table. Two small items for each issuer.
 *
 * @throws {OptionError}
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
  // Consistent, so that those who lost the lease see what its holder wrote as soon as it is there.
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
    // DynamoDB removes expired items days late, so that the lease carries its own end.
    ConditionExpression: 'attribute_not_exists(id) OR leasedUntil <= :now',
    ExpressionAttributeValues: { ':now': { N: String(now) } },
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    // By its name: your client may come from another copy of the SDK.
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
