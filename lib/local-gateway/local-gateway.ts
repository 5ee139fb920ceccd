import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { backendAnswer, noRouteAnswer, refusalAnswer } from './answers.ts';
import { type Api, isAppSync, isHttpApi, isRest, type LocalGatewayOptions, type Viewer } from './api.ts';
import { Authorization, type Judged } from './authorization.ts';
import { type Call, isWellFormed, readCall, type ServerRequest } from './call.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { openAnswer } from './open-route.ts';
import { checkResponses, withOwnResponse } from './own-responses.ts';
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
  const answer = withoutRejection(answerer(api, authorization, options));
  const upgraded = new Set<Duplex>();
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await (api.kind === 'websocket'
      ? UPGRADE_REQUIRED
      : answer(request as ServerRequest));
    const length = { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, { 'content-type': 'application/json', ...length, ...headers }).end(body);
  });
  if (api.kind === 'websocket') {
    server.on('upgrade', async (request, socket) => {
      upgraded.add(socket.once('close', () => upgraded.delete(socket)));
      answerUpgrade(request, socket, await answer(request as ServerRequest));
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

/** A promise that rejects would end the process: `viewer` or `onExchange` threw, so the answer says what. */
function withoutRejection(answer: Answerer): Answerer {
  return (request) =>
    answer(request).catch((error: unknown) =>
      jsonAnswer(500, { message: 'Internal Server Error', error: `viewer or onExchange threw: ${error}` }),
    );
}

const UPGRADE_REQUIRED = jsonAnswer(426, { message: 'Upgrade Required' });
const BAD_REQUEST = jsonAnswer(400, { message: 'Bad Request' });
const TOO_LARGE = jsonAnswer(413, { message: 'Request Too Long' });

type Answerer = (request: ServerRequest) => Promise<HttpAnswer>;

/** Makes the function that answers requests. Its promises reject only if `viewer` or `onExchange` throws. */
function answerer(api: Api, authorization: Authorization, options: LocalGatewayOptions): Answerer {
  const viewerOf = options.viewer ?? peerOf;
  return async (request) => {
    if (!isWellFormed(request)) return BAD_REQUEST;
    const withBody = isAppSync(api.kind);
    const reading = readCall(request, { viewer: viewerOf(request), time: api.now(), withBody });
    const call = await reading.catch(() => null);
    if (call === null) return TOO_LARGE;
    const match = findRoute(api.routes, api.kind, call.method, call.path);
    const { answer, judged, error } = await answerTo(api, authorization, call, match);
    options.onExchange?.({
      method: call.method,
      target: request.url,
      status: answer.status,
      route: match?.route.key ?? null,
      invoked: judged?.invoked ?? false,
      cached: judged?.cached ?? false,
      context: judged?.answer?.context ?? {},
      error,
    });
    return answer;
  };
}

/** An answer, and the result of authorizing the request; `null` if there was nothing to authorize. */
interface Answered {
  readonly answer: HttpAnswer;
  readonly judged: Judged | null;
  /** Why the authorizer, or the function of an open route, made the gateway answer 5xx; `null` if it did not. */
  readonly error: string | null;
}

async function answerTo(
  api: Api,
  authorization: Authorization,
  call: Call,
  match: RouteMatch | null,
): Promise<Answered> {
  const context = { authorizer: {}, requestId: call.requestId };
  if (match === null) {
    const answer = withOwnResponse(
      noRouteAnswer(api),
      'MISSING_AUTHENTICATION_TOKEN',
      api.responses,
      context,
    );
    return { answer, judged: null, error: null };
  }
  const open = api.open[match.route.key];
  if (open !== undefined) return { ...(await openAnswer(api, open, call, match)), judged: null };
  const judged = await authorization.judge(call, match);
  const { outcome, answer } = judged;
  if (outcome.kind === 'allowed') {
    return { answer: backendAnswer(api, match, answer as NonNullable<typeof answer>), judged, error: null };
  }
  const usual = refusalAnswer(api, outcome);
  const authorizer = answer?.context ?? {};
  const own = withOwnResponse(usual, RESPONSE_TYPES[outcome.kind], api.responses, { ...context, authorizer });
  return { answer: own, judged, error: outcome.kind === 'failed' ? outcome.error : null };
}

/** The gateway response of each outcome of a REST API. */
const RESPONSE_TYPES = {
  unauthorized: 'UNAUTHORIZED',
  denied: 'ACCESS_DENIED',
  failed: 'AUTHORIZER_CONFIGURATION_ERROR',
} as const;

function peerOf(request: IncomingMessage): Viewer {
  // Absent only if the client has gone.
  return { address: String(request.socket.remoteAddress) };
}

function apiOf(options: LocalGatewayOptions): Api {
  const { kind, simpleResponses = false, timeout = 10_000, now = Date.now, arnPath = 'as sent' } = options;
  const { open = {}, responses = {} } = options;
  if (simpleResponses && kind !== 'http-api-2.0') {
    throw new TypeError('simpleResponses: only HTTP APIs with payload format 2.0 have them');
  }
  const stage = isHttpApi(kind) ? '$default' : 'prod';
  if (!isRest(kind) && Object.keys(responses).length > 0) {
    throw new TypeError('responses: only REST APIs have gateway responses');
  }
  checkResponses(responses);
  const routes = [...parseRoutes(kind, options.routes), ...parseRoutes(kind, Object.keys(open))];
  const place = { apiId: 'a1b2c3d4e5', accountId: '123456789012', region: 'eu-central-1' };
  return { kind, simpleResponses, timeout, now, arnPath, stage, routes, open, responses, ...place };
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
