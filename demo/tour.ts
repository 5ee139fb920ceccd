import type { FaultCode, RefusalCode } from '../lib/index.ts';
import type { KeyState } from '../lib/jwks/signing-key.ts';
import type { ApiName } from './apis.ts';
import { altered, confused, forged, opaque, unsigned } from './forgeries.ts';
import type { PersonaName } from './personas.ts';
import type { World } from './world.ts';

/** One request of the tour, and what must become of it. */
export interface Step {
  readonly title: string;
  readonly api: ApiName;
  /** Changes the world first. */
  readonly before?: (world: World) => unknown;
  /** `GET /orders`. */
  readonly request: string;
  /** Whose token is sent; without it none is. */
  readonly as?: PersonaName;
  /** What the client does to that token. */
  readonly tampered?: (token: string) => string;
  /** Send the token that this persona was given last time, rather than a new one. */
  readonly kept?: boolean;
  /** The client's address. Default: one in Germany. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly expect: Expectation;
}

export interface Expectation {
  readonly status: number;
  /** The refusal or the fault; none when the request gets through, or when nobody was asked. */
  readonly code?: RefusalCode | FaultCode;
  /** Who decided. Default: the authorizer; `gateway` = the identity source is missing, so nobody was asked. */
  readonly by?: 'authorizer' | 'cache' | 'gateway';
  /** Where the key that verified the token must have come from. */
  readonly keys?: KeyState;
}

const GRAPHQL = { request: 'POST /graphql', body: { query: '{ orders { id } }' } };
const PUBLISH = { request: 'POST /event', body: { channel: '/orders/new', events: ['{}'] } };

/** Lets keys grow older than `freshFor`, or a cooldown end. */
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const OUTDATED_MS = 1200;
const COOLED_DOWN_MS = 600;

const TOKENS: readonly Step[] = [
  {
    title: 'A good token with the scope of the route',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'No token at all',
    api: 'rest',
    request: 'GET /orders',
    expect: { status: 401, code: 'missing_token' },
  },
  {
    title: 'An expired token',
    api: 'rest',
    request: 'GET /orders',
    as: 'expired',
    expect: { status: 401, code: 'token_expired' },
  },
  {
    title: 'A token for another API of the same tenant',
    api: 'rest',
    request: 'GET /orders',
    as: 'other-api',
    expect: { status: 401, code: 'wrong_audience' },
  },
  {
    title: 'A token that names another tenant as its issuer',
    api: 'rest',
    request: 'GET /orders',
    as: 'other-tenant',
    expect: { status: 401, code: 'unknown_issuer' },
  },
  {
    title: 'A token whose payload was altered, to be admin',
    api: 'rest',
    request: 'GET /admin/users',
    as: 'reader',
    tampered: altered,
    expect: { status: 401, code: 'invalid_signature' },
  },
  {
    title: "A token forged with the attacker's own key",
    api: 'rest',
    request: 'GET /admin/users',
    as: 'reader',
    tampered: forged,
    expect: { status: 401, code: 'invalid_signature' },
  },
  {
    title: 'A token signed with HMAC, to pass off a public key as the secret',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: confused,
    expect: { status: 401, code: 'algorithm_not_allowed' },
  },
  {
    title: 'A token without a signature, `alg: none`',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: unsigned,
    expect: { status: 401, code: 'malformed_token' },
  },
  {
    title: 'An opaque token, as Auth0 gives without an audience',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: opaque,
    expect: { status: 401, code: 'opaque_token' },
  },
];

const RULES: readonly Step[] = [
  {
    title: 'A good token that lacks the scope',
    api: 'rest',
    request: 'GET /orders',
    as: 'guest',
    expect: { status: 403, code: 'insufficient_scope' },
  },
  {
    title: 'A user who lacks the permission',
    api: 'rest',
    request: 'POST /orders/7',
    as: 'reader',
    expect: { status: 403, code: 'insufficient_permissions' },
  },
  {
    title: 'A user who has it, from the US: the country rule is off on this route',
    api: 'rest',
    request: 'POST /orders/7',
    as: 'writer',
    from: '192.0.2.10',
    expect: { status: 200 },
  },
  {
    title: 'From a blocked country',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    from: '192.0.2.10',
    expect: { status: 403, code: 'country_not_allowed' },
  },
  {
    title: 'From there, pretending to be in Germany: CloudFront overwrites the header',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    from: '192.0.2.10',
    headers: { 'CloudFront-Viewer-Country': 'DE' },
    expect: { status: 403, code: 'country_not_allowed' },
  },
  {
    title: 'Prices for Germany, asked for from Germany',
    api: 'rest',
    request: 'GET /prices',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'Prices for Germany, asked for from France',
    api: 'rest',
    request: 'GET /prices',
    as: 'reader',
    from: '203.0.113.5',
    expect: { status: 403, code: 'country_not_allowed' },
  },
  {
    title: 'An admin at a coffee shop',
    api: 'rest',
    request: 'GET /admin/users',
    as: 'admin',
    expect: { status: 403, code: 'ip_not_allowed' },
  },
  {
    title: 'An admin in the office network',
    api: 'rest',
    request: 'GET /admin/users',
    as: 'admin',
    from: '10.1.2.3',
    expect: { status: 200 },
  },
  {
    title: 'A route where the token is optional, without one',
    api: 'rest',
    request: 'GET /catalogue',
    expect: { status: 200 },
  },
  {
    title: 'The same route with a bad token, which is refused all the same',
    api: 'rest',
    request: 'GET /catalogue',
    as: 'expired',
    expect: { status: 401, code: 'token_expired' },
  },
  {
    title: 'A path that can be read in two ways',
    api: 'rest',
    request: 'GET /orders/..%2Fadmin/users',
    as: 'reader',
    expect: { status: 403, code: 'ambiguous_path' },
  },
  {
    title: 'A route of the API that the authorizer was not told of',
    api: 'rest',
    request: 'GET /reports',
    as: 'admin',
    expect: { status: 403, code: 'route_not_found' },
  },
];

const CACHING: readonly Step[] = [
  {
    title: 'Without the header nobody is asked',
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

/** The same three requests for each of the HTTP APIs, where a bad token is a denial. */
const httpApi = (api: ApiName): readonly Step[] => [
  { title: 'No token', api, request: 'GET /orders', expect: { status: 401, by: 'gateway' } },
  { title: 'A good token', api, request: 'GET /orders', as: 'reader', expect: { status: 200 } },
  {
    title: 'An expired token: HTTP APIs document no 401 of an authorizer',
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
    title: 'A query without the scope: AppSync knows only 401',
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

const KEYS: readonly Step[] = [
  {
    title: 'A token of the current key',
    api: 'keys',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'The key is rotated: Auth0 published the new one long before',
    api: 'keys',
    before: ({ auth0 }) => auth0.rotate(),
    request: 'GET /orders',
    as: 'writer',
    expect: { status: 200 },
  },
  {
    title: 'Auth0 signs with a key that nobody has seen: it is fetched',
    api: 'keys',
    before: async ({ auth0 }) => {
      await auth0.replaceKey();
      await wait(COOLED_DOWN_MS);
    },
    request: 'GET /orders',
    as: 'writer',
    expect: { status: 200 },
  },
  {
    title: 'The first key is revoked: its tokens end with the keys in memory',
    api: 'keys',
    before: async ({ auth0 }) => {
      auth0.revokePrevious();
      await wait(OUTDATED_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    kept: true,
    expect: { status: 401, code: 'unknown_key' },
  },
  {
    title: 'The JWKS endpoint answers 429: the last good keys go on',
    api: 'keys',
    before: async ({ auth0 }) => {
      auth0.rateLimited = true;
      await wait(OUTDATED_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200, keys: 'stale' },
  },
  {
    title: 'A new environment that has no keys yet: 500, for the token may be good',
    api: 'keys',
    before: ({ apis }) => apis.keys.coldStart(),
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 500, code: 'keys_unavailable' },
  },
  {
    title: 'Auth0 answers again',
    api: 'keys',
    before: async ({ auth0 }) => {
      auth0.rateLimited = false;
      await wait(COOLED_DOWN_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
];

/** The tour: every step is one real HTTP request. */
export const TOUR: readonly Step[] = [
  ...TOKENS,
  ...RULES,
  ...CACHING,
  ...httpApi('http'),
  ...httpApi('simple'),
  ...httpApi('http1'),
  ...OTHERS,
  ...KEYS,
];
