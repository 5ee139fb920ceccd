import type { Allow } from '../decision/decision.ts';
import { defined } from '../util/defined.ts';
import { faultAnswer } from './answering/answers.ts';
import { encodeContext } from './answering/context.ts';
import type { GatewayFacts } from './facts.ts';
import type { AnswerSettings, AuthorizationRequest, Gateway } from './gateway.ts';
import { readSchemedOrBare } from './reading/bearer-token.ts';
import { type Fields, fieldsOf, textOf } from './reading/event-fields.ts';
import type { EventFormat } from './reading/maps.ts';
import { AUTHORIZATION_TOKEN, type Mark } from './reading/marks.ts';
import { NO_OTHER_PATHS } from './reading/other-paths.ts';
import { requestView } from './reading/request-view.ts';

const NO_TYPE: Mark = { name: 'no type', holds: ({ type }) => type === undefined };

/** Without `queryString`, which is empty or absent when a subscription connects. */
const GRAPHQL_MARKS: readonly Mark[] = [
  AUTHORIZATION_TOKEN,
  NO_TYPE,
  {
    name: 'requestContext.apiId',
    holds: ({ requestContext }) => typeof fieldsOf(requestContext).apiId === 'string',
  },
  {
    name: 'no requestContext.operation',
    holds: ({ requestContext }) => !isEventOperation(fieldsOf(requestContext)),
  },
];

const EVENTS_MARKS: readonly Mark[] = [
  AUTHORIZATION_TOKEN,
  NO_TYPE,
  {
    name: 'requestContext.operation: "EVENT_..."',
    holds: ({ requestContext }) => isEventOperation(fieldsOf(requestContext)),
  },
];

const FORMAT: EventFormat = { headers: ['requestHeaders'], query: [] };

const APPSYNC_FACTS = {
  sends: { headers: true, address: false, certificate: false },
  // Operations and channels are not routes.
  routeKinds: ['default'],
  routing: null,
  // https://docs.aws.amazon.com/appsync/latest/APIReference/API_LambdaAuthorizerConfig.html
  cache: { kind: 'token', sources: () => [] },
  answersWith: 'simple',
  // Clients get a 401 for a denying response already.
  unauthorized: 'deny',
  denial: { status: 401, keepsContext: false },
  takesResourcePolicy: false,
  metersUsage: false,
} as const satisfies Partial<GatewayFacts>;

/**
 * AppSync GraphQL API.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
 */
export const appSyncGraphql: Gateway<'appsync-graphql'> = appSync(
  'appsync-graphql',
  GRAPHQL_MARKS,
  'resolverContext',
);

/**
 * AppSync Events API.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
 */
export const appSyncEvents: Gateway<'appsync-events'> = appSync(
  'appsync-events',
  EVENTS_MARKS,
  'handlerContext',
);

/** Whether the event is from an Events API. */
function isEventOperation({ operation }: Fields): boolean {
  return typeof operation === 'string' && operation.startsWith('EVENT_');
}

function appSync<Kind extends 'appsync-graphql' | 'appsync-events'>(
  kind: Kind,
  marks: readonly Mark[],
  field: 'resolverContext' | 'handlerContext',
): Gateway<Kind> {
  return {
    kind,
    marks,
    ...APPSYNC_FACTS,
    // AppSync does not document which contexts it refuses.
    context: { field, form: 'strings', arrivesAs: null },
    read: (event) => read(kind, event),
    answer: (decision, settings) => {
      if (decision.outcome === 'fault') return faultAnswer(decision);
      if (decision.outcome === 'deny') {
        return { kind: 'response', response: { isAuthorized: false, ttlOverride: 0 } };
      }
      const encoded = encodeContext(decision.context, 'strings');
      if (encoded.kind === 'unusable context') return encoded;
      const ttlOverride = timeToLive(decision, settings);
      const response = defined({ isAuthorized: true, [field]: encoded.context, ttlOverride });
      return { kind: 'response', response };
    },
  };
}

/**
 * The event holds the raw header. AWS tells clients to leave `Bearer` out; both forms are read.
 *
 * @see https://repost.aws/knowledge-center/aws-appsync-graphql-request-unauth-error
 */
function read(kind: AuthorizationRequest['gateway'], event: unknown): AuthorizationRequest {
  const { authorizationToken, requestContext } = fieldsOf(event);
  const { apiId, requestId } = fieldsOf(requestContext);
  const request = {
    gateway: kind,
    clientIp: null,
    method: null,
    otherMethod: null,
    path: null,
    otherPaths: NO_OTHER_PATHS,
    routeTemplate: null,
    apiId: textOf(apiId),
    stage: null,
    arn: null,
    requestId: textOf(requestId),
    clientCertificate: null,
    domainName: null,
    event,
  };
  return requestView(request, readSchemedOrBare(textOf(authorizationToken) ?? ''), FORMAT);
}

/** Seconds for which AppSync may reuse the answer: at most until the token expires. */
function timeToLive({ expiresAt }: Allow, { ttl, now }: AnswerSettings): number {
  const left = expiresAt === null ? ttl : Math.floor(expiresAt - now);
  return Math.max(0, Math.min(ttl, left));
}
