import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';

/** Answers a request to a JWKS endpoint, or fails to. */
export type Behaviour = (request: http.IncomingMessage, response: http.ServerResponse, jwks: string) => void;

export interface JwksServer {
  readonly uri: string;
  /** Requests that arrived. */
  readonly requests: number;
  keys: readonly unknown[];
  behaviour: Behaviour;
  /** Closes every connection, as a network does during a long freeze. */
  dropConnections(): void;
  close(): Promise<void>;
}

export const good: Behaviour = (_request, response, jwks) => {
  response.setHeader('content-type', 'application/json; charset=utf-8').end(jwks);
};

export const goodWith =
  (headers: Readonly<Record<string, string>>): Behaviour =>
  (_request, response, jwks) => {
    response.writeHead(200, headers).end(jwks);
  };

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(code, headers).end('{"error":"no keys for you"}');
  };

const text =
  (body: string): Behaviour =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json').end(body);
  };

/** Sends the same bytes again and again until the client disconnects. */
const drip =
  (chunk: Buffer, everyMs: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    const timer = setInterval(() => response.write(chunk), everyMs);
    response.on('close', () => clearInterval(timer));
  };

/** Ways in which a reachable endpoint fails, each with the error code that it causes. */
export const MISBEHAVIOURS: Readonly<
  Record<string, { readonly code: string; readonly behaviour: Behaviour }>
> = {
  'answers 429': { code: 'jwks_status', behaviour: status(429) },
  'answers 500': { code: 'jwks_status', behaviour: status(500) },
  'answers 503': { code: 'jwks_status', behaviour: status(503) },
  'answers 404': { code: 'jwks_status', behaviour: status(404) },
  'answers 204': { code: 'jwks_status', behaviour: status(204) },
  'never answers': { code: 'jwks_timeout', behaviour: () => undefined },
  'resets the connection': {
    code: 'jwks_unreachable',
    behaviour: ({ socket }) => (socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
  },
  'answers what is not HTTP': {
    code: 'jwks_unreachable',
    behaviour: (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  },
  'redirects to good keys': {
    code: 'jwks_redirect',
    behaviour: (request, response, jwks) => {
      if (request.url === '/elsewhere') good(request, response, jwks);
      else response.writeHead(302, { location: '/elsewhere' }).end();
    },
  },
  'sends HTML': { code: 'jwks_invalid', behaviour: text('<html><body>Sign in to the hotel</body></html>') },
  'sends other JSON': { code: 'jwks_invalid', behaviour: text('{"keys":{"0":"none"}}') },
  'sends null': { code: 'jwks_invalid', behaviour: text('null') },
  'sends nothing': { code: 'jwks_invalid', behaviour: text('') },
  'sends an empty set': { code: 'jwks_no_usable_key', behaviour: text('{"keys":[]}') },
  'breaks off in the middle': {
    code: 'jwks_truncated',
    behaviour: (request, response, jwks) => {
      response.writeHead(200, { 'content-length': String(jwks.length) });
      response.write(jwks.slice(0, -5), () => request.socket.destroy());
    },
  },
  'breaks off without a length': {
    code: 'jwks_truncated',
    behaviour: (request, response, jwks) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(jwks.slice(0, -5), () => request.socket.destroy());
    },
  },
  'drips a byte at a time': { code: 'jwks_timeout', behaviour: drip(Buffer.from(' '), 10) },
  'never ends': { code: 'jwks_too_large', behaviour: drip(Buffer.alloc(65_536, ' '), 1) },
  'sends 100 MB': {
    code: 'jwks_too_large',
    behaviour: drip(Buffer.alloc(65_536, ' '), 1, { 'content-length': '104857600' }),
  },
  'compresses in an unknown way': {
    code: 'jwks_encoded',
    behaviour: (_request, response, jwks) => {
      response.writeHead(200, { 'content-encoding': 'compress' }).end(jwks);
    },
  },
  'says that plain text is compressed': {
    code: 'jwks_encoded',
    behaviour: (_request, response, jwks) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(jwks);
    },
  },
  'sends a small body that becomes a large one': {
    code: 'jwks_too_large',
    behaviour: (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000, ' ')));
    },
  },
};

/** Starts a JWKS endpoint on loopback, with TLS if there is a certificate. */
export async function startJwksServer(
  keys: readonly unknown[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<JwksServer> {
  let requests = 0;
  const answer: http.RequestListener = (request, response) => {
    requests += 1;
    self.behaviour(request, response, JSON.stringify({ keys: self.keys }));
  };
  const server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const self: JwksServer = {
    uri: `${tls === undefined ? 'http' : 'https'}://localhost:${port}/.well-known/jwks.json`,
    get requests() {
      return requests;
    },
    keys,
    behaviour: good,
    dropConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}
