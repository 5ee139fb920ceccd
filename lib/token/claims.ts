import { Refused } from '../errors.ts';
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

/** Claims that only an ID token has (OpenID Connect Core, sections 2 and 3.3.2.11); Auth0 keeps the names for them. */
const ID_TOKEN_MARKS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/** Claims that tell an ID token when the audience does not fit: then it is only a matter of the better word. */
const ID_TOKEN_HINTS = ['sid', 'auth_time', 'email', 'email_verified', 'name', 'nickname', 'picture'];

const STRINGS = ['sub', 'jti', 'azp', 'client_id', 'gty', 'org_id', 'org_name'];

/**
 * All that stays true of a token as time goes by: types of the registered claims, that it is an access token, for
 * this API, with the claims that are required.
 *
 * @param saysAccessToken - the header has `typ: 'at+jwt'`
 * @throws {Refused} `missing_claim`, `invalid_claim`, `id_token` or `wrong_audience`
 */
export function judgeClaims(
  claims: Record<string, unknown>,
  saysAccessToken: boolean,
  expected: ClaimExpectations,
): asserts claims is AccessTokenClaims {
  judgeTypes(claims);
  if (!saysAccessToken && ID_TOKEN_MARKS.some((name) => Object.hasOwn(claims, name))) {
    throw new Refused({ code: 'id_token' });
  }
  judgeAudience(claims, saysAccessToken, expected.audiences);
  for (const name of expected.requiredClaims) {
    if (!has(claims, name)) throw missing(name);
  }
}

function judgeTypes(claims: Record<string, unknown>): void {
  if (!has(claims, 'exp')) throw missing('exp');
  for (const name of ['exp', 'nbf', 'iat']) {
    if (Object.hasOwn(claims, name) && !Number.isFinite(claims[name])) throw invalid(name);
  }
  for (const name of STRINGS) {
    const value = claims[name];
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw invalid(name);
  }
  // A client-credentials token without scopes may have `scope: ''`.
  if (claims.scope !== undefined && typeof claims.scope !== 'string') throw invalid('scope');
  if (claims.permissions !== undefined && !isStrings(claims.permissions)) throw invalid('permissions');
}

function judgeAudience(
  claims: Record<string, unknown>,
  saysAccessToken: boolean,
  audiences: readonly string[],
): void {
  const { aud } = claims;
  if (!has(claims, 'aud')) throw missing('aud');
  if (typeof aud === 'string') {
    if (audiences.includes(aud)) return;
  } else if (!isStrings(aud)) {
    throw invalid('aud');
  } else if (aud.some((one) => audiences.includes(one))) {
    return;
  }
  const isIdToken =
    !saysAccessToken &&
    !Object.hasOwn(claims, 'scope') &&
    (aud === claims.azp || ID_TOKEN_HINTS.some((name) => Object.hasOwn(claims, name)));
  throw new Refused({ code: isIdToken ? 'id_token' : 'wrong_audience' });
}

/**
 * All that time decides, to be judged anew each time a token is used (RFC 7519, sections 4.1.4 to 4.1.6).
 *
 * @param now - epoch seconds
 * @throws {Refused} `token_expired`, `token_not_yet_valid`, `token_too_old` or, for `iat`, `missing_claim`
 */
export function judgeTimes(claims: AccessTokenClaims, expected: ClaimExpectations, now: number): void {
  const { exp, nbf, iat } = claims;
  const { clockTolerance, maxTokenAge } = expected;
  if (now >= exp + clockTolerance) throw new Refused({ code: 'token_expired' });
  if (nbf !== undefined && nbf > now + clockTolerance) {
    throw new Refused({ code: 'token_not_yet_valid', detail: 'nbf' });
  }
  if (iat !== undefined && iat > now + clockTolerance) {
    throw new Refused({ code: 'token_not_yet_valid', detail: 'iat' });
  }
  if (maxTokenAge === null) return;
  if (iat === undefined) throw missing('iat');
  if (now - iat > maxTokenAge + clockTolerance) throw new Refused({ code: 'token_too_old' });
}

/** `null` is no value of a claim that somebody relies on. */
function has(claims: Record<string, unknown>, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function missing(claim: string): Refused {
  return new Refused({ code: 'missing_claim', detail: claim });
}

function invalid(claim: string): Refused {
  return new Refused({ code: 'invalid_claim', detail: claim });
}
