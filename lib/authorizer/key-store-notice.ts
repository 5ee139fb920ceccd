import { type KeyStoreLine, type NoticeSource, once } from '../invocation/notice.ts';
import type { JwksSettings } from '../jwks/jwks-settings.ts';
import { bareError } from './bare-error.ts';

/** Settings whose key store is watched, and the notice of its first failure. */
export interface KeyStoreWatch {
  readonly jwks: JwksSettings;
  /** `null` without a store. */
  readonly notice: NoticeSource | null;
}

/**
 * Watches the key store for its first failure, which is logged once in an execution environment. A broken store is
 * otherwise invisible: keys still come from Auth0. Typical cause: a missing IAM permission.
 */
export function keyStoreNotice(jwks: JwksSettings): KeyStoreWatch {
  if (jwks.store === null) return { jwks, notice: null };
  let failure: KeyStoreLine | null = null;
  const watched: JwksSettings = {
    ...jwks,
    onEvent(event) {
      if (event.type === 'store_failed')
        failure ??= { operation: event.operation, error: bareError(event.error) };
      return jwks.onEvent?.(event);
    },
  };
  return {
    jwks: watched,
    notice: once(() =>
      failure === null ? null : { level: 'warn', message: 'authorizer key store failed', line: failure },
    ),
  };
}
