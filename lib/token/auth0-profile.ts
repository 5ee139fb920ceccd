import { isName, isStrings } from './claim-types.ts';

/**
 * What is Auth0's, or a choice that Auth0 made where an RFC leaves one. The other files of this room hold what
 * RFC 7515 (JWS), 7519 (JWT) and 9068 (access tokens as JWTs) say.
 *
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */

/** `iss` of the tokens of an Auth0 domain: with a trailing slash, which other issuers leave out. */
export function auth0Issuer(host: string): string {
  return `https://${host}/`;
}

/** An `iss` of Auth0's that lacks its trailing slash. */
export const ISSUER_WITHOUT_SLASH = /^https:\/\/[^/]+\.auth0\.com$/i;

/** Whether an issuer is a tenant under Auth0's own domain. */
export function isAuth0Issuer(issuer: string): boolean {
  return /^https:\/\/[^/]+\.auth0\.com\//i.test(issuer);
}

/** Where Auth0 publishes an issuer's keys. A fixed path, so that no discovery request is needed. */
export function jwksUriOf(issuer: string): string {
  return new URL('.well-known/jwks.json', issuer.endsWith('/') ? issuer : `${issuer}/`).href;
}

/**
 * Whether an audience is the one that Auth0 adds to a token for any API of the tenant when the client requests the scope
 * `openid`: `/userinfo` on the host of the tenant or of one of its custom domains. Auth0 may name another domain of the
 * tenant than the token's issuer.
 */
export function isUserinfoAudience(audience: string, issuers: readonly string[]): boolean {
  const url = URL.parse(audience);
  if (url === null || !url.pathname.endsWith('/userinfo')) return false;
  return (
    url.hostname.endsWith('.auth0.com') || issuers.some((issuer) => URL.parse(issuer)?.host === url.host)
  );
}

/** The algorithm of an API in Auth0 unless its settings say otherwise. */
export const DEFAULT_ALGORITHM = 'RS256';

/**
 * Whether a JWE is the token that Auth0 issues when the client names no audience. Only Auth0 can read it. It is
 * encrypted directly, so that its second part is empty, and its header names the issuer.
 *
 * @param header - protected header of the JWE
 */
export function isOpaqueJwe(header: Readonly<Record<string, unknown>>): boolean {
  return header.alg === 'dir' && typeof header.iss === 'string';
}

/*
 * The functions below name each claim in code. Loops over lists of names would be shorter, but take 0.25 us longer for
 * each new token, where all of verification but the signature takes 4.5 us (Node 24, x64).
 */

/** Removes the claims that an Action may set to `null` when it has no value. They count as absent. */
export function leaveOutNulls(claims: Record<string, unknown>): void {
  if (claims.jti === null) delete claims.jti;
  if (claims.cnf === null) delete claims.cnf;
  if (claims.azp === null) delete claims.azp;
  if (claims.client_id === null) delete claims.client_id;
  if (claims.org_id === null) delete claims.org_id;
  if (claims.org_name === null) delete claims.org_name;
  if (claims.scope === null) delete claims.scope;
  if (claims.permissions === null) delete claims.permissions;
}

/**
 * The first claim of Auth0's whose type is wrong, beside those of RFC 7519; `null` if there is none. `gty` is not
 * checked: Auth0 writes a list there once a token was refreshed.
 */
export function claimOfWrongType(claims: Readonly<Record<string, unknown>>): string | null {
  if (!isName(claims.azp)) return 'azp';
  if (!isName(claims.client_id)) return 'client_id';
  if (!isName(claims.org_id)) return 'org_id';
  if (!isName(claims.org_name)) return 'org_name';
  // May be empty: a client-credentials token without scopes may have `scope: ''`.
  if (claims.scope !== undefined && typeof claims.scope !== 'string') return 'scope';
  return claims.permissions === undefined || isStrings(claims.permissions) ? null : 'permissions';
}

/**
 * Whether an audience has the form of a client ID of Auth0, which is the audience of ID tokens: 32 letters and digits, or the
 * prefix of third-party applications. An API may have such an identifier too.
 */
export function looksLikeClientId(audience: string): boolean {
  return /^(?:tpc_\w+|[A-Za-z0-9]{32})$/.test(audience);
}

const ID_TOKEN_HINTS = ['sid', 'auth_time', 'email', 'email_verified', 'name', 'nickname', 'picture'];

/**
 * Whether the claims are typical of an ID token. Used only if the audience does not fit or the token names no client: an
 * Action may add the same names to an access token.
 */
export function looksLikeIdToken(claims: Readonly<Record<string, unknown>>): boolean {
  if (Object.hasOwn(claims, 'scope')) return false;
  return claims.aud === claims.azp || ID_TOKEN_HINTS.some((name) => Object.hasOwn(claims, name));
}
