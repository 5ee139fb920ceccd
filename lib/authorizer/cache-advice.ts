import { type GatewayCache, takesPolicy } from '../gateways/facts.ts';
import type { Gateway, TokenSource } from '../gateways/gateway.ts';
import type { RequestInput } from '../rules/rule.ts';
import type { CacheDependencies } from './cache-dependencies.ts';

/** How to configure the authorizer at the gateway so that cached answers stay correct. */
export type CacheAdvice =
  | {
      readonly cache: true;
      /** As the gateway writes them; empty for AppSync, whose key is the token and cannot be configured. */
      readonly identitySources: readonly string[];
    }
  | {
      /** Configure a TTL of 0. */
      readonly cache: false;
      /** Why, in one sentence. */
      readonly reason: string;
    };

/** What the cache key must hold besides the token. */
interface KeyParts {
  readonly inputs: readonly RequestInput[];
  /** `not enough`: an answer is not exact for all paths of its route either. */
  readonly route: 'not needed' | 'needed' | 'not enough';
}

/**
 * The identity sources that make cached answers correct: exactly what the answer depends on. The gateway replays an
 * answer to every request with the same values, and answers 401 itself if one of them is missing.
 */
export function cacheAdvice(dependencies: CacheDependencies, gateway: Gateway): CacheAdvice {
  const { cache } = gateway;
  if (cache.kind === 'none') return { cache: false, reason: cache.reason };
  const parts = keyParts(dependencies, gateway);
  const reason =
    unsentInputs(parts, gateway) ??
    uncacheable(parts, dependencies) ??
    (cache.kind === 'token' ? moreThanToken(parts) : notInOneKey(parts, dependencies));
  if (reason !== null) return { cache: false, reason };
  const { tokenSource } = dependencies;
  const identitySources =
    cache.kind === 'token'
      ? cache.sources(spelledOut(tokenSource.header))
      : sourcesOf(parts, tokenSource, cache);
  return { cache: true, identitySources };
}

function keyParts(dependencies: CacheDependencies, gateway: Gateway): KeyParts {
  const { routesDiffer, policyExact, routeExact, ipInPolicy } = dependencies;
  const hasPolicy = takesPolicy(gateway, dependencies.httpApiResponse);
  // Without a policy nothing carries the rule, so that the key must hold the address.
  const carried = ipInPolicy && !hasPolicy && gateway.sends.address ? (['source-ip'] as const) : [];
  const inputs = [...dependencies.inputs, ...carried];
  // A simple response applies to every request with the same key.
  const isForAllRoutes = hasPolicy && policyExact;
  if (!routesDiffer || !gateway.routeKinds.includes('path') || isForAllRoutes) {
    return { inputs, route: 'not needed' };
  }
  return { inputs, route: hasPolicy && !routeExact ? 'not enough' : 'needed' };
}

function unsentInputs({ inputs }: KeyParts, { kind, sends }: Gateway): string | null {
  const isSent = (input: RequestInput) =>
    input === 'anything' || (input === 'source-ip' ? sends.address : sends.headers);
  const unsent = inputs.filter((input) => !isSent(input));
  if (unsent.length === 0) return null;
  return (
    `Rules read ${unsent.join(', ')}, which ${kind} does not send: where they apply they refuse every request, ` +
    'cached or not. Use a REQUEST authorizer, or switch these rules off.'
  );
}

function uncacheable({ inputs }: KeyParts, { admitsAnonymous }: CacheDependencies): string | null {
  if (inputs.includes('anything')) {
    return 'A custom rule or a country function may read anything in the request, and no cache key holds all of it.';
  }
  if (!admitsAnonymous) return null;
  return 'Some routes take callers without a token, but the gateway refuses them itself if the token is part of the key.';
}

function moreThanToken({ inputs, route }: KeyParts): string | null {
  if (inputs.length > 0) {
    return `Rules read ${inputs.join(', ')}, but the cache key is the token alone.`;
  }
  if (route === 'not needed') return null;
  return 'No policy is exact for all callers of these routes, and the cache key is the token alone.';
}

function notInOneKey({ route }: KeyParts, { tokenSource }: CacheDependencies): string | null {
  if (route === 'not enough') {
    return 'No policy is exact for all callers of these routes, nor for all paths of each.';
  }
  if (Object.keys(tokenSource).length <= 1) return null;
  return 'The token may be in several places, and API Gateway refuses requests that lack any part of the key.';
}

type ConfiguredCache = Extract<GatewayCache, { readonly kind: 'identity sources' }>;

function sourcesOf({ inputs, route }: KeyParts, source: TokenSource, cache: ConfiguredCache): string[] {
  const sources = [tokenPart(source, cache)];
  for (const input of inputs) {
    const isAddress = input === 'source-ip';
    sources.push(isAddress ? cache.address : cache.header(spelledOut(input.slice('header:'.length))));
  }
  if (route === 'needed') sources.push(...cache.route);
  return sources;
}

/** A single cookie cannot be an identity source; the whole header can. */
function tokenPart({ header, query, cookie }: TokenSource, cache: ConfiguredCache): string {
  if (query !== undefined) return cache.query(query);
  return cache.header(cookie === undefined ? spelledOut(header) : 'Cookie');
}

/** A header as it is usually written (`CloudFront-Viewer-Country`): AWS documents for HTTP APIs alone that case is ignored. */
function spelledOut(header = 'authorization'): string {
  return header
    .replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/^Cloudfront-/, 'CloudFront-');
}
