import type { GatewayKind, TokenSource } from '../gateways/gateway.ts';
import type { RequestInput } from '../rules/rule.ts';

/** What a decision depends on, as far as a cache must know. */
export interface CacheDependencies {
  /** Whether the answer may differ from route to route. */
  readonly routesDiffer: boolean;
  /** Whether a compiled policy is exact for every caller, so that one answer holds for all routes. */
  readonly policyExact: boolean;
  /**
   * Whether an answer that is not exact for all routes holds at least for every path of the one that was asked for, so
   * that the route in the key makes it right.
   */
  readonly routeExact: boolean;
  /** What the enforced rules look at besides the token and the route; `anything` can be no part of a cache key. */
  readonly inputs: readonly RequestInput[];
  /** Whether some route takes callers without a token. */
  readonly admitsAnonymous: boolean;
  /** Where the token is looked for. Default: the header `Authorization`. */
  readonly tokenSource: TokenSource;
  readonly httpApiResponse: 'iam' | 'simple';
}

/** How the API's authorizer must be configured for cached answers to be the right ones. */
export type CacheAdvice =
  | {
      readonly cache: true;
      /** As API Gateway writes them; empty for AppSync, whose key is the token and cannot be chosen. */
      readonly identitySources: readonly string[];
    }
  | {
      /** Configure a TTL of 0. */
      readonly cache: false;
      /** Why, in one sentence. */
      readonly reason: string;
    };

/**
 * The identity sources that make caching right: exactly what the decision depends on. API Gateway replays an answer to
 * every request with the same values, and answers 401 itself when one of them is missing.
 *
 * With `$context.routeKey` (REST: `context.resourcePath` and `context.httpMethod`) among them, each declared route
 * must be a route of the API too: behind a catch-all such as `$default` all paths share one key.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function adviseCaching(dependencies: CacheDependencies, gateway: GatewayKind): CacheAdvice {
  const obstacle = obstacleTo(dependencies, gateway);
  if (obstacle !== null) return { cache: false, reason: obstacle };
  if (isAppSync(gateway)) return { cache: true, identitySources: [] };
  const { request, context } = gateway.startsWith('http')
    ? { request: '$request', context: '$context' }
    : { request: 'method.request', context: 'context' };
  const sources = [
    tokenPart(
      gateway === 'rest-token' ? headerOf(dependencies.tokenSource) : dependencies.tokenSource,
      request,
    ),
    ...dependencies.inputs.map((input) =>
      input === 'source-ip'
        ? `${context}.identity.sourceIp`
        : `${request}.header.${spelledOut(input.slice('header:'.length))}`,
    ),
  ];
  if (needsRoute(dependencies, gateway)) {
    sources.push(
      ...(gateway.startsWith('http')
        ? ['$context.routeKey']
        : ['context.resourcePath', 'context.httpMethod']),
    );
  }
  return { cache: true, identitySources: sources };
}

function obstacleTo(dependencies: CacheDependencies, gateway: GatewayKind): string | null {
  const { inputs, tokenSource } = dependencies;
  if (gateway === 'websocket') return 'API Gateway does not cache the answers of WebSocket authorizers.';
  if (inputs.includes('anything')) {
    return 'A custom rule, or a country function, may look at anything, which no cache key can hold.';
  }
  if (dependencies.admitsAnonymous) {
    return 'Some routes take callers without a token, whom API Gateway refuses itself when the token is part of the key.';
  }
  if (isAppSync(gateway) || gateway === 'rest-token') {
    if (inputs.length > 0)
      return `Rules look at ${inputs.join(', ')}, and here the cache key is the token alone.`;
    if (gateway === 'rest-token' && needsRoute(dependencies, gateway)) {
      return 'No policy is exact for all callers of these routes, and here the cache key is the token alone.';
    }
    return null;
  }
  if (needsRoute(dependencies, gateway) && !isSimple(dependencies, gateway) && !dependencies.routeExact) {
    return 'No policy is exact for all callers of these routes, nor for all paths of each.';
  }
  if (Object.keys(tokenSource).length > 1) {
    return 'The token may come in several places, and API Gateway refuses requests that lack any one of the key.';
  }
  return null;
}

/** Simple responses hold for whatever shares the key; policies for all routes, if they are exact. */
function needsRoute(dependencies: CacheDependencies, gateway: GatewayKind): boolean {
  return dependencies.routesDiffer && (isSimple(dependencies, gateway) || !dependencies.policyExact);
}

function isSimple({ httpApiResponse }: CacheDependencies, gateway: GatewayKind): boolean {
  return gateway === 'http-api-2.0' && httpApiResponse === 'simple';
}

/** A single cookie can be no identity source, the whole header can. */
function tokenPart({ header, query, cookie }: TokenSource, request: string): string {
  if (query !== undefined) return `${request}.querystring.${query}`;
  if (cookie !== undefined) return `${request}.header.Cookie`;
  return `${request}.header.${spelledOut(header ?? 'authorization')}`;
}

function isAppSync(gateway: GatewayKind): boolean {
  return gateway === 'appsync-graphql' || gateway === 'appsync-events';
}

/** A TOKEN authorizer is handed one header and nothing else. */
function headerOf({ header }: TokenSource): TokenSource {
  return header === undefined ? {} : { header };
}

/** As CloudFront and proxies spell a header: API Gateway may look for it letter by letter. Others: as they are often sent. */
function spelledOut(header: string): string {
  return header
    .replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/^Cloudfront-/, 'CloudFront-');
}
