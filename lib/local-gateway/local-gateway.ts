import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { backendAnswer, type HttpAnswer, jsonAnswer, noRouteAnswer, refusalAnswer } from './answers.ts';
import { type Api, isAppSync, isHttpApi, type LocalGatewayOptions, type Viewer } from './api.ts';
import { Authorization, type Judged } from './authorization.ts';
import { isWellFormed, readCall } from './call.ts';
import { findRoute, parseRoutes, type RouteMatch } from './routing.ts';
import { answerUpgrade } from './upgrade.ts';

export type { Caching, Exchange, LambdaFunction, LocalGatewayOptions, Viewer } from './api.ts';

const LOOPBACK = '127.0.0.1';

/** A running gateway. */
export interface LocalGateway {
  /** `http://127.0.0.1:<port>`, without a final slash. WebSocket clients replace `http:` by `ws:`. */
  readonly url: string;
  /** How often the authorizer ran. */
  readonly invocations: number;
  /** Ends the connections and stops listening. */
  close(): Promise<void>;
}

/**
 * Serves an API on loopback as API Gateway or AppSync does: turns HTTP requests into events of the given kind, invokes
 * the authorizer, evaluates its policy as IAM does, caches as configured, and answers with the gateway's own status,
 * headers and body.
 *
 * Routing, the cache and its identity sources are a model of their own, independent of the package. Events and the
 * reading of answers come from the testing entry.
 *
 * @throws {TypeError} if an option is invalid for this kind of gateway
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const api = apiOf(options);
  const authorization = new Authorization(api, options.authorizer, options.caching);
  const answer = answerer(api, authorization, options);
  const upgraded = new Set<Duplex>();
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await (api.kind === 'websocket' ? UPGRADE_REQUIRED : answer(request));
    const length = { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, { 'content-type': 'application/json', ...length, ...headers }).end(body);
  });
  if (api.kind === 'websocket') {
    server.on('upgrade', async (request, socket) => {
      upgraded.add(socket.once('close', () => upgraded.delete(socket)));
      answerUpgrade(request, socket, await answer(request));
    });
  }
  await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get invocations() {
      return authorization.invocations;
    },
    close: () => {
      for (const socket of upgraded) socket.destroy();
      return stop(server);
    },
  };
}

const UPGRADE_REQUIRED = jsonAnswer(426, { message: 'Upgrade Required' });
const BAD_REQUEST = jsonAnswer(400, { message: 'Bad Request' });
const TOO_LARGE = jsonAnswer(413, { message: 'Request Too Long' });

/** Makes the function that answers requests. Its promises never reject. */
function answerer(
  api: Api,
  authorization: Authorization,
  options: LocalGatewayOptions,
): (request: IncomingMessage) => Promise<HttpAnswer> {
  const viewerOf = options.viewer ?? peerOf;
  return async (request) => {
    if (!isWellFormed(request)) return BAD_REQUEST;
    const withBody = isAppSync(api.kind);
    const reading = readCall(request, { viewer: viewerOf(request), time: api.now(), withBody });
    const call = await reading.catch(() => null);
    if (call === null) return TOO_LARGE;
    const match = findRoute(api.routes, api.kind, call.method, call.path);
    const judged = match === null ? null : await authorization.judge(call, match);
    const answer = match === null || judged === null ? noRouteAnswer(api) : answerTo(api, match, judged);
    options.onExchange?.({
      method: call.method,
      target: request.url ?? '/',
      status: answer.status,
      route: match?.route.key ?? null,
      invoked: judged?.invoked ?? false,
      cached: judged?.cached ?? false,
      context: judged?.answer?.context ?? {},
      error: judged?.outcome.kind === 'failed' ? judged.outcome.error : null,
    });
    return answer;
  };
}

function answerTo(api: Api, match: RouteMatch, { outcome, answer }: Judged): HttpAnswer {
  if (outcome.kind !== 'allowed') return refusalAnswer(api, outcome);
  return backendAnswer(api, match, answer as NonNullable<typeof answer>);
}

function peerOf(request: IncomingMessage): Viewer {
  return { address: request.socket.remoteAddress ?? LOOPBACK };
}

function apiOf(options: LocalGatewayOptions): Api {
  const { kind, simpleResponses = false, timeout = 10_000, now = Date.now, arnPath = 'as sent' } = options;
  if (simpleResponses && kind !== 'http-api-2.0') {
    throw new TypeError('simpleResponses: only HTTP APIs with payload format 2.0 have them');
  }
  const stage = isHttpApi(kind) ? '$default' : 'prod';
  const routes = parseRoutes(kind, options.routes);
  const place = { apiId: 'a1b2c3d4e5', accountId: '123456789012', region: 'eu-central-1' };
  return { kind, simpleResponses, timeout, now, arnPath, stage, routes, ...place };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve());
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
