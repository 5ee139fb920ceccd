import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { nodeCrypto } from '../util/node-crypto.ts';
import { startDeadline } from './deadline.ts';
import { decodeBody, encodingOf } from './decode-body.ts';
import { JwksError } from './jwks-error.ts';
import { statusFlaw, timeOutError, tooLargeError, unreachableError } from './response-flaw.ts';
import { maxAgeOf } from './response-headers.ts';
import { shownUri } from './shown-uri.ts';

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
    const source = shownUri(uri);
    const fail = (error: unknown): void => {
      cancel();
      reject(error);
      request.destroy();
    };
    const request = open(uri, limits);
    const cancel = startDeadline(limits.timeoutMs, () => fail(timeOutError(source, limits.timeoutMs)));
    request.on('error', (cause) => fail(unreachableError(source, cause)));
    request.on('response', (response) => {
      read(response, source, limits.maxBytes).then((body) => {
        cancel();
        resolve({ body, maxAge: maxAgeOf(response.headers) });
      }, fail);
    });
    request.end();
    // The module that imports the keys loads while the request is under way.
    setImmediate(nodeCrypto);
  });

function open(uri: string, { ca }: FetchLimits): ClientRequest {
  const url = new URL(uri);
  // Not imported: an ESM import of these two modules costs some 35 ms of each cold start.
  const http = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https');
  const options: RequestOptions & { ca?: string } = {
    agent: proxyAgent(http),
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'middy-auth0-authorizer',
      connection: 'close',
    },
  };
  if (ca !== undefined) options.ca = ca;
  return http.request(url, options);
}

type Http = typeof import('node:http') | typeof import('node:https');

/**
 * Node's own proxy setting, `NODE_USE_ENV_PROXY`, belongs to its global agent, whose connections are kept alive. An agent
 * for this request alone takes over the setting. `false`: no proxy is set.
 *
 * @see https://nodejs.org/api/http.html#built-in-proxy-support
 */
function proxyAgent({ globalAgent, Agent }: Http): Agent | false {
  // The types do not know `options` and `proxyEnv` yet.
  const { proxyEnv } = (globalAgent as unknown as { readonly options: { readonly proxyEnv?: object } })
    .options;
  return proxyEnv === undefined ? false : new Agent({ keepAlive: false, proxyEnv } as object);
}

/** @throws {JwksError} */
function read(response: IncomingMessage, source: string, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const { statusCode, headers } = response;
    const flaw = statusFlaw(statusCode as number, headers, source);
    if (flaw !== null) return reject(flaw);
    const encoding = encodingOf(headers['content-encoding']);
    if (encoding === null) {
      return reject(new JwksError('jwks_encoded', `${source} answered in an unknown content encoding`));
    }
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) {
        chunks.length = 0;
        reject(tooLargeError(source, maxBytes));
      }
    });
    response.on('error', (cause) => {
      reject(new JwksError('jwks_truncated', `${source} broke off in the middle of its answer`, { cause }));
    });
    response.on('end', () => {
      try {
        resolve(decodeBody(Buffer.concat(chunks, size), encoding, maxBytes, source));
      } catch (error) {
        reject(error);
      }
    });
  });
}
