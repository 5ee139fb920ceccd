import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { type Api, requestArn } from './api.ts';
import { type Call, headerValues } from './call.ts';
import { bothHeaderMaps, bothQueryMaps, joined, lastOf } from './event-maps.ts';
import type { RouteMatch } from './routing.ts';

/** Everything that an event is made of. */
export interface EventSource {
  readonly api: Api;
  readonly call: Call;
  readonly match: RouteMatch;
  /** The values of the identity sources; `null` when one is missing and the authorizer runs all the same. */
  readonly identity: readonly string[] | null;
}

/** Builds the event that the authorizer of this kind of API is invoked with, as AWS documents or sends it. */
export const EVENTS: Readonly<Record<GatewayKind, (source: EventSource) => object>> = {
  'rest-token': restToken,
  'rest-request': restRequest,
  'http-api-1.0': httpApi1,
  'http-api-2.0': httpApi2,
  websocket: webSocket,
  'appsync-graphql': appSyncGraphql,
  'appsync-events': appSyncEvents,
};

function restToken({ api, call, identity }: EventSource): object {
  return {
    type: 'TOKEN',
    methodArn: requestArn(api, call.method, call.path),
    authorizationToken: identity?.[0] ?? '',
  };
}

function restRequest({ api, call, match }: EventSource): object {
  const { template } = match.route;
  return {
    type: 'REQUEST',
    methodArn: requestArn(api, call.method, call.path),
    resource: template,
    path: call.path,
    httpMethod: call.method,
    ...bothHeaderMaps(call),
    ...bothQueryMaps(call),
    pathParameters: match.parameters,
    stageVariables: {},
    requestContext: {
      resourceId: 'a1b2c3',
      resourcePath: template,
      httpMethod: call.method,
      path: `/${api.stage}${call.path}`,
      ...commonContext(api, call),
    },
  };
}

function httpApi1({ api, call, match, identity }: EventSource): object {
  const identitySource = identity?.join(',') ?? '';
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: requestArn(api, call.method, call.path),
    identitySource,
    authorizationToken: identitySource,
    resource: match.route.template,
    path: call.path,
    httpMethod: call.method,
    headers: lastOf(call.headers),
    queryStringParameters: lastOf(call.query),
    pathParameters: match.parameters,
    stageVariables: {},
    requestContext: {
      resourceId: match.route.key,
      resourcePath: match.route.template,
      httpMethod: call.method,
      path: call.path,
      ...commonContext(api, call),
    },
  };
}

function httpApi2({ api, call, match, identity }: EventSource): object {
  const { cookie, ...headers } = joined(call.headers, true);
  const query = joined(call.query, false);
  const { domainName, domainPrefix, requestId, requestTime, requestTimeEpoch } = commonContext(api, call);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: requestArn(api, call.method, call.path),
    identitySource: identity ?? [],
    routeKey: match.route.key,
    rawPath: call.path,
    rawQueryString: call.rawQuery,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(Object.keys(match.parameters).length === 0 ? {} : { pathParameters: match.parameters }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName,
      domainPrefix,
      http: {
        method: call.method,
        path: call.path,
        protocol: 'HTTP/1.1',
        sourceIp: call.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.route.key,
      stage: api.stage,
      time: requestTime,
      timeEpoch: requestTimeEpoch,
    },
  };
}

function webSocket({ api, call }: EventSource): object {
  const connectionId = call.extendedRequestId;
  return {
    type: 'REQUEST',
    methodArn: requestArn(api, call.method, call.path),
    ...bothHeaderMaps(call),
    ...bothQueryMaps(call),
    stageVariables: {},
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      messageDirection: 'IN',
      connectionId,
      connectedAt: call.time,
      ...commonContext(api, call),
    },
  };
}

function appSyncGraphql({ api, call, identity }: EventSource): object {
  const { query, operationName, variables } = bodyOf(call);
  return {
    authorizationToken: identity?.[0] ?? '',
    requestContext: {
      apiId: api.apiId,
      accountId: api.accountId,
      requestId: call.requestId,
      queryString: query ?? '',
      operationName,
      variables: variables ?? {},
    },
    requestHeaders: joined(call.headers, true),
  };
}

function appSyncEvents({ api, call, identity }: EventSource): object {
  const channel = String(bodyOf(call).channel ?? '');
  return {
    authorizationToken: identity?.[0] ?? '',
    requestContext: {
      apiId: api.apiId,
      accountId: api.accountId,
      requestId: call.requestId,
      operation: 'EVENT_PUBLISH',
      channelNamespaceName: channel.split('/').find((segment) => segment !== '') ?? '',
      channel,
    },
    requestHeaders: joined(call.headers, true),
  };
}

function bodyOf(call: Call): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(call.body);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function commonContext(api: Api, call: Call) {
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    stage: api.stage,
    domainName: call.host,
    domainPrefix: call.host.split('.')[0] ?? '',
    protocol: 'HTTP/1.1',
    requestId: call.requestId,
    extendedRequestId: call.extendedRequestId,
    requestTime: logTime(call.time),
    requestTimeEpoch: call.time,
    identity: { sourceIp: call.sourceIp, userAgent: headerValues(call, 'user-agent').at(-1) ?? '' },
  };
}

/** The Common Log Format's time, `09/Apr/2025:12:48:44 +0000`. */
function logTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
