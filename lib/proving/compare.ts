import type { Forecast } from './forecast.ts';
import type { Observation } from './observe.ts';
import type { Probe } from './probe.ts';
import { SPELLINGS } from './spellings.ts';

/** A request with its answer, and what was forecast. */
export interface Row {
  readonly probe: Probe;
  readonly observed: Observation;
  /** By the model of the gateway, cache included. */
  readonly expected: Forecast;
  /** Judged for itself. */
  readonly fresh: Forecast;
  /** Judged for itself by an API that has a catch-all for what is not declared. */
  readonly caught: Forecast;
}

/**
 * - `opens`: the stage lets a request pass that the options refuse.
 * - `refuses`: the stage refuses a request that the options allow.
 * - `status`: the stage refuses by another status.
 * - `missing`: the API has no route for a declared route.
 * - `preflight`: a browser cannot call the route from another origin.
 */
export type DifferenceKind = 'opens' | 'refuses' | 'status' | 'missing' | 'preflight';

/** Where the stage and the forecast part. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly row: Row;
}

/**
 * The differences, those that open something first.
 *
 * @param handlerDecides - whether a handler may refuse what the rules allow: then a refusal is none
 */
export function differencesIn(rows: readonly Row[], handlerDecides: boolean): readonly Difference[] {
  const order: readonly DifferenceKind[] = ['opens', 'missing', 'refuses', 'status', 'preflight'];
  const found = rows.flatMap((row) => {
    const kind = differenceOf(row);
    return kind === null || (handlerDecides && kind === 'refuses') ? [] : [{ kind, row }];
  });
  return order.flatMap((kind) => found.filter((difference) => difference.kind === kind));
}

function differenceOf(row: Row): DifferenceKind | null {
  const { probe, observed, expected, fresh } = row;
  if (observed.outcome === 'unclear') return null;
  if (probe.purpose === 'preflight') return observed.outcome === 'allowed' ? null : 'preflight';
  if (observed.outcome === 'allowed') return isOpened(row) ? 'opens' : null;
  if (expected.outcome === 'unclear') return null;
  // A stage that judges what it could replay is right as well.
  if (observed.outcome === expected.outcome || observed.outcome === fresh.outcome) return null;
  // An API may have more routes than the options declare. What it refuses there is no loss.
  if (expected.outcome === 'no route') return null;
  if (observed.outcome === 'no route') return isOfDeclaredPath(row) ? 'missing' : null;
  return expected.outcome === 'allowed' ? 'refuses' : 'status';
}

/** Whether a request passed that would not if it were judged for itself. */
function isOpened({ probe, observed, fresh, caught, expected }: Row): boolean {
  if (expected.outcome === 'unclear' || (expected.outcome === 'allowed' && isReplayedRightly(probe)))
    return false;
  if (fresh.outcome !== 'no route') return fresh.outcome !== 'allowed';
  // The 404 of a backend and that of the gateway may look alike.
  return caught.outcome !== 'allowed' && observed.certainty === 'sure';
}

/** Whether SECURITY.md says that a cached answer lets such requests pass: after `exp`, and by another spelling. */
function isReplayedRightly({ purpose }: Probe): boolean {
  return purpose === 'after expiry' || SPELLINGS.some((spelling) => spelling === purpose);
}

function isOfDeclaredPath({ probe }: Row): boolean {
  return ['route', 'route again', 'before expiry', 'after expiry'].includes(probe.purpose);
}
