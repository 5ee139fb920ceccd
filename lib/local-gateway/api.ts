import type { IncomingMessage } from 'node:http';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { OwnResponses } from './own-responses.ts';
import { decodeOnce, type Route } from './routing.ts';

/** A Lambda function, such as a handler of Middy. */
export type LambdaFunction = (event: any, context: any) => unknown;

/** What the connection, or an edge in front of the gateway, shows of the caller. */
export interface Viewer {
  /** The address that becomes `sourceIp`. */
  readonly address: string;
  /** Headers that the edge sets, such as `CloudFront-Viewer-Country`. They replace those of the client. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Request headers that the edge removes. Lower case. */
  readonly drops?: readonly string[];
}

/** How the gateway caches answers. */
export interface Caching {
  /** Seconds; 0 = off. API Gateway's default is 300, its maximum 3600. */
  readonly ttl: number;
  /**
   * In the syntax of the gateway: `method.request.header.Authorization` (REST), `$request.header.Authorization`,
   * `$context.routeKey` (HTTP), `route.request.querystring.token` (WebSocket). Together they are the cache key.
   */
  readonly identitySources: readonly string[];
}

export interface LocalGatewayOptions {
  readonly kind: GatewayKind;
  readonly authorizer: LambdaFunction;
  /** Routes of the API, `GET /users/{id}`, `ANY /{proxy+}`, `$default`. Default: everything. */
  readonly routes?: readonly string[];
  /** Functions behind routes without an authorizer, by route key. Default: none. */
  readonly open?: Readonly<Record<string, LambdaFunction>>;
  /** REST APIs only: gateway responses, as in `x-amazon-apigateway-gateway-responses`. Default: those of AWS. */
  readonly responses?: OwnResponses;
  /** Default: no caching, and the identity source that the console proposes: the `Authorization` header. */
  readonly caching?: Caching;
  /** HTTP API 2.0 only: expect `{ isAuthorized }` instead of a policy. Default false. */
  readonly simpleResponses?: boolean;
  /** HTTP APIs: the form of the path in the ARN, which AWS does not document. Default 'as sent'. */
  readonly arnPath?: 'as sent' | 'decoded';
  /** Default 0: a free port. */
  readonly port?: number;
  /** Timeout of the authorizer, milliseconds. Default 10 000, the limit of HTTP APIs and AppSync. */
  readonly timeout?: number;
  /** Default: the address of the TCP connection, no headers. */
  readonly viewer?: (request: IncomingMessage) => Viewer;
  /** Milliseconds since the epoch, for the cache and for date conditions. Default `Date.now`. */
  readonly now?: () => number;
  /** Called after each request. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  /** Path and query, as the client sent them. */
  readonly target: string;
  readonly status: number;
  /** The API's route; `null` if none matches. */
  readonly route: string | null;
  /** Whether the authorizer ran. It does not if an identity source is missing, or on a cache hit. */
  readonly invoked: boolean;
  readonly cached: boolean;
  /** The authorizer's context, as in `$context.authorizer.<key>` of the access log. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The reason of a 5xx: of the authorizer, as in `$context.authorizer.error`, or of the function of an open route. */
  readonly error: string | null;
}

/** The API of a gateway: the options with their defaults. */
export interface Api {
  readonly kind: GatewayKind;
  readonly simpleResponses: boolean;
  readonly routes: readonly Route[];
  readonly open: Readonly<Record<string, LambdaFunction>>;
  readonly responses: OwnResponses;
  readonly stage: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly timeout: number;
  readonly now: () => number;
  readonly arnPath: 'as sent' | 'decoded';
}

/** The ARN for which the policy is evaluated. WebSocket ARNs have no verb. */
export function requestArn(api: Api, method: string, path: string): string {
  const base = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}`;
  if (api.kind === 'websocket') return `${base}/$connect`;
  const isDecoded = isHttpApi(api.kind) && api.arnPath === 'decoded';
  return `${base}/${method}${isDecoded ? decodeOnce(path) : path}`;
}

export const isAppSync = (kind: GatewayKind): boolean => kind.startsWith('appsync');
export const isHttpApi = (kind: GatewayKind): boolean => kind.startsWith('http-api');
export const isRest = (kind: GatewayKind): boolean => kind.startsWith('rest');
