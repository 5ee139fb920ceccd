import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { nodeCrypto } from '../util/node-crypto.ts';
import { ticks } from '../util/ticks.ts';
import { JwksError } from './jwks-error.ts';
import { maxAgeOf, retryAfterOf } from './response-headers.ts';

/** A timer that fires this much too late was held up by a freeze. Milliseconds. */
const LATE = 200;

/** How long after a thaw a response may still arrive in full, milliseconds. */
const THAW_GRACE = 500;

export interface FetchLimits {
  /** For the whole exchange, from the DNS lookup to the last byte, milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Certificate authorities beside Node's own, for tests. No option sets it. */
  readonly ca?: string;
}

export interface JwksResponse {
  readonly body: string;
  /** Seconds, from `Cache-Control` and `Age`; `null` if the response does not say. */
  readonly maxAge: number | null;
}

/** Fetches the text of a JWKS. Rejects with a `JwksError`. */
export type FetchJwks = (uri: string, limits: FetchLimits) => Promise<JwksResponse>;

/**
 * Fetches a JWKS with one GET over a new connection: a connection that is kept alive is dead after a freeze. Redirects
 * are not followed, because only the configured host may name the keys.
 */
export const fetchJwks: FetchJwks = (uri, limits) =>
  new Promise((resolve, reject) => {
    const fail = (error: JwksError): void => {
      clearTimeout(timer);
      reject(error);
      request.destroy();
    };
    const request = open(uri, limits);
    const startedAt = ticks();
    const onTime = () => {
      // After a freeze the timer fires before the sockets are read: what has arrived meanwhile still counts.
      if (ticks() - startedAt > limits.timeoutMs + LATE) timer = setTimeout(timeOut, THAW_GRACE);
      else timeOut();
    };
    const timeOut = () => {
      fail(new JwksError('jwks_timeout', `${uri} did not answer in full within ${limits.timeoutMs} ms`));
    };
    let timer = setTimeout(onTime, limits.timeoutMs);
    request.on('error', (cause) => {
      fail(new JwksError('jwks_unreachable', `${uri} cannot be reached`, { cause }));
    });
    request.on('response', (response) => {
      const flaw = flawOf(response, uri);
      if (flaw !== null) return fail(flaw);
      collect(response, uri, limits.maxBytes, fail, (body) => {
        clearTimeout(timer);
        resolve({ body, maxAge: maxAgeOf(response.headers) });
      });
    });
    request.end();
    // The module that imports the keys loads while the request is under way.
    setImmediate(nodeCrypto);
  });

function open(uri: string, { ca }: FetchLimits): ClientRequest {
  const url = new URL(uri);
  const options: RequestOptions & { ca?: string } = {
    agent: false,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'middy-auth0-authorizer',
      connection: 'close',
    },
  };
  // Not imported: an ESM import of these two modules costs some 35 ms of each cold start.
  if (url.protocol === 'http:') return process.getBuiltinModule('node:http').request(url, options);
  if (ca !== undefined) options.ca = ca;
  return process.getBuiltinModule('node:https').request(url, options);
}

function flawOf({ statusCode, headers }: IncomingMessage, uri: string): JwksError | null {
  const status = statusCode as number;
  if (status >= 300 && status < 400) {
    return new JwksError(
      'jwks_redirect',
      `${uri} answered with a redirect (${status}), which is not followed`,
      {
        status,
      },
    );
  }
  if (status !== 200) {
    const retryAfterMs = retryAfterOf(headers, Date.now());
    return new JwksError('jwks_status', `${uri} answered ${status}`, { status, retryAfterMs });
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return new JwksError('jwks_encoded', `${uri} answered in a content encoding that was not requested`);
  }
  return null;
}

function collect(
  response: IncomingMessage,
  uri: string,
  maxBytes: number,
  fail: (error: JwksError) => void,
  succeed: (body: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) {
      chunks.length = 0;
      fail(new JwksError('jwks_too_large', `${uri} sent more than ${maxBytes} bytes`));
    }
  });
  response.on('error', (cause) => {
    fail(new JwksError('jwks_truncated', `${uri} broke off in the middle of its answer`, { cause }));
  });
  response.on('end', () => succeed(Buffer.concat(chunks, size).toString('utf8')));
}
