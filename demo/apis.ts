import middy from '@middy/core';
import { type AuthorizerOptions, auth0Authorizer } from '../lib/index.ts';
import type { LambdaFunction, LocalGatewayOptions } from '../lib/local-gateway/local-gateway.ts';
import { BINDING } from './binding.ts';
import { viewer, viewerThroughCloudFront, viewerThroughMutualTls } from './edge.ts';
import { DECRYPTION } from './encryption.ts';
import { COUNTRY_CLAIM } from './personas.ts';

/** One API of the demo: its settings in AWS, and the options of its authorizer. */
export interface DemoApi {
  readonly title: string;
  readonly gateway: Omit<LocalGatewayOptions, 'authorizer'>;
  readonly authorizer: AuthorizerOptions;
  /** How often the authorizer reads the demo's list of revoked tokens, seconds. Default: never. */
  readonly revocationsEvery?: number;
}

const ORDERS = ['GET /orders', 'POST /orders/{id}', 'GET /prices'];

/** The same rules for all routes, so a policy that is cached under the token is right for each of them. */
const READERS: AuthorizerOptions = {
  rules: { scopes: ['read:orders'] },
  context: (token) => ({ client: token?.claims.azp }),
};

export const APIS = {
  rest: {
    title: 'REST API, REQUEST authorizer, edge-optimised, rules per route',
    gateway: {
      kind: 'rest-request',
      viewer: viewerThroughCloudFront,
      routes: [...ORDERS, 'ANY /admin/{proxy+}', 'GET /catalogue', 'ANY /{proxy+}'],
    },
    authorizer: {
      decryption: DECRYPTION,
      rules: { country: { allow: ['DE', 'FR'], source: 'cloudfront' } },
      routes: {
        'GET /orders': { scopes: ['read:orders'] },
        'POST /orders/{id}': { permissions: ['write:orders'], country: false },
        'ANY /admin/{proxy+}': { permissions: ['admin'], ip: { allow: ['10.0.0.0/8'] }, country: false },
        'GET /prices': { country: { matchClaim: COUNTRY_CLAIM, source: 'cloudfront' } },
        'GET /catalogue': { token: 'optional' },
      },
      undeclared: 'deny', // `ANY /{proxy+}` leads to paths that are not declared
    },
  },
  token: {
    title: 'REST API, TOKEN authorizer, cached for 300 s',
    gateway: {
      kind: 'rest-token',
      viewer,
      routes: ORDERS,
      caching: { ttl: 300, identitySources: ['method.request.header.Authorization'] },
    },
    authorizer: READERS,
  },
  cached: {
    title: 'REST API, REQUEST authorizer, rules per route, cached for 300 s under the token alone',
    gateway: {
      kind: 'rest-request',
      viewer,
      routes: [...ORDERS, 'GET /users/{id}'],
      caching: { ttl: 300, identitySources: ['method.request.header.Authorization'] },
    },
    authorizer: {
      routes: {
        'GET /orders': { scopes: ['read:orders'] },
        'POST /orders/{id}': { permissions: ['write:orders'] },
        'GET /users/{id}': { permissions: ['admin'] },
        'GET /prices': {},
      },
      undeclared: 'absent',
    },
  },
  callers: {
    title: 'REST API, rules on who is calling, cached for 300 s under the token alone',
    gateway: {
      kind: 'rest-request',
      viewer,
      routes: ['GET /orders', 'POST /payments', 'GET /catalogue', 'GET /orgs/{org}/orders'],
      caching: { ttl: 300, identitySources: ['method.request.header.Authorization'] },
    },
    authorizer: {
      routes: {
        'GET /orders': { scopes: ['read:orders'] },
        'POST /payments': { callers: { allow: ['user'] } },
        'GET /catalogue': { callers: { allow: ['user', 'machine', 'agent', 'anonymous'] } },
        'GET /orgs/{org}/orders': { organization: { matches: 'path:org' } },
      },
      undeclared: 'absent',
    },
  },
  bound: {
    title: 'REST API, tokens that are bound to a key or a certificate',
    gateway: { kind: 'rest-request', viewer: viewerThroughMutualTls, routes: ORDERS },
    authorizer: { ...READERS, ...BINDING },
  },
  revocations: {
    title: 'HTTP API, revoked tokens (the list is read every second here, every 10 s by default)',
    gateway: { kind: 'http-api-2.0', viewer, routes: ORDERS },
    authorizer: READERS,
    revocationsEvery: 1,
  },
  http: {
    title: 'HTTP API, payload 2.0, policies',
    gateway: { kind: 'http-api-2.0', viewer, routes: ORDERS },
    authorizer: READERS,
  },
  simple: {
    title: 'HTTP API, payload 2.0, simple responses',
    gateway: { kind: 'http-api-2.0', viewer, routes: ORDERS, simpleResponses: true },
    authorizer: { ...READERS, httpApiResponse: 'simple' },
  },
  http1: {
    title: 'HTTP API, payload 1.0',
    gateway: { kind: 'http-api-1.0', viewer, routes: ORDERS },
    authorizer: READERS,
  },
  websocket: {
    title: 'WebSocket API, the token in the query string',
    gateway: {
      kind: 'websocket',
      viewer,
      caching: { ttl: 0, identitySources: ['route.request.querystring.token'] },
    },
    authorizer: { ...READERS, tokenSource: { query: 'token' } },
  },
  graphql: {
    title: 'AppSync, GraphQL',
    gateway: { kind: 'appsync-graphql', viewer },
    authorizer: READERS,
  },
  events: {
    title: 'AppSync, Events',
    gateway: { kind: 'appsync-events', viewer },
    authorizer: READERS,
  },
  keys: {
    title: "Auth0's keys: rotated, revoked, out of reach (fresh for 1 s here, 10 min by default)",
    gateway: { kind: 'rest-request', viewer, routes: ORDERS },
    authorizer: { ...READERS, jwks: { freshFor: 1, cooldown: 0.5 } },
  },
} as const satisfies Record<string, DemoApi>;

export type ApiName = keyof typeof APIS;

/** The authorizer as deployed. */
export function authorizerOf(api: DemoApi, settings: AuthorizerOptions): LambdaFunction {
  return middy().use(auth0Authorizer({ ...settings, ...api.authorizer })) as LambdaFunction;
}
