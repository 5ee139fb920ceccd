import type { RevocationKind, Revocations } from './record.ts';

/** What the look-up reads of a token. */
export interface RevocableClaims {
  readonly iat?: number;
  readonly azp?: string;
  readonly client_id?: string;
  readonly [claim: string]: unknown;
}

/**
 * Finds the kind of the entry that revokes a token; `null` if none does. One look-up for each kind that has entries,
 * whatever their number. A token without `iat` is revoked by any entry that names it. `iat` is compared exactly.
 *
 * @param now - epoch seconds
 */
export function revokedBy(
  revocations: Revocations,
  claims: RevocableClaims,
  now: number,
): RevocationKind | null {
  for (const [kind, entries] of revocations) {
    const value = kind === 'client' ? (claims.azp ?? claims.client_id) : claims[kind];
    const times = entries.get(value as string);
    if (times === undefined || now >= times.until) continue;
    if (claims.iat === undefined || claims.iat < times.issuedBefore) return kind;
  }
  return null;
}
