import type { IgnoredKey } from './import-keys.ts';
import type { KeySetStatus } from './key-set-status.ts';

/** What a `jwks.onEvent` hook is told. No token is involved in any of it. */
export type KeyEvent =
  | {
      readonly type: 'refreshed';
      readonly uri: string;
      readonly from: 'endpoint' | 'store';
      /** Number of usable keys. */
      readonly keys: number;
      /** Keys of the set that were left out, with the reason. */
      readonly ignored: readonly IgnoredKey[];
      readonly durationMs: number;
      /** How things stand from now on. */
      readonly status: KeySetStatus;
    }
  | {
      readonly type: 'refresh_failed';
      readonly uri: string;
      readonly error: unknown;
      readonly durationMs: number;
      readonly status: KeySetStatus;
    }
  | {
      readonly type: 'store_failed';
      readonly uri: string;
      readonly operation: 'read' | 'write' | 'lease';
      readonly error: unknown;
    };
