import type { ApiName } from '../apis.ts';
import type { Step } from './step.ts';

const GRAPHQL = { request: 'POST /graphql', body: { query: '{ orders { id } }' } };
const PUBLISH = { request: 'POST /event', body: { channel: '/orders/new', events: ['{}'] } };

/** Answers of the gateway itself. */
const ANSWERS: readonly Step[] = [
  {
    title: 'Without the header the authorizer does not run',
    api: 'token',
    request: 'GET /orders',
    expect: { status: 401, by: 'gateway' },
  },
  {
    title: 'The first request of a token is judged',
    api: 'token',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'The next one is answered from the cache, on another route too',
    api: 'token',
    request: 'GET /prices',
    as: 'reader',
    kept: true,
    expect: { status: 200, by: 'cache' },
  },
  {
    title: 'A denial is judged once',
    api: 'token',
    request: 'GET /orders',
    as: 'guest',
    expect: { status: 403, code: 'insufficient_scope' },
  },
  {
    title: 'and cached as well, with its code for the access log',
    api: 'token',
    request: 'GET /prices',
    as: 'guest',
    kept: true,
    expect: { status: 403, code: 'insufficient_scope', by: 'cache' },
  },
];

/** One answer, cached under the token, is right for every route. */
const POLICIES: readonly Step[] = [
  {
    title: 'The first request of a token is judged, and the answer is a policy for all routes',
    api: 'cached',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'A route that this caller may not use: denied from the cache',
    api: 'cached',
    request: 'GET /users/7',
    as: 'reader',
    kept: true,
    expect: { status: 403, by: 'cache' },
  },
  {
    title: 'A route that the caller may use: allowed from the cache',
    api: 'cached',
    request: 'GET /prices',
    as: 'reader',
    kept: true,
    expect: { status: 200, by: 'cache' },
  },
  {
    title: 'A caller whose first request is denied',
    api: 'cached',
    request: 'GET /orders',
    as: 'guest',
    expect: { status: 403, code: 'insufficient_scope' },
  },
  {
    title: 'may still use other routes: allowed from the cache',
    api: 'cached',
    request: 'GET /prices',
    as: 'guest',
    kept: true,
    expect: { status: 200, by: 'cache' },
  },
];

/** Three requests to each HTTP API, where a bad token is answered with a deny. */
const httpApi = (api: ApiName): readonly Step[] => [
  { title: 'No token', api, request: 'GET /orders', expect: { status: 401, by: 'gateway' } },
  { title: 'A good token', api, request: 'GET /orders', as: 'reader', expect: { status: 200 } },
  {
    title: 'An expired token: AWS documents no 401 of an authorizer on HTTP APIs',
    api,
    request: 'GET /orders',
    as: 'expired',
    expect: { status: 403, code: 'token_expired' },
  },
];

const OTHERS: readonly Step[] = [
  {
    title: 'A handshake without a token',
    api: 'websocket',
    request: 'GET /',
    expect: { status: 401, by: 'gateway' },
  },
  {
    title: 'A handshake with a good token: the connection opens',
    api: 'websocket',
    request: 'GET /',
    as: 'reader',
    expect: { status: 101 },
  },
  {
    title: 'A handshake with an expired token',
    api: 'websocket',
    request: 'GET /',
    as: 'expired',
    expect: { status: 401, code: 'token_expired' },
  },
  { title: 'A query with a good token', api: 'graphql', ...GRAPHQL, as: 'reader', expect: { status: 200 } },
  {
    title: 'A query without the scope: AppSync answers only 401',
    api: 'graphql',
    ...GRAPHQL,
    as: 'guest',
    expect: { status: 401, code: 'insufficient_scope' },
  },
  { title: 'An event with a good token', api: 'events', ...PUBLISH, as: 'reader', expect: { status: 200 } },
  {
    title: 'An event with an expired token',
    api: 'events',
    ...PUBLISH,
    as: 'expired',
    expect: { status: 401, code: 'token_expired' },
  },
];

/** Requests for which the authorizer does not run, or not again. */
export const CACHING: readonly Step[] = [...ANSWERS, ...POLICIES];

/** Differences between gateways. */
export const GATEWAYS: readonly Step[] = [
  ...httpApi('http'),
  ...httpApi('simple'),
  ...httpApi('http1'),
  ...OTHERS,
];
