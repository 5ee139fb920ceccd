import type { IncomingMessage } from 'node:http';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import type { Route } from './routing.ts';

/** A Lambda function: an event and a context in, an answer or an error out. Middy's handlers fit. */
export type LambdaFunction = (event: any, context: any) => unknown;

/** What the gateway learns of the caller from the connection, or from the edge that stands in front of it. */
export interface Viewer {
  /** The address that becomes `sourceIp`. */
  readonly address: string;
  /** Headers that the edge sets, whatever the client sent under these names; `CloudFront-Viewer-Country`, say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Request headers that the edge takes out. Lower case. */
  readonly drops?: readonly string[];
}

/** How the gateway remembers what the authorizer said. */
export interface Caching {
  /** Seconds; 0 = off. API Gateway's own default is 300, its maximum 3600. */
  readonly ttl: number;
  /**
   * In the syntax of the gateway: `method.request.header.Authorization` (REST), `$request.header.Authorization`,
   * `$context.routeKey` (HTTP), `route.request.querystring.token` (WebSocket). Together they are the key of the cache.
   */
  readonly identitySources: readonly string[];
}

export interface LocalGatewayOptions {
  readonly kind: GatewayKind;
  readonly authorizer: LambdaFunction;
  /** Routes of the API, `GET /users/{id}`, `ANY /{proxy+}`, `$default`. Default: everything. */
  readonly routes?: readonly string[];
  /** Default: no caching, and the identity source that the gateway's console proposes: the `Authorization` header. */
  readonly caching?: Caching;
  /** HTTP API 2.0 only: expect `{ isAuthorized }` instead of a policy. Default false. */
  readonly simpleResponses?: boolean;
  /** Default `prod`, and `$default` on HTTP APIs. */
  readonly stage?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Milliseconds that the authorizer may take. Default 10 000, the limit of HTTP APIs and AppSync. */
  readonly timeout?: number;
  /** Default: the peer of the TCP connection and no headers. */
  readonly viewer?: (request: IncomingMessage) => Viewer;
  /** Epoch milliseconds, for the cache and for date conditions. Default `Date.now`. */
  readonly now?: () => number;
  /** Called once a request is answered. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** What became of one request. */
export interface Exchange {
  readonly method: string;
  /** Path and query, as the client sent them. */
  readonly target: string;
  readonly status: number;
  /** The API's own route; `null` when none matched. */
  readonly route: string | null;
  /** Whether the authorizer ran. It does not when the identity source is missing, or on a cache hit. */
  readonly invoked: boolean;
  readonly cached: boolean;
  /** The authorizer's context, as `$context.authorizer.<key>` would show it in the access log. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Why a request ended as a 500, as `$context.authorizer.error` would tell it. */
  readonly error: string | null;
}

/** The API that a gateway serves: its options with every default filled in. */
export interface Api {
  readonly kind: GatewayKind;
  readonly simpleResponses: boolean;
  readonly routes: readonly Route[];
  readonly stage: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly timeout: number;
  readonly now: () => number;
}

/** The address that the policy is evaluated against. WebSocket ARNs have no verb. */
export function requestArn(api: Api, method: string, path: string): string {
  const base = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}`;
  return api.kind === 'websocket' ? `${base}/$connect` : `${base}/${method}${path}`;
}

export const isAppSync = (kind: GatewayKind): boolean => kind.startsWith('appsync');
export const isHttpApi = (kind: GatewayKind): boolean => kind.startsWith('http-api');
export const isRest = (kind: GatewayKind): boolean => kind.startsWith('rest');
