import { AuthorizerError } from '../decision/errors.ts';
import type { IgnoredKey } from './import-keys.ts';

/** What went wrong while keys were fetched. */
export type JwksErrorCode =
  | 'jwks_unreachable'
  | 'jwks_timeout'
  | 'jwks_status'
  | 'jwks_redirect'
  | 'jwks_too_large'
  | 'jwks_truncated'
  | 'jwks_encoded'
  | 'jwks_invalid'
  | 'jwks_no_usable_key'
  | 'jwks_abandoned'
  | 'jwks_refreshed_elsewhere'
  | 'jwks_store_behind'
  | 'jwks_store';

/**
 * Why keys could not be fetched: the `cause` of a `keys_unavailable` fault. Contains nothing of the response but the `kid`
 * of keys that cannot be used.
 */
export class JwksError extends AuthorizerError {
  override readonly name = 'JwksError';
  declare readonly code: JwksErrorCode;
  /** HTTP status of the response; `null` if there was no response or its status is not the reason. */
  declare readonly status: number | null;
  /** How long the endpoint says to wait before the next request, milliseconds; 0 if it does not say. */
  declare readonly retryAfterMs: number;
  /** The keys that cannot be used, with the reasons, if that is what went wrong (`jwks_no_usable_key`). */
  declare readonly ignored: readonly IgnoredKey[];

  constructor(
    code: JwksErrorCode,
    message: string,
    details: ErrorOptions & {
      status?: number;
      retryAfterMs?: number;
      ignored?: readonly IgnoredKey[];
    } = {},
  ) {
    super(message, details);
    this.code = code;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? 0;
    this.ignored = details.ignored ?? [];
  }
}
