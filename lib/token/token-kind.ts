import type { Refusal } from '../decision/decision.ts';
import { isObject } from '../util/is-object.ts';
import { looksLikeClientId, looksLikeIdToken } from './auth0-profile.ts';

/*
 * Tokens of another kind that the issuer, or whoever shares its keys, signs for the same audience (RFC 8725, sections 2.8 and
 * 3.11). A token with `typ: 'at+jwt'` is an access token whatever its claims are: nothing here applies to it.
 *
 * Each claim is named in code for the reason given in auth0-profile.ts.
 */

type Claims = Readonly<Record<string, unknown>>;

/** Whose tokens: Auth0 reserves the names of claims that other issuers put into access tokens. */
export interface KindTerms {
  readonly isAuth0: boolean;
}

/**
 * Finds the claims that mark a JWT of another kind.
 *
 * @param claims - of a token without `typ: 'at+jwt'`
 * @returns `id_token`; `not_an_access_token` with the kind as `detail`; `null` if no claim marks another kind
 */
export function judgeKind(claims: Claims, terms: KindTerms): Refusal | null {
  const { nonce, at_hash, c_hash, s_hash } = claims;
  // OpenID Connect Core, sections 2 and 3.3.2.11.
  if (at_hash !== undefined || c_hash !== undefined || s_hash !== undefined) return { code: 'id_token' };
  // Keycloak before version 25 copied the nonce into access tokens.
  if (nonce !== undefined && !isAccessToken(claims, terms)) return { code: 'id_token' };
  const kind = namedKind(claims) ?? markedKind(claims, terms);
  if (kind === null) return null;
  return kind === 'ID token' ? { code: 'id_token' } : { code: 'not_an_access_token', detail: kind };
}

/**
 * Whether an audience is the client that the token was issued to. Then this is an ID token, whose audience is always its
 * client (OpenID Connect Core, section 2). Other issuers name one application as both client and API: such an access token
 * has scopes.
 *
 * @param claims - of a token without `typ: 'at+jwt'`
 */
export function isItsClient(audience: string, claims: Claims, terms: KindTerms): boolean {
  const { azp, client_id } = claims;
  // Auth0 names the client in every access token, and in no ID token.
  if (azp === undefined && client_id === undefined) {
    return terms.isAuth0 && (looksLikeClientId(audience) || looksLikeIdToken(claims));
  }
  return (audience === azp || audience === client_id) && !isAccessToken(claims, terms);
}

/** Whether claims of an issuer other than Auth0 show an access token: `scp` is the `scope` of Entra and Okta. */
function isAccessToken({ scope, scp, typ }: Claims, { isAuth0 }: KindTerms): boolean {
  if (isAuth0) return false;
  return typeof scope === 'string' || (scp ?? null) !== null || typ === 'Bearer' || typ === 'DPoP';
}

/** The kind that a claim names: `typ` of Keycloak, `token_use` of Cognito, or `token_type`. */
function namedKind({ typ, token_use, token_type }: Claims): string | null {
  if (typ === undefined && token_use === undefined && token_type === undefined) return null;
  for (const named of [typ, token_use, token_type]) {
    const kind = typeof named === 'string' ? NAMED_KINDS.get(named.toLowerCase()) : undefined;
    if (kind !== undefined) return kind;
  }
  return null;
}

const NAMED_KINDS: ReadonlyMap<string, string> = new Map([
  ['id', 'ID token'],
  ['id_token', 'ID token'],
  ['refresh', 'refresh token'],
  ['refresh_token', 'refresh token'],
  ['offline', 'refresh token'],
  ['logout', 'logout token'],
]);

/** The kind that the members of its specification show. */
function markedKind(claims: Claims, terms: KindTerms): string | null {
  const { events, token_introspection, htm, htu, response_type, code, vc, vp, iss, sub } = claims;
  // RFC 8417, section 2.2. A logout token (OpenID Connect Back-Channel Logout, section 2.4) is one of them.
  if (isMap(events)) return 'logout token or other security event';
  // RFC 9701, section 5.
  if (isMap(token_introspection)) return 'introspection response';
  // RFC 9449, section 4.2.
  if (typeof htm === 'string' && typeof htu === 'string') return 'DPoP proof';
  // RFC 9101, section 4.
  if (typeof response_type === 'string') return 'authorization request';
  // JARM, section 2.1. Every access token has a subject (RFC 9068, section 2.2).
  if (sub === undefined && typeof code === 'string') return 'authorization response';
  // W3C Verifiable Credentials Data Model 1.1, section 6.3.1.
  if (isMap(vc) || isMap(vp)) return 'verifiable credential';
  // RFC 7523, section 3: the client is both issuer and subject.
  return sub === iss && !isAccessToken(claims, terms) ? 'client assertion' : null;
}

function isMap(value: unknown): boolean {
  return isObject(value) && !Array.isArray(value);
}
