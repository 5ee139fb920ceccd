import { type GatewayCache, takesPolicy } from '../gateways/facts.ts';
import type { Gateway, TokenSource } from '../gateways/gateway.ts';
import { placesOf } from '../gateways/reading/credentials.ts';
import type { RequestInput } from '../rules/rule.ts';
import { defined } from '../util/defined.ts';
import type { AnswerScope, CacheDependencies } from './cache-dependencies.ts';
import type { DenialLists } from './denial-lists.ts';

/** How to configure the authorizer at the gateway so that cached answers stay correct. */
export type CacheAdvice = DenialLists &
  (
    | {
        readonly cache: true;
        /** As the gateway writes them; empty for AppSync, whose key is the token and cannot be configured. */
        readonly identitySources: readonly string[];
        /**
         * The identity sources to use instead if a route of the API serves several declared routes: a catch-all, or `ANY`.
         * Each path then has answers of its own. Only if `identitySources` contain the route.
         */
        readonly behindCatchAll?: readonly string[];
        /**
         * The longest TTL to configure, seconds: the least of what `revocations.within` leaves and of the `maxAge` of rules
         * `authentication`. With the latter, a cached allow is repeated until the login is at most twice as old as the rule
         * permits; a shorter TTL brings that down. Absent without either, and for AppSync, whose answers contain their TTL.
         */
        readonly maxTtl?: number;
        /** What some callers would lose under the token alone, in one sentence. Only if no policy is exact for all. */
        readonly loss?: string;
      }
    | {
        /** Configure a TTL of 0. */
        readonly cache: false;
        /** Why, in one sentence. */
        readonly reason: string;
      }
  );

/** What the cache key must hold besides the token. */
interface KeyParts {
  readonly inputs: readonly RequestInput[];
  readonly scope: AnswerScope;
}

/**
 * The identity sources that make cached answers correct: exactly what the answer depends on. The gateway replays an
 * answer to every request with the same values, and answers 401 itself if one of them is missing.
 */
export function cacheAdvice(dependencies: CacheDependencies, gateway: Gateway): CacheAdvice {
  return adviceFor(keyParts(dependencies, gateway), dependencies, gateway);
}

/** The advice if a route of the API, which would be in the key, serves several declared routes: the path is in the key. */
export function catchAllAdvice(dependencies: CacheDependencies, gateway: Gateway): CacheAdvice {
  return adviceFor({ ...keyParts(dependencies, gateway), scope: 'path' }, dependencies, gateway);
}

function adviceFor(parts: KeyParts, dependencies: CacheDependencies, gateway: Gateway): CacheAdvice {
  const { cache } = gateway;
  const { tokenSource } = dependencies;
  const unsupported = unsupportedBinding(dependencies, gateway);
  if (unsupported !== null) return { cache: false, reason: unsupported };
  if (cache.kind === 'none') return { cache: false, reason: cache.reason };
  const reason =
    bindingReason(dependencies) ??
    unsentInputs(parts, gateway) ??
    uncacheable(parts, dependencies) ??
    (cache.kind === 'token' ? moreThanToken(parts, dependencies) : severalTokenPlaces(dependencies));
  if (reason !== null) return { cache: false, reason };
  const maxTtl = dependencies.maxTtl ?? undefined;
  if (cache.kind === 'token') {
    const identitySources = cache.sources(spelledOut(tokenSource.header));
    // Each answer to AppSync, which has no identity sources, contains its own TTL.
    const isTtlConfigured = identitySources.length > 0;
    return defined({ cache: true as const, identitySources, maxTtl: isTtlConfigured ? maxTtl : undefined });
  }
  const { loss, handlerDecides, httpApiResponse } = dependencies;
  const hasLoss = loss !== null && !handlerDecides && takesPolicy(gateway, httpApiResponse);
  return defined({
    cache: true as const,
    identitySources: sourcesOf(parts, tokenSource, cache),
    behindCatchAll:
      parts.scope === 'route' ? sourcesOf({ ...parts, scope: 'path' }, tokenSource, cache) : undefined,
    maxTtl,
    loss: hasLoss ? loss : undefined,
  });
}

function keyParts(dependencies: CacheDependencies, gateway: Gateway): KeyParts {
  const { policyScope, simpleScope, ipInPolicy } = dependencies;
  const hasPolicy = takesPolicy(gateway, dependencies.httpApiResponse);
  // Without a policy nothing carries the rule, so the rule itself reads the address.
  const carried = ipInPolicy && !hasPolicy ? (['source-ip'] as const) : [];
  const inputs = [...dependencies.inputs, ...carried];
  if (!gateway.routeKinds.includes('path')) return { inputs, scope: 'stage' };
  return { inputs, scope: hasPolicy ? policyScope : simpleScope };
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

/** Why bound tokens forbid to cache answers, whatever the key contains; `null` if they do not. */
export function bindingReason({ bindings }: Pick<CacheDependencies, 'bindings'>): string | null {
  for (const binding of bindings) {
    const { caching } = binding.terms();
    if ('reason' in caching) return caching.reason;
  }
  return null;
}

/** Why the gateway cannot have `dpop` or `mtls`; `null` if it can. */
export function unsupportedBinding(
  { bindings }: Pick<CacheDependencies, 'bindings'>,
  { kind }: Pick<Gateway, 'kind'>,
): string | null {
  for (const binding of bindings) {
    const reason = binding.unsupported(kind);
    if (reason !== null) return reason;
  }
  return null;
}

function uncacheable({ inputs }: KeyParts, { admitsAnonymous }: CacheDependencies): string | null {
  if (inputs.includes('anything')) {
    return 'A custom rule or a country function may read anything in the request, and no cache key holds all of it.';
  }
  if (!admitsAnonymous) return null;
  return 'Some routes take callers without a token, but the gateway refuses them itself if the token is part of the key.';
}

function moreThanToken(
  { inputs, scope }: KeyParts,
  { handlerDecides, loss }: CacheDependencies,
): string | null {
  if (inputs.length > 0) return `Rules read ${inputs.join(', ')}, but the cache key is the token alone.`;
  return scope === 'stage'
    ? null
    : `${handlerDecides ? HANDLER_REASON : loss} The cache key is the token alone.`;
}

const HANDLER_REASON =
  'Your handler decides (`handlerDecides`), so an answer opens only what it was called for.';

function severalTokenPlaces({ tokenSource }: CacheDependencies): string | null {
  if (placesOf(tokenSource).length <= 1) return null;
  return 'The token may be in several places, and API Gateway refuses requests that lack any part of the key.';
}

type ConfiguredCache = Extract<GatewayCache, { readonly kind: 'identity sources' }>;

function sourcesOf({ inputs, scope }: KeyParts, source: TokenSource, cache: ConfiguredCache): string[] {
  const sources = [tokenPart(source, cache)];
  for (const input of inputs) {
    const isAddress = input === 'source-ip';
    sources.push(isAddress ? cache.address : cache.header(spelledOut(input.slice('header:'.length))));
  }
  if (scope !== 'stage') sources.push(...cache[scope]);
  return sources;
}

/** A single cookie cannot be an identity source; the whole header can. */
function tokenPart({ header, query, cookie, subprotocol }: TokenSource, cache: ConfiguredCache): string {
  if (query !== undefined) return cache.query(query);
  if (subprotocol !== undefined) return cache.header('Sec-WebSocket-Protocol');
  return cache.header(cookie === undefined ? spelledOut(header) : 'Cookie');
}

/** A header as it is usually written (`CloudFront-Viewer-Country`): AWS documents for HTTP APIs alone that case is ignored. */
export function spelledOut(header = 'authorization'): string {
  return header
    .replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/^Cloudfront-/, 'CloudFront-');
}
