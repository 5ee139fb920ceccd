import type { SteadyClock } from './clock.ts';
import type { FetchJwks, FetchLimits } from './fetch-jwks.ts';
import type { ImportKeys } from './import-keys.ts';
import { readJwks } from './jwks-document.ts';
import { JwksError } from './jwks-error.ts';
import type { KeySnapshot, KeySupplier } from './key-supply.ts';
import type { Pace } from './pace.ts';

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
  return { ...readJwks(body, uri, importKeys), askedAt, publishedAt, maxAge, from: 'endpoint' };
}

/** Gets the keys from the JWKS endpoint, whatever is needed. */
export function endpointSupplier(parts: EndpointParts): KeySupplier {
  return () =>
    fetchSnapshot(parts).then(
      (snapshot) => ({ kind: 'new keys', snapshot }),
      (error: unknown) => ({ kind: 'failed', error, older: null }),
    );
}

/** Limits an endpoint supplier: its requests count for the pace, and none goes out for a refresh that was cut off. */
export function pacedSupplier(
  endpoint: KeySupplier,
  { uri, clock, pace }: Pick<EndpointParts, 'uri' | 'clock'> & { readonly pace: Pace },
): KeySupplier {
  return async (need) => {
    const now = clock.now();
    if (now >= need.abandonedAt) return { kind: 'failed', error: cutOffError(uri), older: null };
    pace.ask(now);
    return endpoint(need);
  };
}

/** The failure of a refresh that a freeze of the environment cut off. */
export function cutOffError(uri: string): JwksError {
  return new JwksError('jwks_abandoned', `a request for the keys of ${uri} was cut off by a freeze`);
}
