import { systemClock } from './jwks/clock.ts';
import { fetchJwks } from './jwks/fetch-jwks.ts';
import { type JwksOptions, parseJwksOptions } from './jwks/jwks-options.ts';
import { type Refreshed, refreshStore } from './jwks/stores/refresh-store.ts';
import { jwksUriOf } from './token/auth0-profile.ts';
import { issuerOfDomain } from './token/issuer-options.ts';
import { nonEmptyStrings, plainObject, refuse } from './util/option-checks.ts';

export type { Refreshed } from './jwks/stores/refresh-store.ts';

export interface KeyRefresherOptions {
  /** Auth0 domain, or several. Leave it out when `jwks.uri` says where the keys are. */
  readonly domain?: string | readonly string[];
  /** The same as your authorizer has: `store` is what gets filled, the durations say for how long. */
  readonly jwks: JwksOptions;
}

/**
 * A Lambda handler for EventBridge Scheduler that keeps a store warm, so that no authorizer asks Auth0 for keys.
 * Let it run every `freshFor / 2`, five minutes by default.
 *
 * When it cannot fetch or store, it fails with the cause: Lambda tries twice more and your alarm on its errors rings,
 * while authorizers go on with what the store has until `staleFor`.
 *
 * @throws {OptionError}
 * @example
 * export const handler = keyRefresher({ domain: 'tenant.eu.auth0.com', jwks: { store } });
 */
export function keyRefresher(options: KeyRefresherOptions): () => Promise<readonly Refreshed[]> {
  const { domain, jwks } = plainObject(options, '', ['domain', 'jwks']);
  const settings = parseJwksOptions(jwks, 'jwks');
  const { store } = settings;
  if (store === null) refuse('jwks.store', 'is what the refresher fills: give one');
  if (store.write === undefined) refuse('jwks.store', 'only reads: give the refresher one that writes');
  if (settings.pinned !== null) refuse('jwks.keys', 'are never fetched: leave them out here');
  const uris = urisOf(domain, settings.uri);
  return async () => {
    const results = await Promise.allSettled(
      uris.map((uri) => refreshStore({ uri, store, settings, clock: systemClock, fetch: fetchJwks })),
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
    if (domain !== undefined) refuse('domain', 'has no effect beside jwks.uri: leave one of them out');
    return [uri];
  }
  if (domain === undefined) {
    refuse('domain', "is missing: write your Auth0 domain, such as 'tenant.eu.auth0.com', or give jwks.uri");
  }
  return nonEmptyStrings(domain, 'domain').map((name) => jwksUriOf(issuerOfDomain(name, 'domain')));
}
