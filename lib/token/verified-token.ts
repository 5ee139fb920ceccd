import type { VerifiedBy } from '../decision/decision.ts';

/** A value of JSON (RFC 8259), as a claim has it. */
export type ClaimValue =
  | string
  | number
  | boolean
  | null
  | readonly ClaimValue[]
  | { readonly [member: string]: ClaimValue };

/**
 * Claims of an Auth0 access token, in either profile. Custom claims are there under their full names. `scope`,
 * `permissions`, `azp`, `client_id`, `org_id`, `org_name` and `jti` are left out when the token has `null` there.
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
  /** Grant that the token was obtained by: a list once it was refreshed. As Auth0 wrote it, not checked. */
  readonly gty?: string | readonly string[];
  readonly org_id?: string;
  readonly org_name?: string;
  readonly [claim: string]: ClaimValue | undefined;
}

/** A token whose signature and registered claims hold. The token itself is not in it. */
export interface VerifiedToken extends Required<VerifiedBy> {
  readonly claims: AccessTokenClaims;
  readonly algorithm: string;
}
