/* The types that claims may have. */

/**
 * The first claim of RFC 7519 (section 4.1) whose type is wrong, besides `iss` and `aud`; `null` if there is none. Each
 * claim is named in code for the reason given in auth0-profile.ts.
 */
export function registeredClaimOfWrongType(claims: Readonly<Record<string, unknown>>): string | null {
  if (!isTime(claims.exp)) return 'exp';
  if (!isTime(claims.nbf)) return 'nbf';
  if (!isTime(claims.iat)) return 'iat';
  if (!isName(claims.sub)) return 'sub';
  return isName(claims.jti) ? null : 'jti';
}

/** Whether an optional claim is a NumericDate (RFC 7519, section 2), perhaps with a fraction. */
function isTime(value: unknown): boolean {
  return value === undefined || Number.isFinite(value);
}

/** Whether an optional claim is text of at least one character. */
export function isName(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}

/** Whether a claim is a list of texts. It may be empty. */
export function isStrings(value: unknown): value is string[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'string') return false;
  return true;
}
