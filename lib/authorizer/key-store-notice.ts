import type { KeyStoreLine, Teller } from '../invocation/notice.ts';
import type { JwksSettings } from '../jwks/jwks-options.ts';

/** The settings of keys whose store is watched, and who tells of it. */
export interface KeyStoreWatch {
  readonly jwks: JwksSettings;
  readonly tell: Teller;
}

/**
 * Watches a store for its first failure. Keys come all the same, from Auth0, so that nothing else would show that the
 * fleet no longer shares them: because of a missing permission, for example.
 */
export function watchKeyStore(jwks: JwksSettings): KeyStoreWatch {
  if (jwks.store === null) return { jwks, tell: () => null };
  let failure: KeyStoreLine | null = null;
  let isTold = false;
  const watched: JwksSettings = {
    ...jwks,
    onEvent(event) {
      if (event.type === 'store_failed') failure ??= { operation: event.operation, error: event.error };
      return jwks.onEvent?.(event);
    },
  };
  return {
    jwks: watched,
    tell() {
      if (failure === null || isTold) return null;
      isTold = true;
      return { level: 'warn', message: 'authorizer key store failed', line: failure };
    },
  };
}
