import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { nodeCrypto } from '../../util/node-crypto.ts';
import {
  boolean,
  func,
  nonEmptyString,
  optional,
  plainObject,
  refuseValue,
} from '../../util/option-checks.ts';
import type { KeyStore } from '../key-store.ts';
import type { ReplayStore } from '../replay-store.ts';

/** Options of {@link dynamoDbKeyStore}. */
export interface DynamoDbKeyStoreOptions {
  /**
   * Name or ARN of a table with the partition key `id`, a string, and no sort key. Set its TTL attribute to
   * `expiresAt`.
   */
  readonly table: string;
  /** Your own client. Default: region and credentials of the environment, two attempts a call. */
  readonly client?: DynamoDBClient;
  /**
   * For environments that only read what a refresher writes. They need `dynamodb:GetItem` only. Such a store claims no DPoP
   * proofs. Default `false`.
   */
  readonly readOnly?: boolean;
}

/**
 * A store on a DynamoDB table, for keys, for revocations, and for used DPoP proofs. Conditional writes make one environment
 * refresh the keys while the others read, lose no entry of two that revoke at the same time, and let each proof be used once.
 *
 * Needs `dynamodb:GetItem` and `dynamodb:PutItem` on the table; for proofs alone `dynamodb:PutItem`. Writes two small items
 * for each issuer, one for the revocations, and one of some 150 bytes for each proof. DynamoDB deletes the latter by their
 * TTL.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @throws {OptionError} for an option that makes no sense
 * @example
 * const chain = middy().use(auth0Authorizer({ jwks: { store: dynamoDbKeyStore({ table: 'auth0-keys', readOnly: true }) } }));
 * @example
 * const binding = dpop({ mode: 'required', replay: dynamoDbKeyStore({ table: 'auth0-keys' }) });
 */
export function dynamoDbKeyStore(
  options: DynamoDbKeyStoreOptions & { readonly readOnly?: false },
): KeyStore & ReplayStore;
export function dynamoDbKeyStore(options: DynamoDbKeyStoreOptions): KeyStore;
export function dynamoDbKeyStore(options: DynamoDbKeyStoreOptions): KeyStore & Partial<ReplayStore> {
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
    lease: (id, seconds) => hold(client, table, `lease ${id}`, seconds),
    claim: (id, seconds) => hold(client, table, `claim ${id}`, seconds),
    update: (id, expected, record, keepForSeconds) =>
      isWritten(client, { ...itemOf(table, id, record, keepForSeconds), ...conditionOf(expected) }),
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
    Key: { id: { S: `record ${id}` } },
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
  await client.send(new PutItemCommand(itemOf(table, id, record, keepForSeconds)));
}

function itemOf(table: string, id: string, record: string, keepForSeconds: number): PutItemCommandInput {
  const expiresAt = Math.ceil(Date.now() / 1000 + keepForSeconds);
  return {
    TableName: table,
    Item: {
      id: { S: `record ${id}` },
      record: { S: record },
      hash: { S: hashOf(record) },
      expiresAt: { N: String(expiresAt) },
    },
  };
}

/** Compares the hash, so that a request carries a long text once. */
function conditionOf(expected: string | null): Partial<PutItemCommandInput> {
  const names = { ExpressionAttributeNames: { '#hash': 'hash' } };
  if (expected === null) return { ...names, ConditionExpression: 'attribute_not_exists(#hash)' };
  return {
    ...names,
    ConditionExpression: '#hash = :expected',
    ExpressionAttributeValues: { ':expected': { S: hashOf(expected) } },
  };
}

function hashOf(text: string): string {
  return nodeCrypto().hash('sha256', text, 'base64');
}

/** Writes an item that holds for so long, unless another call's item still does. Returns whether it was written. */
function hold(client: DynamoDBClient, table: string, id: string, seconds: number): Promise<boolean> {
  const now = Date.now();
  const until = now + seconds * 1000;
  const holder = nodeCrypto().randomUUID();
  return isWritten(client, {
    TableName: table,
    Item: {
      id: { S: id },
      holder: { S: holder },
      heldUntil: { N: String(until) },
      expiresAt: { N: String(Math.ceil(until / 1000)) },
    },
    // DynamoDB removes expired items up to days late, so the item has its own end. The client may send the request again if
    // the answer got lost: the call must not lose to its own first attempt.
    ConditionExpression: 'attribute_not_exists(id) OR heldUntil <= :now OR holder = :holder',
    ExpressionAttributeValues: { ':now': { N: String(now) }, ':holder': { S: holder } },
  });
}

/** Writes an item if its condition holds. Returns whether it did. */
async function isWritten(client: DynamoDBClient, input: PutItemCommandInput): Promise<boolean> {
  try {
    await client.send(new PutItemCommand(input));
    return true;
  } catch (error) {
    // Compared by name: the client may come from another copy of the SDK.
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
