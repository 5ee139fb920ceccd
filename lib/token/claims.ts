import type { Refusal } from '../decision/decision.ts';
import type { AccessTokenClaims } from './verified-token.ts';

/** What the claims are held against. */
export interface ClaimExpectations {
  readonly audiences: readonly string[];
  /** Seconds. */
  readonly clockTolerance: number;
  /** Seconds; `null` = whatever its age. */
  readonly maxTokenAge: number | null;
  readonly requiredClaims: readonly string[];
}

/** Claims that tell an ID token when the audience does not fit: then it is only a matter of the better word. */
const ID_TOKEN_HINTS = ['sid', 'auth_time', 'email', 'email_verified', 'name', 'nickname', 'picture'];

/**
 * Leaves out the claims that an Action may set to `null` for want of a value, so that nobody further on meets a `null`
 * where the type has none.
 *
 * Each by its own name, here and below: engines find a member that is named in the code several times as fast as one of
 * a list.
 */
export function leaveOutNulls(claims: Record<string, unknown>): void {
  if (claims.jti === null) delete claims.jti;
  if (claims.azp === null) delete claims.azp;
  if (claims.client_id === null) delete claims.client_id;
  if (claims.org_id === null) delete claims.org_id;
  if (claims.org_name === null) delete claims.org_name;
  if (claims.scope === null) delete claims.scope;
  if (claims.permissions === null) delete claims.permissions;
}

/**
 * All that stays true of a token as time goes by: types of the registered claims, that it is an access token, for
 * this API, bound to no key, with the claims that are required.
 *
 * @param saysAccessToken - the header has `typ: 'at+jwt'`
 * @returns `missing_claim`, `invalid_claim`, `id_token`, `wrong_audience` or `sender_constrained_token`; `null` when
 *   the claims are those of an {@link AccessTokenClaims}
 */
export function judgeClaims(
  claims: Record<string, unknown>,
  saysAccessToken: boolean,
  expected: ClaimExpectations,
): Refusal | null {
  const refusal = judgeTypes(claims);
  if (refusal !== null) return refusal;
  if (!saysAccessToken && hasIdTokenMark(claims)) return { code: 'id_token' };
  const unfit = judgeAudience(claims, saysAccessToken, expected.audiences);
  if (unfit !== null) return unfit;
  // Whatever it confirms (RFC 7800: by DPoP, RFC 9449, or mTLS, RFC 8705), to take it from any bearer would void that.
  if (Object.hasOwn(claims, 'cnf')) return { code: 'sender_constrained_token' };
  for (const name of expected.requiredClaims) {
    if (!has(claims, name)) return missing(name);
  }
  return null;
}

/** Claims that only an ID token has (OpenID Connect Core, sections 2 and 3.3.2.11); Auth0 keeps the names for them. */
function hasIdTokenMark({ nonce, at_hash, c_hash, s_hash }: Record<string, unknown>): boolean {
  return nonce !== undefined || at_hash !== undefined || c_hash !== undefined || s_hash !== undefined;
}

function judgeTypes(claims: Record<string, unknown>): Refusal | null {
  if (!has(claims, 'exp')) return missing('exp');
  if (!isTime(claims.exp)) return invalid('exp');
  if (!isTime(claims.nbf)) return invalid('nbf');
  if (!isTime(claims.iat)) return invalid('iat');
  if (!isName(claims.sub)) return invalid('sub');
  if (!isName(claims.jti)) return invalid('jti');
  if (!isName(claims.azp)) return invalid('azp');
  // `gty` is not among them: Auth0 writes a list there once a token was refreshed.
  if (!isName(claims.client_id)) return invalid('client_id');
  if (!isName(claims.org_id)) return invalid('org_id');
  if (!isName(claims.org_name)) return invalid('org_name');
  // A client-credentials token without scopes may have `scope: ''`.
  if (claims.scope !== undefined && typeof claims.scope !== 'string') return invalid('scope');
  if (claims.permissions !== undefined && !isStrings(claims.permissions)) return invalid('permissions');
  return null;
}

function isTime(value: unknown): boolean {
  return value === undefined || Number.isFinite(value);
}

function isName(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}

function judgeAudience(
  claims: Record<string, unknown>,
  saysAccessToken: boolean,
  audiences: readonly string[],
): Refusal | null {
  const { aud } = claims;
  if (!has(claims, 'aud')) return missing('aud');
  if (typeof aud === 'string') {
    if (audiences.includes(aud)) return null;
  } else if (!isStrings(aud)) {
    return invalid('aud');
  } else if (aud.some((one) => audiences.includes(one))) {
    return null;
  }
  const isIdToken =
    !saysAccessToken &&
    !Object.hasOwn(claims, 'scope') &&
    (aud === claims.azp || ID_TOKEN_HINTS.some((name) => Object.hasOwn(claims, name)));
  if (isIdToken) return { code: 'id_token' };
  const named = typeof aud === 'string' ? [aud] : (aud as string[]);
  return { code: 'wrong_audience', ...slashDetail(named, audiences) };
}

/** A word on the slip that is hardest to see; nothing of the values. */
export function slashDetail(
  named: readonly string[],
  configured: readonly string[],
): { readonly detail?: string } {
  const isSlip = named.some((one) => configured.some((other) => one === `${other}/` || `${one}/` === other));
  return isSlip ? { detail: 'differs from a configured one by a final slash alone' } : {};
}

/**
 * All that time decides, to be judged anew each time a token is used (RFC 7519, sections 4.1.4 to 4.1.6).
 *
 * @param now - epoch seconds
 * @returns `token_expired`, `token_not_yet_valid`, `token_too_old` or, for `iat`, `missing_claim`; `null` when all is well
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

/** `null` is no value of a claim that somebody relies on. */
function has(claims: Record<string, unknown>, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null;
}

function isStrings(value: unknown): value is string[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'string') return false;
  return true;
}

function missing(claim: string): Refusal {
  return { code: 'missing_claim', detail: claim };
}

function invalid(claim: string): Refusal {
  return { code: 'invalid_claim', detail: claim };
}
