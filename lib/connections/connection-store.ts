import type { Connection } from './connection.ts';

/**
 * Where {@link connectionGuard} keeps the open connections of one stage of a WebSocket API. Any method may reject: at
 * `$connect` the connection is then refused, in a sweep the next one continues.
 *
 * @example
 * const rows = new Map<string, Connection>();
 * const connections: ConnectionStore = {
 *   put: async (connection) => void rows.set(connection.connectionId, connection),
 *   delete: async (connectionId) => void rows.delete(connectionId),
 *   async *list() {
 *     yield* rows.values();
 *   },
 * };
 */
export interface ConnectionStore {
  /**
   * Keeps a connection, also if it is there already. `keepForSeconds` is how long at least; afterwards API Gateway has
   * closed it.
   */
  put(connection: Connection, keepForSeconds: number): Promise<void>;
  /** Removes a connection; resolves if there is none. */
  delete(connectionId: string): Promise<void>;
  /** All connections, in any order. One that is added or removed meanwhile may or may not be among them. */
  list(): AsyncIterable<Connection>;
}

/**
 * A {@link ConnectionStore} in memory, for tests. Functions of an API run in different environments: use a shared store there.
 *
 * @example
 * const guard = connectionGuard({
 *   connections: memoryConnectionStore(),
 *   management: { deleteConnection: async () => undefined },
 * });
 */
export function memoryConnectionStore(): ConnectionStore {
  const connections = new Map<string, Connection>();
  return {
    async put(connection) {
      connections.set(connection.connectionId, connection);
    },
    async delete(connectionId) {
      connections.delete(connectionId);
    },
    async *list() {
      yield* [...connections.values()];
    },
  };
}
