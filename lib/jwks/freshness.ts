import type { JwksSettings } from './jwks-settings.ts';
import type { KeySnapshot } from './key-supply.ts';

/** The moments at which keys change state, milliseconds of the steady clock. */
export interface Life {
  /** From here on the keys are stale: a request waits for a refresh, if there is one to be had. */
  readonly freshUntil: number;
  /** From here on they verify nothing. */
  readonly usableUntil: number;
}

/** How much longer keys stay fresh while they are refreshed beside the requests, as a share of their freshness. */
const OVERLAP = 0.1;

/** How long keys are current, milliseconds: `max-age` seconds, but between half and double of `freshMs`. */
export function freshnessOf(maxAge: number | null, freshMs: number): number {
  return maxAge === null ? freshMs : Math.min(2 * freshMs, Math.max(freshMs / 2, maxAge * 1000));
}

type Age = Pick<KeySnapshot, 'askedAt' | 'maxAge'>;

export function lifeOf({ askedAt, maxAge }: Age, settings: JwksSettings): Life {
  const freshUntil = askedAt + freshnessOf(maxAge, settings.freshMs) * (1 + OVERLAP);
  return { freshUntil, usableUntil: freshUntil + settings.staleMs };
}

/**
 * When to refresh keys beside the requests.
 *
 * @param chance - from 0 to 1, so that environments that started together do not refresh together
 */
export function refreshDueAt({ askedAt, maxAge }: Age, settings: JwksSettings, chance: number): number {
  return askedAt + freshnessOf(maxAge, settings.freshMs) * (1 + (OVERLAP / 2) * chance);
}
