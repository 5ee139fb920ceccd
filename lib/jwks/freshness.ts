import type { Answer } from './ask.ts';
import type { JwksSettings } from './jwks-options.ts';

/** The moments at which a set of keys changes state, milliseconds of the steady clock. */
export interface Life {
  /** From here on the keys are stale: refreshed before a request is answered, if that can be done. */
  readonly freshUntil: number;
  /** From here on they verify nothing. */
  readonly usableUntil: number;
}

/** The keys in use. */
export interface Generation extends Answer, Life {
  /** From here on they are refreshed beside the requests. */
  readonly dueAt: number;
}

/** The share of its freshness for which a set of keys lives on while its refresh runs beside the requests. */
const OVERLAP = 0.1;

/** How long these keys are current, milliseconds: `max-age`, but between half and double of `freshFor`. */
export function freshnessOf(maxAge: number | null, freshMs: number): number {
  return maxAge === null ? freshMs : Math.min(2 * freshMs, Math.max(freshMs / 2, maxAge * 1000));
}

export function lifeOf(
  { askedAt, maxAge }: Pick<Answer, 'askedAt' | 'maxAge'>,
  settings: JwksSettings,
): Life {
  const freshUntil = askedAt + freshnessOf(maxAge, settings.freshMs) * (1 + OVERLAP);
  return { freshUntil, usableUntil: freshUntil + settings.staleMs };
}

/** @param chance - from 0 to 1, so that environments that started together do not refresh together */
export function generationOf(answer: Answer, settings: JwksSettings, chance: number): Generation {
  const fresh = freshnessOf(answer.maxAge, settings.freshMs);
  const dueAt = answer.askedAt + fresh * (1 + (OVERLAP / 2) * chance);
  return { ...answer, ...lifeOf(answer, settings), dueAt };
}
