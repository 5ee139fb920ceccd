import type { KeyStore } from '../jwks/key-store.ts';

/**
 * Where the list of revoked tokens is, and what happens without it. Durations in seconds.
 *
 * @example
 * const store = dynamoDbKeyStore({ table: 'auth0-revocations', readOnly: true });
 * const options: AuthorizerOptions = { revocations: { store, within: 30, onUnavailable: 'deny' } };
 */
export interface RevocationsOptions {
  /** The store that holds the list. It may be the one of `jwks.store`. The authorizer only reads it. */
  readonly store: KeyStore;
  /**
   * How often an environment that serves requests reads the list. A revoked token is refused at most a second later than
   * this, in addition to the TTL for which the gateway caches answers. 1 to 3600.
   *
   * @default 10 seconds
   */
  readonly refreshEvery?: number;
  /**
   * How soon after its revocation a token must be refused, answers that the gateway has cached included. It changes no
   * verdict: `identitySources`, the CDK construct and the log line `authorizer set-up` advise a TTL of at most `within`
   * less `refreshEvery` and a second, and `ttlOverride` is cut down to that. At least `refreshEvery` and 1 second, at most
   * 86,400.
   *
   * @default 60 seconds, or `refreshEvery` and 1 second if that is more
   */
  readonly within?: number;
  /**
   * How long the last good list serves while it cannot be read again. At least `refreshEvery` and 1 second, at most
   * 86,400.
   *
   * @default 300 seconds, or `refreshEvery` and 1 second if that is more
   */
  readonly staleFor?: number;
  /**
   * What happens to good tokens while there is no current list, because it was never read or is older than `staleFor`.
   *
   * - `'allow'`: they pass, revoked or not. Logged once in an environment (`authorizer revocations unavailable`).
   * - `'deny'`: the request gets a fault (5xx, `revocations_unavailable`), so that an outage of the store is an outage of
   *   your API.
   *
   * @default 'allow'
   */
  readonly onUnavailable?: 'allow' | 'deny';
  /**
   * Called after every read of the list and when tokens are judged without it, for metrics. What it throws is dropped.
   *
   * @default none
   */
  readonly onEvent?: (event: RevocationEvent) => void;
}

/** An event for the hook `revocations.onEvent`. Contains nothing of a token and no value of an entry. */
export type RevocationEvent =
  | {
      readonly type: 'refreshed';
      /** Number of entries, those without an effect included. */
      readonly entries: number;
      readonly durationMs: number;
    }
  | {
      readonly type: 'refresh_failed';
      readonly error: unknown;
      /** Whether a freeze of the environment is why it failed, which says nothing of the store. */
      readonly wasCutOff: boolean;
      readonly durationMs: number;
    }
  /** A token is judged without a list. Once for each outage of an environment. */
  | {
      readonly type: 'unavailable';
      readonly onUnavailable: 'allow' | 'deny';
      /** Why the last read failed. */
      readonly error: unknown;
    };
