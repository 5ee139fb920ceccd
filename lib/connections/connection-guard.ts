import { type KeyStore, keyStore } from '../jwks/key-store.ts';
import { jsonLog, type LineLog, lineLog } from '../util/json-log.ts';
import { objectWith, optional, plainObject, refuse, wholeNumber } from '../util/option-checks.ts';
import type { ManagementApi } from './close.ts';
import { connectionIdOf, openedConnection } from './connection.ts';
import type { ConnectionStore } from './connection-store.ts';
import { type SweepResult, sweep } from './sweep.ts';

/** Options of {@link connectionGuard}. */
export interface ConnectionGuardOptions {
  /** Holds the open connections: `dynamoDbConnectionStore`, or your own. One store for each stage. */
  readonly connections: ConnectionStore;
  /**
   * An `ApiGatewayManagementApi` of `@aws-sdk/client-apigatewaymanagementapi` with the stage as `endpoint`,
   * `https://<apiId>.execute-api.<region>.amazonaws.com/<stage>`. The function of the sweep needs it, with the permission
   * `execute-api:ManageConnections`; the functions of `$connect` and `$disconnect` do not.
   */
  readonly management?: ManagementApi;
  /**
   * The store of the option `revocations` of the authorizer. The sweep reads it once.
   *
   * @default none: connections are closed when their token expires, but not when it is revoked
   */
  readonly store?: KeyStore;
  /**
   * Most connections that one sweep closes. The next one continues, with the oldest.
   *
   * @default 1000
   */
  readonly maxCloses?: number;
  /**
   * Gets one line for each sweep, with its result. A Powertools `Logger`, anything that has its method `info`, or `false`.
   *
   * @default one line of JSON on standard output
   */
  readonly logger?: LineLog | false;
}

/** The handlers of {@link connectionGuard}. */
export interface ConnectionGuard {
  /**
   * For `$connect`: keeps the connection. The route's Lambda function, or a call in it. If it rejects, API Gateway refuses
   * the connection.
   *
   * @throws {ConnectionError} if the event is another one, or the authorizer's context lacks `exp`
   */
  connect(event: unknown): Promise<{ readonly statusCode: 200 }>;
  /**
   * For `$disconnect`: forgets the connection. API Gateway does not promise to call it; the sweep forgets what is left.
   *
   * @throws {ConnectionError} if the event is another one
   */
  disconnect(event: unknown): Promise<{ readonly statusCode: 200 }>;
  /**
   * For a schedule, such as once a minute: closes the connections whose token has expired or is revoked.
   *
   * @throws {OptionError} without the option `management`
   * @throws the first error of a store or of API Gateway, when everything else is done: Lambda counts it, and the next sweep
   *   continues
   */
  sweep(): Promise<SweepResult>;
}

/**
 * How long a connection is kept, seconds after it was opened. API Gateway closes it after two hours:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const KEEP_FOR = 3 * 3600;

/**
 * Closes connections of a WebSocket API whose token has expired or is revoked. API Gateway authorizes `$connect` only, so
 * that a connection otherwise outlives its token, by two hours at most.
 *
 * The authorizer passes the claims on with the context {@link connectionContext}. The authorizer runs before the connection
 * exists, so the functions behind `$connect` and `$disconnect` keep the list, and a schedule closes what is due.
 *
 * @returns three handlers, to be used as Lambda handlers or called in yours
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 * @throws {OptionError} for an option that makes no sense
 * @example
 * import { ApiGatewayManagementApi } from '@aws-sdk/client-apigatewaymanagementapi';
 * const guard = connectionGuard({
 *   connections: dynamoDbConnectionStore({ table: 'chat-connections' }),
 *   store: dynamoDbKeyStore({ table: 'auth0-revocations', readOnly: true }),
 *   management: new ApiGatewayManagementApi({ endpoint: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod' }),
 * });
 * export const { connect, disconnect, sweep } = guard;
 */
export function connectionGuard(options: ConnectionGuardOptions): ConnectionGuard {
  const path = 'connectionGuard';
  const known = plainObject(options, path, OPTIONS);
  const connections = connectionStore(known.connections, `${path}.connections`);
  const management = optional(known, path, 'management', null, managementApi);
  const store = optional(known, path, 'store', null, keyStore);
  const maxCloses = optional(known, path, 'maxCloses', 1000, wholeNumber, 1, 1_000_000);
  const logger = optional(known, path, 'logger', jsonLog, lineLog);
  return {
    async connect(event) {
      await connections.put(openedConnection(event), KEEP_FOR);
      return { statusCode: 200 };
    },
    async disconnect(event) {
      await connections.delete(connectionIdOf(event));
      return { statusCode: 200 };
    },
    async sweep() {
      if (management === null) return refuse(`${path}.management`, 'is missing: the sweep needs it');
      const result = await sweep({ connections, management, store, maxCloses }, Date.now() / 1000);
      logger?.info('connection sweep', result);
      return result;
    },
  };
}

const OPTIONS = ['connections', 'management', 'store', 'maxCloses', 'logger'] as const;

function connectionStore(value: unknown, path: string): ConnectionStore {
  return objectWith<ConnectionStore>(value, path, 'a ConnectionStore', ['put', 'delete', 'list']);
}

function managementApi(value: unknown, path: string): ManagementApi {
  return objectWith<ManagementApi>(value, path, 'an ApiGatewayManagementApi', ['deleteConnection']);
}
