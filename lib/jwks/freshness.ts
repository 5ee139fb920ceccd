import type { Life } from '../refreshing/held.ts';
import type { JwksSettings } from './jwks-settings.ts';
import type { KeySnapshot } from './key-supply.ts';

/** How much longer keys stay fresh while they are refreshed beside the requests, as a share of their freshness. */
const OVERLAP = 0.1;

/** How long keys are current, milliseconds: `max-age` seconds, but between half and double of `freshMs`. */
export function freshnessOf(maxAge: number | null, freshMs: number): number {
  return maxAge === null ? freshMs : Math.min(2 * freshMs, Math.max(freshMs / 2, maxAge * 1000));
}

type Age = Pick<KeySnapshot, 'askedAt' | 'maxAge'>;

/**
 * @param chance - from 0 to 1, so that environments that started together do not refresh together
 */
export function lifeOf({ askedAt, maxAge }: Age, settings: JwksSettings, chance = 0): Life {
  const freshMs = freshnessOf(maxAge, settings.freshMs);
  const freshUntil = askedAt + freshMs * (1 + OVERLAP);
  return {
    dueAt: askedAt + freshMs * (1 + (OVERLAP / 2) * chance),
    freshUntil,
    usableUntil: freshUntil + settings.staleMs,
  };
}

/** A refresh that takes this much longer than it ever could was cut off by a freeze. Milliseconds. */
const GRACE = 1000;

/** The longest that a refresh can take unless a freeze cuts it off, milliseconds. */
export function longestRefresh({ timeoutMs, storeTimeoutMs, store }: JwksSettings): number {
  return (store === null ? timeoutMs : 2 * timeoutMs + 4 * storeTimeoutMs) + GRACE;
}
