import { Duration } from 'aws-cdk-lib/core';
import type { CacheAdvice } from '../authorizer/cache-advice.ts';
import { identitySources } from '../authorizer/identity-sources.ts';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { OptionError } from '../decision/errors.ts';
import type { GatewayKind } from '../gateways/gateway.ts';

/** How API Gateway caches the answers of the authorizer. */
export interface CacheProps {
  /**
   * How long an answer is cached: at most one hour.
   *
   * @default 5 minutes, or not at all if no cache key is right for the options
   */
  readonly ttl?: Duration;
  /**
   * The identity sources, in the syntax of the gateway. They replace those that are derived from the options.
   *
   * @default those of `identitySources(options, gateway)`
   */
  readonly identitySources?: readonly string[];
  /**
   * Whether a route of the API serves several routes of the options: a catch-all, or `ANY`. Then the path is part of the
   * cache key, if the key contains the route.
   *
   * @default false
   */
  readonly behindCatchAll?: boolean;
}

/** The settings of the authorizer at the gateway. */
export interface CacheSettings {
  readonly ttl: Duration;
  readonly identitySources: readonly string[];
  /** What the developer should know, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Chooses TTL and identity sources by the same advice as `identitySources`.
 *
 * @param cache - `false` for a TTL of 0
 * @throws {OptionError} for options that make no sense, and for a TTL although no cache key is right for the options
 */
export function cacheSettings(
  options: AuthorizerOptions,
  gateway: GatewayKind,
  cache: CacheProps | false,
): CacheSettings {
  const advice = identitySources(options, gateway);
  const reserved = reservedNotes(advice);
  if (cache === false) return { ttl: Duration.seconds(0), identitySources: [], notes: reserved };
  const { ttl, identitySources: own, behindCatchAll = false } = cache;
  if (own !== undefined) return { ttl: ttl ?? FIVE_MINUTES, identitySources: own, notes: reserved };
  if (!advice.cache) {
    refuseTtl(ttl, advice.reason);
    return {
      ttl: Duration.seconds(0),
      identitySources: [],
      notes: [`Not cached. ${advice.reason}`, ...reserved],
    };
  }
  const sources = behindCatchAll ? (advice.behindCatchAll ?? advice.identitySources) : advice.identitySources;
  const loss = advice.loss === undefined ? [] : [advice.loss];
  return { ttl: ttl ?? FIVE_MINUTES, identitySources: sources, notes: [...loss, ...reserved] };
}

/** The default of API Gateway. */
const FIVE_MINUTES = Duration.minutes(5);

function refuseTtl(ttl: Duration | undefined, reason: string): void {
  if (ttl === undefined || ttl.isUnresolved() || ttl.toSeconds() === 0) return;
  throw new OptionError(
    'cache.ttl',
    `cannot be used with these options. ${reason} Leave it out, or set \`cache.identitySources\` yourself`,
  );
}

function reservedNotes({ reserved = [] }: CacheAdvice): readonly string[] {
  if (reserved.length === 0) return [];
  const routes = reserved.map(({ route, values }) => `${route} (${values.join(', ')})`);
  return [`Some callers are refused these values of parameters (\`reserved_value\`): ${routes.join('; ')}.`];
}
