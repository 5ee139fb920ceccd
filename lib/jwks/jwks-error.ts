import { AuthorizerError } from '../decision/errors.ts';

/** What went wrong when keys were asked for. */
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

/** Why keys could not be had; the `cause` of a `keys_unavailable` fault. Never holds a byte of the answer. */
export class JwksError extends AuthorizerError {
  override readonly name = 'JwksError';
  declare readonly code: JwksErrorCode;
  /** HTTP status of the answer; `null` when there was none or it does not matter. */
  declare readonly status: number | null;
  /** How long the endpoint asked us to stay away, milliseconds; 0 when it did not say. */
  declare readonly retryAfterMs: number;

  constructor(
    code: JwksErrorCode,
    message: string,
    details: ErrorOptions & { status?: number; retryAfterMs?: number } = {},
  ) {
    super(message, details);
    this.code = code;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}
