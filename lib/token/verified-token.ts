import type { VerifiedBy } from '../decision/decision.ts';

/** The value of a claim: any JSON (RFC 8259). */
export type ClaimValue =
  | string
  | number
  | boolean
  | null
  | readonly ClaimValue[]
  | { readonly [member: string]: ClaimValue };

/**
 * Claims of an Auth0 access token, in the Auth0 profile or the RFC 9068 profile. Custom claims have their full names.
 * `scope`, `permissions`, `azp`, `client_id`, `org_id`, `org_name` and `jti` are absent if they are `null` in the token.
 *
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp: number;
  readonly iat?: number;
  readonly nbf?: number;
  readonly jti?: string;
  readonly scope?: string;
  readonly permissions?: readonly string[];
  readonly azp?: string;
  readonly client_id?: string;
  /** The grant by which the token was obtained; a list once it was refreshed. Not checked. */
  readonly gty?: string | readonly string[];
  readonly org_id?: string;
  readonly org_name?: string;
  readonly [claim: string]: ClaimValue | undefined;
}

/** A token whose signature and registered claims are verified. Does not contain the text of the token. */
export interface VerifiedToken extends Required<VerifiedBy> {
  readonly claims: AccessTokenClaims;
  /** Those of the token's audiences that the options accept from its issuer: one at least. */
  readonly audiences: readonly string[];
  readonly algorithm: string;
}
