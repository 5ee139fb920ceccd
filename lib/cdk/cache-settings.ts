import { Duration } from 'aws-cdk-lib/core';
import { bindingReason, type CacheAdvice } from '../authorizer/cache-advice.ts';
import { identitySources } from '../authorizer/identity-sources.ts';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { OptionError } from '../decision/errors.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { parseBindings } from '../token/verifier-settings.ts';
import { isObject } from '../util/is-object.ts';
import { boolean, nonEmptyStrings, optional, plainObject, refuseValue } from '../util/option-checks.ts';

/** How API Gateway caches the answers of the authorizer. */
export interface CacheProps {
  /**
   * How long an answer is cached: at most one hour.
   *
   * @default 5 minutes, or the `maxTtl` of `identitySources` if that is less, or not at all if no cache key is right for the
   *   options
   */
  readonly ttl?: Duration;
  /**
   * The identity sources, in the syntax of the gateway. They replace those that are derived from the options. `cdk synth`
   * warns if one of those is missing.
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
  /** Why cached answers may be wrong; `null` if they are right as far as the options show. */
  readonly warning: string | null;
}

/**
 * Chooses TTL and identity sources by the same advice as `identitySources`.
 *
 * @param cache - `false` for a TTL of 0
 * @throws {OptionError} for options that make no sense, for a TTL although no cache key is right for the options, and for
 *   `behindCatchAll` beside identity sources of one's own
 */
export function cacheSettings(
  options: AuthorizerOptions,
  gateway: GatewayKind,
  cache: CacheProps | false,
): CacheSettings {
  const advice = identitySources(options, gateway);
  const reserved = reservedNotes(advice);
  if (cache === false) return { ...NO_CACHE, notes: reserved };
  checkCache(cache);
  if (cache.identitySources !== undefined) {
    const proofs = bindingReason({ bindings: parseBindings(options, '') });
    const own = ownKey(cache, cache.identitySources, advice, proofs);
    return { ...own, notes: reserved };
  }
  const { ttl, behindCatchAll = false } = cache;
  if (!advice.cache) {
    refuseTtl(ttl, advice.reason);
    return { ...NO_CACHE, notes: [`Not cached. ${advice.reason}`, ...reserved] };
  }
  const sources = behindCatchAll ? (advice.behindCatchAll ?? advice.identitySources) : advice.identitySources;
  const loss = advice.loss === undefined ? [] : [advice.loss];
  return {
    ttl: ttl ?? usualTtl(advice),
    identitySources: sources,
    notes: [...loss, ...reserved],
    warning: ttlWarning(ttl, advice),
  };
}

/** @throws {OptionError} for what the compiler refuses */
function checkCache(cache: CacheProps): void {
  const given = plainObject(cache, 'cache', ['ttl', 'identitySources', 'behindCatchAll']);
  optional(given, 'cache', 'ttl', undefined, duration);
  optional(given, 'cache', 'identitySources', undefined, nonEmptyStrings);
  optional(given, 'cache', 'behindCatchAll', undefined, boolean);
}

/** A `Duration`, perhaps of another copy of the CDK. */
function duration(value: unknown, path: string): void {
  if (!isObject(value) || typeof value['toSeconds'] !== 'function') {
    refuseValue(path, 'a Duration of the CDK, `Duration.minutes(5)` for example', value);
  }
}

const NO_CACHE = { ttl: Duration.seconds(0), identitySources: [], warning: null } as const;

/** The default of API Gateway. */
const FIVE_MINUTES = Duration.minutes(5);

function usualTtl(advice: CacheAdvice): Duration {
  const isShorter = advice.cache && advice.maxTtl !== undefined && advice.maxTtl < FIVE_MINUTES.toSeconds();
  return isShorter ? Duration.seconds(advice.maxTtl) : FIVE_MINUTES;
}

/** A warning if answers are cached for longer than a rule `authentication` or `revocations.within` permits. */
function ttlWarning(ttl: Duration | undefined, advice: CacheAdvice): string | null {
  if (ttl === undefined || ttl.isUnresolved() || !advice.cache || advice.maxTtl === undefined) return null;
  if (ttl.toSeconds() <= advice.maxTtl) return null;
  return `cache.ttl: a cached allow outlives the \`maxAge\` of a rule, and a revocation (\`revocations.within\`), by up to the TTL. Use ${advice.maxTtl} seconds at most, or leave it out.`;
}

/**
 * The settings for identity sources of the user's own.
 *
 * @param proofs - why proofs of bound tokens leave no cache key right; `null` if they do not
 */
function ownKey(
  { ttl: given, behindCatchAll }: CacheProps,
  own: readonly string[],
  advice: CacheAdvice,
  proofs: string | null,
): Omit<CacheSettings, 'notes'> {
  if (behindCatchAll !== undefined) {
    throw new OptionError(
      'cache.behindCatchAll',
      'has no effect with `cache.identitySources`: leave one of the two out',
    );
  }
  if (proofs !== null) return { ttl: noTtl(given, proofs), identitySources: own, warning: null };
  const ttl = given ?? usualTtl(advice);
  const warning = isZero(ttl) ? null : (warningOn(own, advice) ?? ttlWarning(given, advice));
  return { ttl, identitySources: own, warning };
}

/** @throws {OptionError} for another TTL than 0 */
function noTtl(ttl: Duration = NO_CACHE.ttl, reason: string): Duration {
  if (isZero(ttl)) return ttl;
  throw new OptionError('cache.ttl', `cannot be used with these options. ${reason} Leave it out`);
}

/** A warning if a key of the user's own lacks what the answers depend on. */
function warningOn(own: readonly string[], advice: CacheAdvice): string | null {
  if (!advice.cache) return `cache.identitySources: no cache key is right for the options. ${advice.reason}`;
  const { identitySources: advised, behindCatchAll = advised } = advice;
  const names = new Set(own.map((source) => source.toLowerCase()));
  const missingFrom = (key: readonly string[]) => key.filter((source) => !names.has(source.toLowerCase()));
  const missing = missingFrom(advised);
  if (missing.length === 0 || missingFrom(behindCatchAll).length === 0) return null;
  return (
    `cache.identitySources: answers depend on ${missing.join(', ')} too, so a cached one may be repeated for requests that ` +
    'it is wrong for. Add these sources, or leave `cache.identitySources` out.'
  );
}

function isZero(ttl: Duration): boolean {
  return !ttl.isUnresolved() && ttl.toSeconds() === 0;
}

function refuseTtl(ttl: Duration | undefined, reason: string): void {
  if (ttl === undefined || ttl.isUnresolved() || isZero(ttl)) return;
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
