import type {
  APIGatewayEventClientCertificate,
  APIGatewayEventIdentity,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
  AppSyncAuthorizerEvent,
} from 'aws-lambda';

/**
 * Events as AWS sends them to authorizers, shaped like AWS's documentation and captures. Every call makes a fresh
 * object. Where @types/aws-lambda has no type for an event (HTTP API 1.0, AppSync Events), one stands here.
 */
export interface EventOverrides {
  /** Sent as `Bearer <token>`; bare on AppSync. */
  token?: string;
  /** The whole value of the Authorization header; wins over `token`. */
  authorization?: string;
  method?: string;
  /** Path without the stage. */
  path?: string;
  /** Route template, `/users/{id}`; the path by default. */
  resource?: string;
  /** HTTP API 2.0 and 1.0: the whole route key, `ANY /x/{proxy+}` or `$default`; wins over `resource`. */
  routeKey?: string;
  stage?: string;
  headers?: Record<string, string>;
  /** REST and WebSocket; made from `headers` by default. */
  multiValueHeaders?: Record<string, string[]>;
  query?: Record<string, string>;
  cookies?: string[];
  sourceIp?: string;
  partition?: string;
  region?: string;
  accountId?: string;
  apiId?: string;
  requestId?: string;
  domainName?: string;
  /** PEM of the client's certificate under mutual TLS. */
  clientCertificate?: string;
}

type Defaults = Required<Omit<EventOverrides, 'token' | 'authorization' | 'clientCertificate' | 'routeKey'>>;

function withDefaults(overrides: EventOverrides, stage: string): EventOverrides & Defaults {
  const { region = 'eu-central-1', apiId = 'a1b2c3d4e5', path = '/orders' } = overrides;
  const headers = { ...authorizationHeader(overrides), ...overrides.headers };
  return {
    method: 'GET',
    resource: path,
    stage,
    query: {},
    cookies: [],
    sourceIp: '203.0.113.7',
    partition: 'aws',
    accountId: '123456789012',
    requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
    domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...overrides,
    region,
    apiId,
    path,
    headers,
  };
}

function authorizationHeader({ authorization, token }: EventOverrides): Record<string, string> {
  const value = authorization ?? (token === undefined ? undefined : `Bearer ${token}`);
  return value === undefined ? {} : { Authorization: value };
}

function arnOf(o: Defaults, rest: string): string {
  return `arn:${o.partition}:execute-api:${o.region}:${o.accountId}:${o.apiId}/${o.stage}/${rest}`;
}

function requestArn(o: Defaults): string {
  return arnOf(o, `${o.method}${o.path}`);
}

function certificate(pem: string): APIGatewayEventClientCertificate {
  return {
    clientCertPem: pem,
    subjectDN: 'CN=client.example.com',
    issuerDN: 'CN=Example CA',
    serialNumber: '0a:1b:2c',
    validity: { notBefore: 'Jan  1 00:00:00 2026 GMT', notAfter: 'Jan  1 00:00:00 2027 GMT' },
  };
}

function identity(o: EventOverrides & Defaults): APIGatewayEventIdentity {
  return {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: o.clientCertificate === undefined ? null : certificate(o.clientCertificate),
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: o.sourceIp,
    user: null,
    userAgent: 'curl/8.9.1',
    userArn: null,
  };
}

function cookieHeader(o: Defaults): Record<string, string> {
  return o.cookies.length === 0 ? {} : { Cookie: o.cookies.join('; ') };
}

function asLists(map: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, [value]]));
}

/** REST API, authorizer of type TOKEN. Without a credential `authorizationToken` is empty, which AWS never sends. */
export function restTokenEvent(overrides: EventOverrides = {}): APIGatewayTokenAuthorizerEvent {
  const o = withDefaults(overrides, 'prod');
  return {
    type: 'TOKEN',
    methodArn: requestArn(o),
    authorizationToken: authorizationHeader(overrides).Authorization ?? '',
  };
}

/** REST API, authorizer of type REQUEST. */
export function restRequestEvent(overrides: EventOverrides = {}): APIGatewayRequestAuthorizerEvent {
  const o = withDefaults(overrides, 'prod');
  return {
    type: 'REQUEST',
    methodArn: requestArn(o),
    resource: o.resource,
    path: o.path,
    httpMethod: o.method,
    headers: { Host: o.domainName, 'User-Agent': 'curl/8.9.1', ...cookieHeader(o), ...o.headers },
    multiValueHeaders: {
      Host: [o.domainName],
      'User-Agent': ['curl/8.9.1'],
      ...asLists(cookieHeader(o)),
      ...o.multiValueHeaders,
    },
    queryStringParameters: { ...o.query },
    multiValueQueryStringParameters: asLists(o.query),
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      resourceId: 'w5x6y7',
      resourcePath: o.resource,
      httpMethod: o.method,
      extendedRequestId: 'ZhFsxEXTENDED=',
      requestTime: '22/Nov/2026:08:00:00 +0000',
      path: `/${o.stage}${o.path}`,
      accountId: o.accountId,
      protocol: 'HTTP/1.1',
      stage: o.stage,
      domainPrefix: o.apiId,
      requestTimeEpoch: 1_795_334_400_000,
      requestId: o.requestId,
      identity: identity(o),
      domainName: o.domainName,
      apiId: o.apiId,
      authorizer: undefined,
    },
  };
}

/** HTTP API with payload format 1.0; @types/aws-lambda has no type for it. */
export interface HttpApi1AuthorizerEvent {
  version: '1.0';
  type: 'REQUEST';
  methodArn: string;
  identitySource: string;
  authorizationToken: string;
  resource: string;
  path: string;
  httpMethod: string;
  headers: Record<string, string>;
  queryStringParameters: Record<string, string>;
  pathParameters: Record<string, string>;
  stageVariables: Record<string, string>;
  requestContext: {
    path: string;
    accountId: string;
    resourceId: string;
    stage: string;
    requestId: string;
    identity: { sourceIp: string; clientCert?: APIGatewayEventClientCertificate };
    resourcePath: string;
    httpMethod: string;
    apiId: string;
    domainName: string;
  };
}

/** HTTP API with payload format 1.0. */
export function httpApi1Event(overrides: EventOverrides = {}): HttpApi1AuthorizerEvent {
  const o = withDefaults(overrides, '$default');
  const identitySource = authorizationHeader(overrides).Authorization ?? '';
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: requestArn(o),
    identitySource,
    authorizationToken: identitySource,
    resource: o.routeKey ?? o.resource,
    path: o.path,
    httpMethod: o.method,
    headers: { Host: o.domainName, ...cookieHeader(o), ...o.headers },
    queryStringParameters: { ...o.query },
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      path: o.path,
      accountId: o.accountId,
      resourceId: o.routeKey ?? `${o.method} ${o.resource}`,
      stage: o.stage,
      requestId: o.requestId,
      identity: {
        sourceIp: o.sourceIp,
        ...(o.clientCertificate === undefined ? {} : { clientCert: certificate(o.clientCertificate) }),
      },
      resourcePath: o.resource,
      httpMethod: o.method,
      apiId: o.apiId,
      domainName: o.domainName,
    },
  };
}

/** `cookies` and `queryStringParameters` are absent when empty, as in captures, though the types say otherwise. */
export type HttpApi2AuthorizerEvent = Omit<APIGatewayRequestAuthorizerEventV2, 'cookies'> & {
  cookies?: string[];
};

/** HTTP API with payload format 2.0; the same event for IAM and simple answers. */
export function httpApi2Event(overrides: EventOverrides = {}): HttpApi2AuthorizerEvent {
  const o = withDefaults(overrides, '$default');
  const headers = Object.entries({ host: o.domainName, 'user-agent': 'curl/8.9.1', ...o.headers });
  const routeKey = o.routeKey ?? `${o.method} ${o.resource}`;
  const { Authorization } = authorizationHeader(overrides);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: requestArn(o),
    identitySource: Authorization === undefined ? [] : [Authorization],
    routeKey,
    rawPath: o.stage === '$default' ? o.path : `/${o.stage}${o.path}`,
    rawQueryString: new URLSearchParams(o.query).toString(),
    ...(o.cookies.length === 0 ? {} : { cookies: [...o.cookies] }),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(Object.keys(o.query).length === 0 ? {} : { queryStringParameters: { ...o.query } }),
    requestContext: {
      accountId: o.accountId,
      apiId: o.apiId,
      ...(o.clientCertificate === undefined
        ? {}
        : { authentication: { clientCert: certificate(o.clientCertificate) } }),
      domainName: o.domainName,
      domainPrefix: o.apiId,
      http: {
        method: o.method,
        path: o.path,
        protocol: 'HTTP/1.1',
        sourceIp: o.sourceIp,
        userAgent: 'curl/8.9.1',
      },
      requestId: o.requestId,
      routeKey,
      stage: o.stage,
      time: '22/Nov/2026:08:00:00 +0000',
      timeEpoch: 1_795_334_400_000,
    },
  };
}

type RestContext = APIGatewayRequestAuthorizerEvent['requestContext'];

/** WebSocket API at `$connect`: no method, path or resource. @types/aws-lambda has no type for it. */
export type WebSocketAuthorizerEvent = Omit<
  APIGatewayRequestAuthorizerEvent,
  'resource' | 'path' | 'httpMethod' | 'pathParameters' | 'requestContext'
> & {
  requestContext: Omit<RestContext, 'httpMethod' | 'path' | 'protocol' | 'resourceId' | 'resourcePath'>;
};

/** WebSocket API at `$connect`. */
export function webSocketEvent(overrides: EventOverrides = {}): WebSocketAuthorizerEvent {
  const o = withDefaults(overrides, 'prod');
  const handshake = { Connection: 'upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  return {
    type: 'REQUEST',
    methodArn: arnOf(o, '$connect'),
    headers: { Host: o.domainName, ...handshake, ...cookieHeader(o), ...o.headers },
    multiValueHeaders: {
      Host: [o.domainName],
      ...asLists(handshake),
      ...asLists(cookieHeader(o)),
      ...o.multiValueHeaders,
    },
    queryStringParameters: { ...o.query },
    multiValueQueryStringParameters: asLists(o.query),
    stageVariables: {},
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      messageDirection: 'IN',
      connectionId: 'Lk2fNcvDoAMCKRA=',
      connectedAt: 1_795_334_400_000,
      extendedRequestId: 'ZhWsEXTENDED=',
      requestTime: '22/Nov/2026:08:00:00 +0000',
      requestTimeEpoch: 1_795_334_400_000,
      requestId: o.requestId,
      stage: o.stage,
      identity: identity(o),
      domainName: o.domainName,
      accountId: o.accountId,
      apiId: o.apiId,
      authorizer: undefined,
    },
  };
}

/** AppSync GraphQL. */
export function appSyncEvent(overrides: EventOverrides = {}): AppSyncAuthorizerEvent {
  const o = withDefaults(overrides, 'prod');
  return {
    authorizationToken: overrides.authorization ?? overrides.token ?? '',
    requestContext: {
      apiId: o.apiId,
      accountId: o.accountId,
      requestId: o.requestId,
      queryString: 'query Orders { orders { id } }',
      operationName: 'Orders',
      variables: {},
    },
    requestHeaders: { host: `${o.apiId}.appsync-api.${o.region}.amazonaws.com`, ...overrides.headers },
  };
}

/** AppSync Events; @types/aws-lambda has no type for it. */
export interface AppSyncEventsAuthorizerEvent {
  authorizationToken: string;
  requestContext: {
    apiId: string;
    accountId: string;
    requestId: string;
    operation: 'EVENT_CONNECT' | 'EVENT_SUBSCRIBE' | 'EVENT_PUBLISH';
    channelNamespaceName: string | null;
    channel: string | null;
  };
  requestHeaders: Record<string, string>;
}

/** AppSync Events, at connect by default. */
export function appSyncEventsEvent(
  overrides: EventOverrides & {
    operation?: AppSyncEventsAuthorizerEvent['requestContext']['operation'];
  } = {},
): AppSyncEventsAuthorizerEvent {
  const o = withDefaults(overrides, 'prod');
  const operation = overrides.operation ?? 'EVENT_CONNECT';
  return {
    authorizationToken: overrides.authorization ?? overrides.token ?? '',
    requestContext: {
      apiId: o.apiId,
      accountId: o.accountId,
      requestId: o.requestId,
      operation,
      channelNamespaceName: operation === 'EVENT_CONNECT' ? null : 'orders',
      channel: operation === 'EVENT_CONNECT' ? null : '/orders/eu',
    },
    requestHeaders: { host: `${o.apiId}.appsync-api.${o.region}.amazonaws.com`, ...overrides.headers },
  };
}
