import type { KeyStore } from '../jwks/key-store.ts';
import type { Revocations } from '../revocations/record.ts';
import { revokedBy } from '../revocations/revoked-by.ts';
import { readRevocations } from '../revocations/store.ts';
import { close, type ManagementApi } from './close.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStore } from './connection-store.ts';

/** What a sweep did. */
export interface SweepResult {
  /** Connections that may stay open. */
  readonly open: number;
  /** Connections that were closed because their token has expired. */
  readonly expired: number;
  /** Connections that were closed because their token is revoked. */
  readonly revoked: number;
  /** Connections that are due but still open: `maxCloses` was reached, or API Gateway throttled. The next sweep continues. */
  readonly left: number;
}

export interface SweepParts {
  readonly connections: ConnectionStore;
  readonly management: ManagementApi;
  /** Holds the revocations; `null` = connections are closed at their expiry only. */
  readonly store: KeyStore | null;
  readonly maxCloses: number;
}

/** A connection that must be closed. */
interface Due {
  readonly connection: Connection;
  readonly reason: 'expired' | 'revoked';
}

/** How many connections are closed at a time. */
const PARALLEL = 10;

const NO_REVOCATIONS: Revocations = new Map();

/**
 * Closes the connections whose token has expired or is revoked, the oldest first. A failure stops only what depends on it:
 * without the revocations, expired connections are closed all the same.
 *
 * @param now - epoch seconds
 * @throws the first error of a store or of API Gateway, when everything else is done
 */
export async function sweep(parts: SweepParts, now: number): Promise<SweepResult> {
  const errors: unknown[] = [];
  const revocations = await revocationsIn(parts.store).catch((error: unknown) => {
    errors.push(error);
    return NO_REVOCATIONS;
  });
  const { due, open } = await inspect(parts.connections, revocations, now);
  const closed = await closeAll(due.slice(0, parts.maxCloses), parts, errors);
  if (errors.length > 0) throw errors[0];
  const expired = closed.filter(({ reason }) => reason === 'expired').length;
  return { open, expired, revoked: closed.length - expired, left: due.length - closed.length };
}

async function revocationsIn(store: KeyStore | null): Promise<Revocations> {
  return store === null ? NO_REVOCATIONS : readRevocations(store);
}

async function inspect(
  connections: ConnectionStore,
  revocations: Revocations,
  now: number,
): Promise<{ readonly due: readonly Due[]; readonly open: number }> {
  const due: Due[] = [];
  let open = 0;
  for await (const connection of connections.list()) {
    const { claims } = connection;
    if (claims.exp <= now) due.push({ connection, reason: 'expired' });
    else if (revokedBy(revocations, claims, now) !== null) due.push({ connection, reason: 'revoked' });
    else open += 1;
  }
  due.sort((one, other) => one.connection.connectedAt - other.connection.connectedAt);
  return { due, open };
}

/** Closes connections until API Gateway throttles. Returns those that are closed; errors are added to `errors`. */
async function closeAll(
  due: readonly Due[],
  { connections, management }: SweepParts,
  errors: unknown[],
): Promise<readonly Due[]> {
  const closed: Due[] = [];
  const queue = due.values();
  let isThrottled = false;
  const work = async () => {
    for (const each of queue) {
      const { connectionId } = each.connection;
      const closing = await close(management, connectionId);
      if (closing.kind === 'failed') errors.push(closing.error);
      if (closing.kind === 'closed') {
        closed.push(each);
        await connections.delete(connectionId).catch((error: unknown) => errors.push(error));
      }
      isThrottled ||= closing.kind === 'throttled';
      if (isThrottled) return;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return closed;
}
