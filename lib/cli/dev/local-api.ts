import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { identitySources } from '../../authorizer/identity-sources.ts';
import type { AuthorizerOptions } from '../../authorizer/options.ts';
import type { GatewayKind } from '../../gateways/gateway.ts';
import { restHeaderSource } from '../../gateways/rest.ts';
import { type Caching, isAppSync, type LocalGatewayOptions, type Viewer } from '../../local-gateway/api.ts';
import { FROM_HEADER } from './shell-lines.ts';

/** The default of API Gateway, seconds. */
const TTL = 300;

/** An API without its authorizer. */
export type LocalApi = Omit<LocalGatewayOptions, 'authorizer'> & { readonly caching: Caching };

/** The API for the options: the declared routes, cached as `identitySources` advises. */
export function localApi(options: AuthorizerOptions, kind: GatewayKind, isCached: boolean): LocalApi {
  const routes = routesOf(options, kind);
  return {
    kind,
    ...(routes.length > 0 ? { routes } : {}),
    simpleResponses: kind === 'http-api-2.0' && options.httpApiResponse === 'simple',
    caching: cachingOf(options, kind, isCached),
    viewer,
  };
}

/** The declared routes with a path, on gateways that have such routes. */
function routesOf({ routes = {} }: AuthorizerOptions, kind: GatewayKind): readonly string[] {
  const hasPaths = kind.startsWith('rest') || kind.startsWith('http');
  return hasPaths ? Object.keys(routes).filter((key) => key !== '$connect') : [];
}

function cachingOf(options: AuthorizerOptions, kind: GatewayKind, isCached: boolean): Caching {
  const advice = identitySources(options, kind);
  if (isCached && advice.cache) {
    const { maxTtl = Infinity, identitySources: key } = advice;
    return { ttl: Math.min(ttlOf(options, kind), maxTtl), identitySources: key };
  }
  // A TOKEN authorizer has an identity source without a cache too.
  const token = restHeaderSource(options.tokenSource?.header ?? 'Authorization');
  return { ttl: 0, identitySources: kind === 'rest-token' ? [token] : [] };
}

/** The TTL of the API. Every answer to AppSync contains one, which counts instead. */
function ttlOf({ ttlOverride = 0 }: AuthorizerOptions, kind: GatewayKind): number {
  return isAppSync(kind) ? ttlOverride : TTL;
}

function viewer({ headers, socket }: IncomingMessage): Viewer {
  const from = String(headers[FROM_HEADER]);
  return { address: isIP(from) === 0 ? String(socket.remoteAddress) : from, drops: [FROM_HEADER] };
}
