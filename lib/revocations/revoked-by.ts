import type { RevocationKind, Revocations, RevocationTimes } from './record.ts';

/** What the look-up reads of a token. */
export interface RevocableClaims {
  readonly iat?: number;
  readonly azp?: string;
  readonly client_id?: string;
  readonly [claim: string]: unknown;
}

/**
 * Finds the kind of the entry that revokes a token; `null` if none does. One look-up for each kind that has entries,
 * whatever their number; two for `client`, since either claim may name the application. A token without `iat` is revoked by any entry that names it. `iat` is compared exactly.
 *
 * @param now - epoch seconds
 */
export function revokedBy(
  revocations: Revocations,
  claims: RevocableClaims,
  now: number,
): RevocationKind | null {
  for (const [kind, entries] of revocations) {
    const isHit =
      kind === 'client'
        ? isNamed(entries, claims.azp, claims, now) || isNamed(entries, claims.client_id, claims, now)
        : isNamed(entries, claims[kind], claims, now);
    if (isHit) return kind;
  }
  return null;
}

function isNamed(
  entries: ReadonlyMap<string, RevocationTimes>,
  value: unknown,
  { iat }: RevocableClaims,
  now: number,
): boolean {
  const times = entries.get(value as string);
  if (times === undefined || now >= times.until) return false;
  return iat === undefined || iat < times.issuedBefore;
}
