import type { RefusalCode } from '../decision/codes.ts';

/**
 * Authorization schemes that a token may arrive under: `Bearer` (RFC 6750) and `DPoP` (RFC 9449, section 7.1). A token in
 * a cookie, in a query string parameter or alone in a header of its own counts as `Bearer`.
 */
export type TokenScheme = 'Bearer' | 'DPoP';

/** One token, not verified yet. */
export interface TokenCredential {
  readonly kind: 'token';
  readonly scheme: TokenScheme;
  /** The text of the token as it arrived, without its scheme. */
  readonly token: string;
}

/**
 * The credential of a request: one token, none, or a reason to refuse the request (several credentials, a malformed
 * one, or another scheme).
 */
export type Credential =
  | TokenCredential
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly code: RefusalCode };

/** The credential of a request that carries only this token. */
export function bearerCredential(token: string): TokenCredential {
  return { kind: 'token', scheme: 'Bearer', token };
}
