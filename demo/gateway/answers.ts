import { type Api, isAppSync, isHttpApi, isRest } from './api.ts';
import type { AuthorizerResult, Outcome } from './result.ts';
import type { RouteMatch } from './routing.ts';

/** What the client receives. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The words of a gateway when a request does not get through, by outcome. */
interface Refusals {
  readonly unauthorized: HttpAnswer;
  readonly explicitDeny: HttpAnswer;
  readonly implicitDeny: HttpAnswer;
  readonly failed: HttpAnswer;
  readonly noRoute: HttpAnswer;
}

const restAnswer = (status: number, errorType: string, body: unknown): HttpAnswer => ({
  status,
  headers: { 'x-amzn-ErrorType': errorType },
  body,
});
const plainAnswer = (status: number, body: unknown): HttpAnswer => ({ status, headers: {}, body });

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

const FORBIDDEN = plainAnswer(403, { message: 'Forbidden' });
const HTTP: Refusals = {
  unauthorized: plainAnswer(401, { message: 'Unauthorized' }),
  explicitDeny: FORBIDDEN,
  implicitDeny: FORBIDDEN,
  failed: plainAnswer(500, { message: 'Internal Server Error' }),
  noRoute: plainAnswer(404, { message: 'Not Found' }),
};

const UNAUTHORIZED_EXCEPTION: HttpAnswer = {
  status: 401,
  headers: { 'x-amzn-ErrorType': 'UnauthorizedException' },
  body: {
    errors: [{ errorType: 'UnauthorizedException', message: 'You are not authorized to make this call.' }],
  },
};
/** AppSync tells the client of no difference: `false`, a failure and a bad shape are all the same 401. */
const APPSYNC: Refusals = {
  unauthorized: UNAUTHORIZED_EXCEPTION,
  explicitDeny: UNAUTHORIZED_EXCEPTION,
  implicitDeny: UNAUTHORIZED_EXCEPTION,
  failed: UNAUTHORIZED_EXCEPTION,
  noRoute: plainAnswer(404, { errors: [{ errorType: 'NotFoundException', message: 'Not Found' }] }),
};

function refusalsOf(api: Api): Refusals {
  if (isAppSync(api.kind)) return APPSYNC;
  return isHttpApi(api.kind) ? HTTP : REST;
}

export function noRouteAnswer(api: Api): HttpAnswer {
  return refusalsOf(api).noRoute;
}

/** The answer to a request that did not get through. */
export function refusalAnswer(api: Api, outcome: Exclude<Outcome, { kind: 'allowed' }>): HttpAnswer {
  const refusals = refusalsOf(api);
  if (outcome.kind !== 'denied') return refusals[outcome.kind];
  return outcome.explicit ? refusals.explicitDeny : refusals.implicitDeny;
}

/** The answer of the backend to a request that got through: it shows what reached it from the authorizer. */
export function backendAnswer(api: Api, match: RouteMatch, result: AuthorizerResult): HttpAnswer {
  const authorizer = asBackendSeesIt(api, result);
  if (isAppSync(api.kind)) return plainAnswer(200, { data: { identity: authorizer } });
  return plainAnswer(200, { route: match.route.key, authorizer });
}

/** `requestContext.authorizer`, or on AppSync `ctx.identity`. */
function asBackendSeesIt(api: Api, result: AuthorizerResult): Readonly<Record<string, unknown>> {
  if (api.kind === 'appsync-graphql') return { resolverContext: result.context };
  if (api.kind === 'appsync-events') return { handlerContext: result.context };
  if (isHttpApi(api.kind)) return { lambda: result.context };
  const context = isRest(api.kind) || api.kind === 'websocket' ? asStrings(result.context) : result.context;
  return result.kind === 'policy' ? { principalId: result.principalId, ...context } : context;
}

function asStrings(context: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key, String(value)]));
}
