import type { ReadAnswer } from '../testing/answer.ts';
import { type Api, isAppSync, isHttpApi } from './api.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import type { Outcome } from './result.ts';
import type { RouteMatch } from './routing.ts';

/** The answers of a gateway to requests that do not reach the backend, by outcome. */
interface Refusals {
  readonly unauthorized: HttpAnswer;
  readonly explicitDeny: HttpAnswer;
  readonly implicitDeny: HttpAnswer;
  readonly failed: HttpAnswer;
  readonly noRoute: HttpAnswer;
}

const restAnswer = (status: number, errorType: string, body: unknown): HttpAnswer =>
  jsonAnswer(status, body, { 'x-amzn-ErrorType': errorType });

const NOT_AUTHORIZED = 'User is not authorized to access this resource';

const REST: Refusals = {
  unauthorized: restAnswer(401, 'UnauthorizedException', { message: 'Unauthorized' }),
  explicitDeny: restAnswer(403, 'AccessDeniedException', {
    Message: `${NOT_AUTHORIZED} with an explicit deny`,
  }),
  implicitDeny: restAnswer(403, 'AccessDeniedException', { Message: NOT_AUTHORIZED }),
  failed: restAnswer(500, 'AuthorizerConfigurationException', { message: null }),
  noRoute: restAnswer(403, 'MissingAuthenticationTokenException', {
    message: 'Missing Authentication Token',
  }),
};

const FORBIDDEN = jsonAnswer(403, { message: 'Forbidden' });
const HTTP: Refusals = {
  unauthorized: jsonAnswer(401, { message: 'Unauthorized' }),
  explicitDeny: FORBIDDEN,
  implicitDeny: FORBIDDEN,
  failed: jsonAnswer(500, { message: 'Internal Server Error' }),
  noRoute: jsonAnswer(404, { message: 'Not Found' }),
};

const UNAUTHORIZED_EXCEPTION = restAnswer(401, 'UnauthorizedException', {
  errors: [{ errorType: 'UnauthorizedException', message: 'You are not authorized to make this call.' }],
});
/** AppSync answers the same 401 to `false`, a failed invocation and a malformed answer. */
const APPSYNC: Refusals = {
  unauthorized: UNAUTHORIZED_EXCEPTION,
  explicitDeny: UNAUTHORIZED_EXCEPTION,
  implicitDeny: UNAUTHORIZED_EXCEPTION,
  failed: UNAUTHORIZED_EXCEPTION,
  noRoute: jsonAnswer(404, { errors: [{ errorType: 'NotFoundException', message: 'Not Found' }] }),
};

function refusalsOf(api: Pick<Api, 'kind'>): Refusals {
  if (isAppSync(api.kind)) return APPSYNC;
  return isHttpApi(api.kind) ? HTTP : REST;
}

export function noRouteAnswer(api: Api): HttpAnswer {
  return refusalsOf(api).noRoute;
}

/** The answer to a request that does not reach the backend. */
export function refusalAnswer(
  api: Pick<Api, 'kind'>,
  outcome: Exclude<Outcome, { kind: 'allowed' }>,
): HttpAnswer {
  const refusals = refusalsOf(api);
  if (outcome.kind !== 'denied') return refusals[outcome.kind];
  return outcome.explicit ? refusals.explicitDeny : refusals.implicitDeny;
}

/** The answer of the backend: it shows the context that reached it. */
export function backendAnswer(api: Api, match: RouteMatch, answer: ReadAnswer): HttpAnswer {
  const authorizer = asBackendSeesIt(api, answer);
  if (isAppSync(api.kind)) return jsonAnswer(200, { data: { identity: authorizer } });
  return jsonAnswer(200, { route: match.route.key, authorizer });
}

/** `requestContext.authorizer`, or on AppSync `ctx.identity`. */
function asBackendSeesIt(api: Api, { answer, context }: ReadAnswer): Readonly<Record<string, unknown>> {
  if (api.kind === 'appsync-graphql') return { resolverContext: context };
  if (api.kind === 'appsync-events') return { handlerContext: context };
  if (isHttpApi(api.kind)) return { lambda: context };
  return { principalId: answer.principalId, ...context };
}
