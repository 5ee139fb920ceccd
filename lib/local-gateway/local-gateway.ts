import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isAppSync, type LocalGatewayOptions, type Viewer } from './api.ts';
import { isWellFormed, readCall, type ServerRequest } from './call.ts';
import { type GatewayModel, gatewayModel } from './gateway-model.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { LOOPBACK, listen, portOf, stop } from './loopback-server.ts';
import { answerUpgrade } from './upgrade.ts';

export type { Caching, Exchange, LambdaFunction, LocalGatewayOptions, Viewer } from './api.ts';

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
  const model = gatewayModel(options);
  const { api } = model;
  const answer = withoutRejection(answerer(model, options));
  const upgraded = new Set<Duplex>();
  const { createServer } = process.getBuiltinModule('node:http');
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
    url: `http://${LOOPBACK}:${portOf(server)}`,
    get invocations() {
      return model.invocations;
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
function answerer(model: GatewayModel, options: LocalGatewayOptions): Answerer {
  const { api } = model;
  const viewerOf = options.viewer ?? peerOf;
  return async (request) => {
    if (!isWellFormed(request)) return BAD_REQUEST;
    const withBody = isAppSync(api.kind);
    const reading = readCall(request, { viewer: viewerOf(request), time: api.now(), withBody });
    const call = await reading.catch(() => null);
    if (call === null) return TOO_LARGE;
    const { answer, match, judged, error } = await model.answer(call);
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

function peerOf(request: IncomingMessage): Viewer {
  // Absent only if the client has gone.
  return { address: String(request.socket.remoteAddress) };
}
