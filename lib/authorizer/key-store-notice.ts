import type { KeyStoreLine, NoticeSource } from '../invocation/notice.ts';
import type { JwksSettings } from '../jwks/jwks-settings.ts';
import { defined } from '../util/defined.ts';

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
  let isLogged = false;
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
    notice() {
      if (failure === null || isLogged) return null;
      isLogged = true;
      return { level: 'warn', message: 'authorizer key store failed', line: failure };
    },
  };
}

/**
 * An error with its name, message, stack and code alone. Clients of stores add members of their own, such as the command
 * and its arguments or the HTTP response, and loggers print them.
 */
function bareError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('a value that is not an Error was thrown by the store');
  const { name, message, stack, code } = error as NodeJS.ErrnoException;
  return Object.assign(new Error(message), defined({ name, stack, code }));
}
