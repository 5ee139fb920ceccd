import { fetchFirst } from './jwks/fetch-first.ts';
import { fetchJwks } from './jwks/fetch-jwks.ts';
import type { JwksOptions } from './jwks/jwks-options.ts';
import { parseJwksOptions } from './jwks/jwks-settings.ts';
import { type Refreshed, refreshStore } from './jwks/stores/refresh-store.ts';
import { systemClock } from './refreshing/clock.ts';
import { jwksUriOf } from './token/auth0-profile.ts';
import { issuerOfDomain } from './token/issuer-options.ts';
import { nonEmptyStrings, plainObject, refuse } from './util/option-checks.ts';

export type { Refreshed } from './jwks/stores/refresh-store.ts';

/** Options of {@link keyRefresher}. */
export interface KeyRefresherOptions {
  /** Auth0 domain, or several. Leave it out if you give `jwks.uri`. */
  readonly domain?: string | readonly string[];
  /** The same options as in your authorizer. `store` is filled; the durations say for how long. */
  readonly jwks: JwksOptions;
}

/**
 * A Lambda handler for EventBridge Scheduler that keeps a store filled, so that no authorizer asks Auth0 for keys.
 * Schedule it every `freshFor / 2`: five minutes by default.
 *
 * If it cannot fetch or store the keys, it throws the cause: Lambda retries twice, and your alarm on its errors fires.
 * Meanwhile authorizers use the store's keys until `staleFor`.
 *
 * @returns a handler that resolves to the addresses, each with the `kid` of its keys that are in the store now
 * @throws {OptionError} for an option that makes no sense
 * @example
 * export const handler = keyRefresher({ domain: 'tenant.eu.auth0.com', jwks: { store } });
 */
export function keyRefresher(options: KeyRefresherOptions): () => Promise<readonly Refreshed[]> {
  const { domain, jwks } = plainObject(options, '', ['domain', 'jwks']);
  const settings = parseJwksOptions(jwks, 'jwks');
  const { store } = settings;
  if (store === null) refuse('jwks.store', 'is missing: give the store that the refresher fills');
  if (store.write === undefined) refuse('jwks.store', 'only reads: give a store that also writes');
  if (settings.pinned !== null)
    refuse('jwks.keys', 'are pinned keys, which are never fetched: leave them out');
  const uris = urisOf(domain, settings.uri);
  const fetch = settings.fetch ?? fetchJwks;
  // Under the address of the first domain, as the authorizers read it.
  const targets = settings.shared ? uris.slice(0, 1) : uris;
  const fetchKeys = settings.shared ? fetchFirst(uris, fetch) : fetch;
  return async () => {
    const results = await Promise.allSettled(
      targets.map((uri) => refreshStore({ uri, store, settings, clock: systemClock, fetch: fetchKeys })),
    );
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    if (failures.length > 0)
      throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'several domains');
    return results.map((result) => (result as PromiseFulfilledResult<Refreshed>).value);
  };
}

function urisOf(domain: unknown, uri: string | null): readonly string[] {
  if (uri !== null) {
    if (domain !== undefined) refuse('domain', 'has no effect with jwks.uri: leave one of them out');
    return [uri];
  }
  if (domain === undefined) {
    refuse('domain', "is missing: write your Auth0 domain, such as 'tenant.eu.auth0.com', or give jwks.uri");
  }
  return nonEmptyStrings(domain, 'domain').map((name) => jwksUriOf(issuerOfDomain(name, 'domain')));
}
