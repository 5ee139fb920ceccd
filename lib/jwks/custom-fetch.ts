import { isObject } from '../util/is-object.ts';
import { startDeadline } from './deadline.ts';
import type { FetchJwks, FetchLimits, JwksResponse } from './fetch-jwks.ts';
import { JwksError } from './jwks-error.ts';
import { statusFlaw, timeOutError, tooLargeError, unreachableError } from './response-flaw.ts';
import { type Headers, maxAgeOf } from './response-headers.ts';
import { shownUri } from './shown-uri.ts';

/** A response of a {@link JwksFetch}. */
export interface JwksFetchResponse {
  /** HTTP status. Redirects are not followed: return their status. */
  readonly status: number;
  /** Headers by their names in lower case. `cache-control`, `age`, `retry-after` and `x-ratelimit-reset` are read. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** The JWKS, decoded. */
  readonly body: string;
}

/**
 * A function of yours that fetches a JWKS with one GET. It may reject.
 *
 * @param url - the address
 * @param limits - `signal` is aborted when `jwks.timeout` is over; `maxBytes` is the longest body that is accepted
 */
export type JwksFetch = (
  url: string,
  limits: { readonly signal: AbortSignal; readonly maxBytes: number },
) => Promise<JwksFetchResponse>;

/** Fetches with a function of the user's. */
export function customFetch(fetch: JwksFetch): FetchJwks {
  return (uri, limits) =>
    new Promise((resolve, reject) => {
      const source = shownUri(uri);
      const { timeoutMs, maxBytes } = limits;
      const controller = new AbortController();
      const cancel = startDeadline(timeoutMs, () => {
        reject(timeOutError(source, timeoutMs));
        controller.abort();
      });
      const fetched = (async () => fetch(uri, { signal: controller.signal, maxBytes }))();
      fetched
        .then((response: unknown) => readResponse(response, source, limits))
        .then(resolve, (error) =>
          reject(error instanceof JwksError ? error : unreachableError(source, error)),
        )
        .finally(cancel);
    });
}

/** @throws {JwksError} */
function readResponse(response: unknown, source: string, { maxBytes }: FetchLimits): JwksResponse {
  const { status, headers, body } = isObject(response) ? response : {};
  if (typeof status !== 'number' || !isObject(headers) || typeof body !== 'string') {
    throw new JwksError('jwks_invalid', `jwks.fetch did not return { status, headers, body } for ${source}`);
  }
  const named = headers as Headers;
  const flaw = statusFlaw(status, named, source);
  if (flaw !== null) throw flaw;
  if (Buffer.byteLength(body) > maxBytes) throw tooLargeError(source, maxBytes);
  return { body, maxAge: maxAgeOf(named) };
}
