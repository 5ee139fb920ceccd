import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { OptionError } from '../decision/errors.ts';
import { LOOPBACK, listen, portOf, stop } from '../local-gateway/loopback-server.ts';
import type { PageRequest, TraceFailure } from './page-data.ts';
import type { Page } from './page-html.ts';
import { readPageRequest } from './page-request.ts';

/** What the page asks of its server. */
export interface PageSource {
  readonly page: Page;
  /** The advice on caching for each gateway. */
  advice(): Promise<unknown>;
  /** @throws {OptionError} for a request that no client can send */
  trace(request: PageRequest): Promise<unknown>;
}

/** A server of the page. */
export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Largest body. A request with some claims and headers has less than one KB. */
const MAX_BODY_BYTES = 65_536;

/**
 * Serves the page on loopback. Answers only requests that name this server in `Host`, so that no name of another site that
 * resolves to loopback reaches it (DNS rebinding), and that come from the page itself, if the browser says where from.
 *
 * @param port - 0 = a free one
 */
export async function servePage(source: PageSource, port: number): Promise<PageServer> {
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer((request, response) => {
    void answer(request, source, server).then((found) => send(response, found, source.page.policy));
  });
  await listen(server, port);
  return { url: `http://${LOOPBACK}:${portOf(server)}/`, close: () => stop(server) };
}

interface Found {
  readonly status: number;
  readonly type: 'text/html; charset=utf-8' | 'application/json';
  readonly body: string;
}

async function answer(request: IncomingMessage, source: PageSource, server: Server): Promise<Found> {
  const problem = strangeness(request, portOf(server));
  if (problem !== null) return failure(403, problem);
  try {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        return { status: 200, type: 'text/html; charset=utf-8', body: source.page.html };
      case 'GET /advice':
        return json(await source.advice());
      case 'POST /trace':
        return json(await source.trace(readPageRequest(await bodyOf(request))));
      default:
        return failure(404, 'there is no such page');
    }
  } catch (error) {
    return error instanceof OptionError ? failure(400, error.message) : failure(500, String(error));
  }
}

/** Why a request is not one of the page; `null` if it is. */
function strangeness({ headers, method }: IncomingMessage, port: number): string | null {
  const hosts = [`${LOOPBACK}:${port}`, `localhost:${port}`];
  if (!hosts.includes(String(headers.host))) return 'the request names another host';
  const { origin, 'sec-fetch-site': site = 'same-origin', 'content-type': type } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return 'the request comes from another site';
  if (site !== 'same-origin' && site !== 'none') return 'the request comes from another site';
  // Other sites can send a form or plain text without asking first, but not this type.
  return method === 'POST' && type !== 'application/json' ? 'the body is not JSON' : null;
}

/** @throws {OptionError} if the body is too large */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to the end, or the connection would close before the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new OptionError('request', `must have at most ${MAX_BODY_BYTES} bytes`);
  return Buffer.concat(chunks).toString();
}

function json(value: unknown): Found {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function failure(status: number, error: string): Found {
  return { status, type: 'application/json', body: JSON.stringify({ error } satisfies TraceFailure) };
}

function send(response: ServerResponse, { status, type, body }: Found, policy: string): void {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .end(body);
}
