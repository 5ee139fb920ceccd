import type { IncomingMessage } from 'node:http';
import { OptionError } from '../decision/errors.ts';
import type { StageRequest } from './place-token.ts';

/** The end of a request to the stage. */
export type Received =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** The value of `x-amzn-ErrorType`, by which REST APIs mark their own answers; `null` without. */
      readonly errorType: string | null;
      /** The beginning of the body; empty for HEAD. */
      readonly body: string;
    }
  /** There was no answer: the code of the error, `ECONNREFUSED` for example, or `timeout`. */
  | { readonly kind: 'failure'; readonly code: string };

/** Sends requests to one address, one after the other. */
export interface Sender {
  send(request: StageRequest): Promise<Received>;
  close(): void;
}

/** Most of a body that is read. Answers of a gateway are shorter than 100 bytes. */
const MAX_BODY_BYTES = 4096;

/**
 * Sends requests to the host of a URL, and to no other: no redirect is followed, no proxy of the environment is used, and
 * TLS certificates are always checked. Paths are sent as they are: `//`, `%2F` and `.` stay.
 *
 * @param timeoutMs - for each request, to the last byte that is read
 */
export function senderTo(stage: URL, timeoutMs: number): Sender {
  const transport = process.getBuiltinModule(stage.protocol === 'https:' ? 'node:https' : 'node:http');
  // An agent of its own: the global one may use the proxy of the environment.
  const agent = new transport.Agent({ keepAlive: true, maxSockets: 1 });
  const base = stage.pathname.replace(/\/$/, '');
  const address = {
    agent,
    hostname: stage.hostname.replace(/^\[|\]$/g, ''),
    port: stage.port,
    rejectUnauthorized: true,
  };
  return {
    close: () => agent.destroy(),
    send: ({ method, target, headers }) =>
      new Promise((resolve) => {
        const signal = AbortSignal.timeout(timeoutMs);
        const fail = (error: NodeJS.ErrnoException) =>
          resolve({ kind: 'failure', code: signal.aborted ? 'timeout' : String(error.code) });
        const all = ['Host', stage.host, ...headers];
        const request = transport.request({
          ...address,
          method,
          path: `${base}${target}`,
          headers: all,
          signal,
        });
        request.on('error', fail);
        request.on('response', (response) => readResponse(response).then(resolve, fail));
        request.end();
      }),
  };
}

async function readResponse(response: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) break;
  }
  const type = response.headers['x-amzn-errortype'];
  return {
    kind: 'response',
    status: Number(response.statusCode),
    errorType: type === undefined ? null : String(type),
    body: Buffer.concat(chunks).toString('utf8', 0, MAX_BODY_BYTES),
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * Checks the address of a stage.
 *
 * @throws {OptionError} if it is not an address, has a query, a fragment or credentials, or sends tokens in the clear
 */
export function stageUrl(text: string): URL {
  if (!URL.canParse(text)) throw new OptionError('url', 'is not an address: write https://host/stage');
  const url = new URL(text);
  const { protocol, hostname, search, hash, username, password } = url;
  if (`${search}${hash}${username}${password}` !== '') {
    throw new OptionError('url', 'must have no query, fragment or credentials: write https://host/stage');
  }
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))) return url;
  throw new OptionError('url', 'must begin with https://, because tokens are sent; http:// only on loopback');
}
