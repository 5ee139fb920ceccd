import http from 'node:http';
import { HANDSHAKE, send } from '../../../demo/client.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  type Decision,
  type identitySources,
  type RefusalCode,
} from '../../../lib/index.ts';
import {
  type Caching,
  type Exchange,
  type LambdaFunction,
  type LocalGateway,
  startLocalGateway,
  type Viewer,
} from '../../../lib/local-gateway/local-gateway.ts';
import type { GatewayCase } from '../../support/every-gateway.ts';
import { middy } from '../../support/middy.ts';
import { FROM_HEADER, headersOf, TOKEN_HEADER, TOKEN_PARAMETER } from './callers.ts';
import type { Case } from './cases.ts';
import type { Planned } from './requests.ts';

export type Advice = ReturnType<typeof identitySources>;

/** One request, with its result at the gateway that caches and at the one that does not. */
export interface Answered {
  readonly request: Planned;
  readonly cached: Exchange;
  readonly uncached: Exchange;
  /** Why the authorizer refused the request, if it did. The caching gateway may not have asked it. */
  readonly refusal: RefusalCode | null;
}

/** The options that trust the issuer, and its tokens. */
export interface Tokens {
  readonly options: AuthorizerOptions;
  readonly texts: readonly (string | null)[];
}

const agent = new http.Agent({ keepAlive: true });

/** The authorizer's options for this kind of gateway. TOKEN and AppSync events carry the token in a fixed field. */
export function optionsFor({ kind, httpApiResponse }: GatewayCase, { options }: Case): AuthorizerOptions {
  const { tokenSource, ...others } = options;
  return {
    ...others,
    ...(kind === 'rest-token' || isAppSync(kind) || tokenSource === undefined ? {} : { tokenSource }),
    ...(httpApiResponse === undefined ? {} : { httpApiResponse }),
    ...(isAppSync(kind) ? { ttlOverride: 300 } : {}),
  };
}

/**
 * Sends the requests of a case, one after the other, through two gateways with one authorizer: one caches as `advice`
 * says, the other runs the authorizer each time.
 */
export async function sendThroughBoth(
  gateway: GatewayCase,
  one: Case,
  advice: Advice,
  tokens: Tokens,
): Promise<readonly Answered[]> {
  const { kind, httpApiResponse } = gateway;
  let refusal: RefusalCode | null = null;
  const onDecision = (decision: Decision) => {
    if (decision.outcome === 'deny') refusal = decision.code;
  };
  const options = { ...optionsFor(gateway, one), ...tokens.options, logger: false as const, onDecision };
  const authorizer = middy(() => true).use(auth0Authorizer(options)) as LambdaFunction;
  const off: Caching = { ttl: 0, identitySources: kind === 'rest-token' ? [REST_AUTHORIZATION] : [] };
  const on: Caching = advice.cache ? { ttl: 300, identitySources: advice.identitySources } : off;
  const routes = routesOf(gateway, one, advice);
  const simpleResponses = httpApiResponse === 'simple';
  const seen: Exchange[] = [];
  const started: LocalGateway[] = [];
  const answers: Answered[] = [];
  try {
    for (const [index, caching] of [on, off].entries()) {
      const onExchange = (exchange: Exchange) => {
        seen[index] = exchange;
      };
      started.push(
        await startLocalGateway({
          kind,
          authorizer,
          routes,
          simpleResponses,
          viewer,
          caching,
          arnPath: one.arnPath,
          onExchange,
        }),
      );
    }
    for (const request of one.requests) {
      const token = tokens.texts[request.caller.token] ?? null;
      refusal = null;
      await Promise.all(started.map(({ url }) => ask(url, gateway, one, request, token)));
      const [cached, uncached] = seen.splice(0);
      answers.push({ request, cached: cached as Exchange, uncached: uncached as Exchange, refusal });
    }
  } finally {
    await Promise.all(started.map((running) => running.close()));
  }
  return answers;
}

const REST_AUTHORIZATION = 'method.request.header.Authorization';
const CATCH_ALL = { rest: ['ANY /', 'ANY /{proxy+}'], http: ['$default'] };

/** Whether a route is part of the cache key. */
function isKeyedByRoute(advice: Advice): boolean {
  return advice.cache && advice.identitySources.some((source) => /routeKey|resourcePath/.test(source));
}

function routesOf({ kind, httpApiResponse }: GatewayCase, { api, options }: Case, advice: Advice): string[] {
  if (kind === 'websocket') return ['$connect'];
  if (kind === 'appsync-graphql') return ['POST /graphql'];
  if (kind === 'appsync-events') return ['POST /event'];
  const declared = Object.keys(options.routes ?? {});
  const rest = CATCH_ALL[kind.startsWith('rest') ? 'rest' : 'http'];
  const all = [...declared, ...rest.filter((key) => !declared.includes(key))];
  // With the route in the key, each declared route must be one of the API, too. And if no policy is exact, the answer to
  // an undeclared path is for that path only.
  if (isKeyedByRoute(advice)) return httpApiResponse === 'simple' && api !== 'declared' ? all : declared;
  return { declared, both: all, 'catch-all': rest }[api];
}

function ask(
  url: string,
  { kind }: GatewayCase,
  { token: place }: Case,
  planned: Planned,
  token: string | null,
) {
  const headers = headersOf(planned.caller);
  const handed = kind === 'rest-token' || isAppSync(kind);
  if (token !== null && (handed || place === 'header')) headers['Authorization'] = `Bearer ${token}`;
  if (token !== null && !handed && place === 'other-header') headers[TOKEN_HEADER] = token;
  const query = token !== null && !handed && place === 'query' ? `?${TOKEN_PARAMETER}=${token}` : '';
  if (kind === 'websocket') {
    return send(url, { method: 'GET', target: `/${query}`, headers: { ...headers, ...HANDSHAKE } });
  }
  if (kind === 'appsync-graphql') {
    return send(url, { method: 'POST', target: '/graphql', headers, body: '{"query":"{ a }"}' }, agent);
  }
  if (kind === 'appsync-events') {
    return send(url, { method: 'POST', target: '/event', headers, body: '{"channel":"/a/b"}' }, agent);
  }
  return send(url, { method: planned.method, target: `${planned.path}${query}`, headers }, agent);
}

export function isAppSync(kind: GatewayCase['kind']): boolean {
  return kind.startsWith('appsync');
}

function viewer(request: http.IncomingMessage): Viewer {
  return { address: String(request.headers[FROM_HEADER]), drops: [FROM_HEADER] };
}
