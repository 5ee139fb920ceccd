export type { ManagementApi } from './connections/close.ts';
export {
  type Connection,
  type ConnectionClaims,
  ConnectionError,
  connectionContext,
} from './connections/connection.ts';
export {
  type ConnectionGuard,
  type ConnectionGuardOptions,
  connectionGuard,
} from './connections/connection-guard.ts';
export { type ConnectionStore, memoryConnectionStore } from './connections/connection-store.ts';
export type { SweepResult } from './connections/sweep.ts';
export type { LineLog } from './util/json-log.ts';
