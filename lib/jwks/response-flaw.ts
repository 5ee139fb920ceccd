import { JwksError } from './jwks-error.ts';
import { type Headers, retryAfterOf } from './response-headers.ts';

/** Why a response cannot be the keys, by its status; `null` if it can. */
export function statusFlaw(status: number, headers: Headers, source: string): JwksError | null {
  if (status === 200) return null;
  if (status >= 300 && status < 400) {
    const message = `${source} answered with a redirect (${status}), which is not followed`;
    return new JwksError('jwks_redirect', message, { status });
  }
  const retryAfterMs = retryAfterOf(headers, Date.now());
  return new JwksError('jwks_status', `${source} answered ${status}`, { status, retryAfterMs });
}

export function timeOutError(source: string, timeoutMs: number): JwksError {
  return new JwksError('jwks_timeout', `${source} did not answer in full within ${timeoutMs} ms`);
}

export function tooLargeError(source: string, maxBytes: number): JwksError {
  return new JwksError('jwks_too_large', `${source} sent more than ${maxBytes} bytes`);
}

/** The endpoint cannot be reached. If all its addresses failed, Node's `AggregateError` has the reasons, but no message. */
export function unreachableError(source: string, cause: unknown): JwksError {
  if (cause instanceof AggregateError && cause.message === '') {
    cause.message = cause.errors.map((error: unknown) => (error as Error).message).join('; ');
  }
  return new JwksError('jwks_unreachable', `${source} cannot be reached`, { cause });
}
