import type { IgnoredKey } from './import-keys.ts';
import type { KeySetStatus } from './key-set-status.ts';

/** An event for the hook `jwks.onEvent`. Contains nothing of a token. */
export type KeyEvent =
  | {
      readonly type: 'refreshed';
      readonly uri: string;
      readonly from: 'endpoint' | 'store';
      /** Number of usable keys. */
      readonly keys: number;
      /** Keys of the set that are ignored, with the reason. */
      readonly ignored: readonly IgnoredKey[];
      readonly durationMs: number;
      /** The state of the key set after the refresh. */
      readonly status: KeySetStatus;
    }
  | {
      readonly type: 'refresh_failed';
      readonly uri: string;
      readonly error: unknown;
      /** Whether a freeze of the environment is why it failed, which says nothing of Auth0. */
      readonly wasCutOff: boolean;
      readonly durationMs: number;
      readonly status: KeySetStatus;
    }
  | {
      readonly type: 'store_failed';
      readonly uri: string;
      readonly operation: 'read' | 'write' | 'lease';
      readonly error: unknown;
    };
