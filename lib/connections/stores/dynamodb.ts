import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { isObject } from '../../util/is-object.ts';
import { nonEmptyString, objectWith, plainObject } from '../../util/option-checks.ts';
import { type Connection, type ConnectionClaims, claimsIn } from '../connection.ts';
import type { ConnectionStore } from '../connection-store.ts';

/** Options of {@link dynamoDbConnectionStore}. */
export interface DynamoDbConnectionStoreOptions {
  /**
   * Name or ARN of a table with the partition key `connectionId`, a string, and no sort key, for the connections of one stage.
   * Set its TTL attribute to `expiresAt`.
   */
  readonly table: string;
  /** Your own client. Default: region and credentials of the environment. */
  readonly client?: DynamoDBClient;
}

/**
 * A store of connections on a DynamoDB table: one item of some 300 bytes for each open connection.
 *
 * Needs `dynamodb:PutItem` at `$connect`, `dynamodb:DeleteItem` at `$disconnect`, and both `dynamodb:Scan` and
 * `dynamodb:DeleteItem` for the sweep. A sweep scans the table, at half a read unit for each 4 KB: some 40 for 1,000
 * connections.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
 * @throws {OptionError} for an option that makes no sense
 * @example
 * const connections = dynamoDbConnectionStore({ table: 'chat-connections' });
 */
export function dynamoDbConnectionStore(options: DynamoDbConnectionStoreOptions): ConnectionStore {
  const path = 'dynamoDbConnectionStore';
  const known = plainObject(options, path, ['table', 'client']);
  const TableName = nonEmptyString(known.table, `${path}.table`);
  const client =
    known.client === undefined
      ? new DynamoDBClient()
      : objectWith<DynamoDBClient>(known.client, `${path}.client`, 'a DynamoDBClient', ['send']);
  return {
    async put({ connectionId, connectedAt, claims }, keepForSeconds) {
      const Item = {
        connectionId: { S: connectionId },
        connectedAt: { N: String(connectedAt) },
        claims: { S: JSON.stringify(claims) },
        expiresAt: { N: String(connectedAt + keepForSeconds) },
      };
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    async delete(connectionId) {
      await client.send(new DeleteItemCommand({ TableName, Key: { connectionId: { S: connectionId } } }));
    },
    list: () => scan(client, TableName),
  };
}

async function* scan(client: DynamoDBClient, TableName: string): AsyncGenerator<Connection> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey: from }));
    // Every page has `Items`, perhaps without any.
    yield* (page.Items as Record<string, AttributeValue>[]).map(connectionIn);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

function connectionIn(item: Record<string, AttributeValue>): Connection {
  return {
    connectionId: String(item['connectionId']?.S),
    connectedAt: Number(item['connectedAt']?.N ?? 0),
    claims: claimsOf(item['claims']?.S),
  };
}

/** An item with unreadable claims counts as expired: what cannot be checked is closed. */
function claimsOf(text = ''): ConnectionClaims {
  let claims: unknown = null;
  try {
    claims = JSON.parse(text);
  } catch {}
  return { exp: 0, ...(isObject(claims) ? claimsIn(claims) : {}) };
}
