import type { Refusal } from '../decision/decision.ts';
import { claimOfWrongType, looksLikeIdToken } from './auth0-profile.ts';
import { isStrings, registeredClaimOfWrongType } from './claim-types.ts';
import { isItsClient, judgeKind, type KindTerms } from './token-kind.ts';
import type { AccessTokenClaims } from './verified-token.ts';

/** The default of `clockTolerance`, seconds. */
export const CLOCK_TOLERANCE_S = 5;

/** What the claims are compared with. */
export interface ClaimExpectations {
  /** By `iss`. */
  readonly audiencesOf: ReadonlyMap<string, readonly string[]>;
  /** Those of the issuers that are Auth0's. */
  readonly auth0Issuers: ReadonlySet<string>;
  /** Seconds. */
  readonly clockTolerance: number;
  /** Seconds; `null` = any age. */
  readonly maxTokenAge: number | null;
  readonly requiredClaims: readonly string[];
}

/**
 * Checks everything about the claims that does not change with time, besides their types: that the token is an access
 * token, and for this API; the required claims.
 *
 * @param claims - of the right types: see {@link judgeTypes}. `iss` is a configured issuer
 * @param isTypedAccessToken - the header has `typ: 'at+jwt'`
 * @returns `missing_claim`, `invalid_claim`, `id_token`, `not_an_access_token` or `wrong_audience`; `null` when the claims
 *   are {@link AccessTokenClaims}
 */
export function judgeClaims(
  claims: Record<string, unknown>,
  isTypedAccessToken: boolean,
  expected: ClaimExpectations,
): Refusal | null {
  const iss = claims.iss as string;
  // `typ: 'at+jwt'` says that this is an access token.
  const kinds = isTypedAccessToken ? null : { isAuth0: expected.auth0Issuers.has(iss) };
  const ofOtherKind = kinds === null ? null : judgeKind(claims, kinds);
  if (ofOtherKind !== null) return ofOtherKind;
  const ofWrongAudience = judgeAudience(claims, kinds, expected.audiencesOf.get(iss) as readonly string[]);
  if (ofWrongAudience !== null) return ofWrongAudience;
  for (const name of expected.requiredClaims) if (!has(claims, name)) return missing(name);
  return null;
}

/**
 * Checks the types of the registered claims: those of RFC 7519 first, then those of Auth0.
 *
 * @returns `missing_claim` without `exp`, or `invalid_claim`; `null` if the types are right
 */
export function judgeTypes(claims: Record<string, unknown>): Refusal | null {
  if (!has(claims, 'exp')) return missing('exp');
  const name = registeredClaimOfWrongType(claims) ?? claimOfWrongType(claims);
  return name === null ? null : invalid(name);
}

/** @param kinds - `null` for a typed access token */
function judgeAudience(
  claims: Record<string, unknown>,
  kinds: KindTerms | null,
  audiences: readonly string[],
): Refusal | null {
  const { aud } = claims;
  if (!has(claims, 'aud')) return missing('aud');
  const named = typeof aud === 'string' ? [aud] : aud;
  if (!isStrings(named)) return invalid('aud');
  const accepted = named.filter((one) => audiences.includes(one));
  if (accepted.some((one) => kinds === null || !isItsClient(one, claims, kinds))) return null;
  if (accepted.length > 0 || (kinds !== null && looksLikeIdToken(claims))) return { code: 'id_token' };
  return { code: 'wrong_audience', detail: configuredDetail(named, audiences) };
}

/** The audiences of a token that are accepted from its issuer. */
export function acceptedAudiences(
  { iss, aud }: AccessTokenClaims,
  { audiencesOf }: ClaimExpectations,
): readonly string[] {
  const accepted = audiencesOf.get(iss) as readonly string[];
  const named = typeof aud === 'string' ? [aud] : (aud as readonly string[]);
  return named.filter((one) => accepted.includes(one));
}

/**
 * What is configured, for the reader of the log; and whether the token differs from it only by a final slash, the mistake
 * that is hardest to see. Contains none of the token's values.
 *
 * @param named - by the token
 */
export function configuredDetail(named: readonly string[], configured: readonly string[]): string {
  const isSlip = named.some((one) => configured.some((other) => one === `${other}/` || `${one}/` === other));
  const all = configured.join(', ');
  const shown = all.length > MAX_SHOWN ? `${all.slice(0, MAX_SHOWN)}...` : all;
  return `${isSlip ? 'differs from a configured one only by a final slash; ' : ''}configured: ${shown}`;
}

/** Longest list of configured values in a detail, characters. */
const MAX_SHOWN = 200;

/**
 * Checks everything that depends on the time, at each use of a token (RFC 7519, sections 4.1.4 to 4.1.6).
 *
 * @param now - epoch seconds
 * @returns `token_expired`, `token_not_yet_valid`, `token_too_old` or, for `iat`, `missing_claim`; `null` when the token
 *   may be used now
 */
export function judgeTimes(
  claims: AccessTokenClaims,
  expected: ClaimExpectations,
  now: number,
): Refusal | null {
  const { exp, nbf, iat } = claims;
  const { clockTolerance, maxTokenAge } = expected;
  if (now >= exp + clockTolerance) return { code: 'token_expired' };
  if (nbf !== undefined && nbf > now + clockTolerance) {
    return { code: 'token_not_yet_valid', detail: 'nbf' };
  }
  if (iat !== undefined && iat > now + clockTolerance) {
    return { code: 'token_not_yet_valid', detail: 'iat' };
  }
  if (maxTokenAge === null) return null;
  if (iat === undefined) return missing('iat');
  return now - iat > maxTokenAge + clockTolerance ? { code: 'token_too_old' } : null;
}

/** Whether a claim has a value. `null` counts as absent. */
function has(claims: Record<string, unknown>, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null;
}

function missing(claim: string): Refusal {
  return { code: 'missing_claim', detail: claim };
}

function invalid(claim: string): Refusal {
  return { code: 'invalid_claim', detail: claim };
}
