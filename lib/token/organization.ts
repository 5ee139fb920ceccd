import type { AccessTokenClaims, VerifiedToken } from './verified-token.ts';

/**
 * The name of the token's organization in lower case, as Auth0 keeps it; `undefined` if the token has none. A name may be
 * given to another organization later; an id is not.
 *
 * @see https://auth0.com/docs/manage-users/organizations/using-tokens
 */
export function organizationName({ org_name }: AccessTokenClaims): string | undefined {
  return org_name?.toLowerCase();
}

/** {@link tenantId} of a token's claims. */
export function organizationOf(claims: AccessTokenClaims): string | undefined {
  return claims.org_id ?? organizationName(claims);
}

/**
 * The tenant that a caller belongs to: the id of the Auth0 organization (`org_id`), else its name (`org_name`) in lower
 * case; `undefined` for a token without organization and for a caller without token.
 *
 * @see https://auth0.com/docs/manage-users/organizations/using-tokens
 * @example
 * const options: AuthorizerOptions = { context: (token) => ({ tenantId: tenantId(token) }) };
 */
export function tenantId(token: VerifiedToken | null): string | undefined {
  return token === null ? undefined : organizationOf(token.claims);
}
