import type { SteadyClock } from '../refreshing/clock.ts';
import type { Pace } from '../refreshing/pace.ts';
import type { FetchJwks, FetchLimits } from './fetch-jwks.ts';
import type { ImportKeys } from './import-keys.ts';
import { readJwks } from './jwks-document.ts';
import { JwksError } from './jwks-error.ts';
import type { KeySnapshot, KeySupplier } from './key-supply.ts';
import { shownUri } from './shown-uri.ts';

export interface EndpointParts {
  readonly uri: string;
  readonly fetch: FetchJwks;
  readonly limits: FetchLimits;
  readonly clock: SteadyClock;
  readonly importKeys: ImportKeys;
}

/**
 * Fetches the keys from the JWKS endpoint, with one request.
 *
 * @throws {JwksError}
 */
export async function fetchSnapshot(parts: EndpointParts): Promise<KeySnapshot> {
  const { uri, fetch, limits, clock, importKeys } = parts;
  // Taken before the request goes out: keys must not count as younger than they are.
  const askedAt = clock.now();
  const publishedAt = clock.wall();
  const { body, maxAge } = await fetch(uri, limits);
  return { ...readJwks(body, shownUri(uri), importKeys), askedAt, publishedAt, maxAge, from: 'endpoint' };
}

/** Gets the keys from the JWKS endpoint, except for a refresh that a freeze cut off. Each request counts for the pace. */
export function endpointSupplier(parts: EndpointParts & { readonly pace: Pace }): KeySupplier {
  const { uri, clock, pace } = parts;
  return async ({ abandonedAt }) => {
    const now = clock.now();
    if (now >= abandonedAt) return { kind: 'failed', error: cutOffError(uri), older: null };
    pace.ask(now);
    return fetchSnapshot(parts).then(
      (snapshot) => ({ kind: 'new', snapshot }),
      (error: unknown) => ({ kind: 'failed', error, older: null }),
    );
  };
}

/** The failure of a refresh that a freeze of the environment cut off. */
export function cutOffError(uri: string): JwksError {
  return new JwksError(
    'jwks_abandoned',
    `a request for the keys of ${shownUri(uri)} was cut off by a freeze`,
  );
}
