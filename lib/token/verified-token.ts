import type { KeyState } from '../jwks/signing-key.ts';

/** Claims of an Auth0 access token, in either profile. Custom claims are there under their full names. */
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
  readonly gty?: string;
  readonly org_id?: string;
  readonly org_name?: string;
  readonly [claim: string]: unknown;
}

/** A token whose signature and registered claims hold. The token itself is not in it. */
export interface VerifiedToken {
  readonly claims: AccessTokenClaims;
  readonly issuer: string;
  readonly kid: string;
  readonly algorithm: string;
  readonly keys: KeyState;
}
