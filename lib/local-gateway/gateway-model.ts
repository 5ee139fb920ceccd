import { backendAnswer, noRouteAnswer, refusalAnswer } from './answers.ts';
import { type Api, isHttpApi, isRest, type LocalGatewayOptions } from './api.ts';
import { Authorization, type Judged } from './authorization.ts';
import type { Call } from './call.ts';
import type { HttpAnswer } from './http-answer.ts';
import { openAnswer } from './open-route.ts';
import { checkResponses, withOwnResponse } from './own-responses.ts';
import { findRoute, parseRoutes, type RouteMatch } from './routing.ts';

/** What the gateway is, without what only a server needs. */
export type ModelOptions = Omit<LocalGatewayOptions, 'port' | 'viewer' | 'onExchange'>;

/** A gateway without its server: answers calls, and keeps the cache of its authorizer. */
export interface GatewayModel {
  readonly api: Api;
  /** How often the authorizer ran. */
  readonly invocations: number;
  answer(call: Call): Promise<Answered>;
}

/**
 * Makes a gateway without its server.
 *
 * @param find - chooses the route of a request; for what-if models
 * @throws {TypeError} if an option is invalid for this kind of gateway
 */
export function gatewayModel(options: ModelOptions, find: typeof findRoute = findRoute): GatewayModel {
  const api = apiOf(options);
  const authorization = new Authorization(api, options.authorizer, options.caching);
  return {
    api,
    get invocations() {
      return authorization.invocations;
    },
    async answer(call) {
      const match = find(api.routes, api.kind, call.method, call.path);
      return { match, ...(await answerTo(api, authorization, call, match)) };
    },
  };
}

/** An answer, and the result of authorizing the request; `null` if there was nothing to authorize. */
export interface Answered {
  readonly answer: HttpAnswer;
  /** The route of the request; `null` if none matches. */
  readonly match: RouteMatch | null;
  readonly judged: Judged | null;
  /** Why the authorizer, or the function of an open route, made the gateway answer 5xx; `null` if it did not. */
  readonly error: string | null;
}

async function answerTo(
  api: Api,
  authorization: Authorization,
  call: Call,
  match: RouteMatch | null,
): Promise<Omit<Answered, 'match'>> {
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

function apiOf(options: ModelOptions): Api {
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
