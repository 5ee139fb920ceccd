import type { JwksOptions } from '../jwks/jwks-options.ts';
import type { RevocationsOptions } from '../revocations/revocations-options.ts';
import type { TokenBinding } from './binding.ts';
import type { Decryption } from './decryption/decryption.ts';
import type { SignatureAlgorithm } from './signature.ts';

/** A domain of Auth0, and the audiences that its tokens may have. */
export interface DomainAudience {
  /** Such as `tenant.eu.auth0.com`. */
  readonly domain: string;
  /** Identifier of the API in that tenant, or several. The top-level `audience` does not apply to its tokens. */
  readonly audience: string | readonly string[];
}

/** An issuer, and the audiences that its tokens may have. */
export interface IssuerAudience {
  /** URL as in `iss`, byte for byte. */
  readonly issuer: string;
  /** Identifier of the API at that issuer, or several. The top-level `audience` does not apply to its tokens. */
  readonly audience: string | readonly string[];
}

/** How access tokens are verified. */
export interface Auth0JwtVerifierOptions {
  /**
   * Your Auth0 domain, such as `tenant.eu.auth0.com`, or several: the canonical domain and each custom domain issue
   * tokens under their own name. The issuer is `https://<domain>/`. Give either this or `issuer`.
   *
   * In a list, `{ domain, audience }` binds audiences to a domain: its tokens pass with one of these, and tokens of other
   * domains do not. A plain domain takes the top-level `audience`.
   *
   * @default the environment variable `AUTH0_DOMAIN`, in `auth0Authorizer` only
   */
  readonly domain?: string | readonly (string | DomainAudience)[];
  /**
   * The issuer's URL as in `iss`, byte for byte, or several. For issuers other than Auth0, and for tests
   * (`http:` on loopback only). Give either this or `domain`. In a list, `{ issuer, audience }` binds
   * audiences to an issuer.
   *
   * @default the issuer of `domain`
   */
  readonly issuer?: string | readonly (string | IssuerAudience)[];
  /**
   * Identifier of your API in Auth0, or several. A token passes if one of its audiences equals one of these, byte for
   * byte (RFC 7519, section 4.1.3). Not needed if each `domain` or `issuer` has an audience of its own.
   *
   * @default the environment variable `AUTH0_AUDIENCE`, in `auth0Authorizer` only
   */
  readonly audience?: string | readonly string[];
  /**
   * Signature algorithms that tokens may use: the setting of your API in Auth0. Symmetric ones (`HS256`, ...) and `none`
   * are never allowed. An RSA key that the issuer publishes without `alg` verifies the first RSA algorithm of the list only
   * (RFC 8725, section 3.1).
   *
   * @default ['RS256']
   */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /**
   * Which access tokens pass.
   *
   * - `'any'`: those of both profiles of Auth0, and those of other issuers.
   * - `'rfc9068'`: those of RFC 9068 alone. The header must have `typ: at+jwt` (`token_type_not_allowed`), and the claims
   *   `sub`, `client_id`, `iat` and `jti` are required (`missing_claim`), beside `iss`, `aud` and `exp`. In Auth0, the API
   *   must have the RFC 9068 profile.
   *
   * @default 'any'
   */
  readonly profile?: 'any' | 'rfc9068';
  /**
   * How far clocks may differ when `exp`, `nbf` and `iat` are checked. Seconds, 0 to 300.
   *
   * @default 5 seconds
   */
  readonly clockTolerance?: number;
  /**
   * Refuses tokens that were issued longer ago than this many seconds, also before their `exp`. Then `iat` is required. 1 to
   * 31,536,000.
   *
   * @default no limit besides `exp`
   */
  readonly maxTokenAge?: number;
  /**
   * Claims that a token must have, with a value other than `null`.
   *
   * @default none besides `iss`, `aud` and `exp`
   */
  readonly requiredClaims?: readonly string[];
  /**
   * Where the keys come from and how long they serve.
   *
   * @default the issuer's `.well-known/jwks.json`, for 10 minutes
   */
  readonly jwks?: JwksOptions;
  /**
   * Decrypts encrypted tokens (JWE): the result of `decryption()` from `middy-auth0-authorizer/decryption`, see docs/19.
   *
   * @default none: encrypted tokens are refused
   */
  readonly decryption?: Decryption;
  /**
   * Refuses tokens that were revoked before they expire: see docs/18.
   *
   * @default none: a token is good until its `exp`
   */
  readonly revocations?: RevocationsOptions;
  /**
   * Accepts tokens that are bound to a key (`cnf.jkt`, RFC 9449), with their proofs: the result of `dpop()` from
   * `middy-auth0-authorizer/binding`.
   *
   * @default none: tokens that are bound to a key are refused
   */
  readonly dpop?: TokenBinding;
  /**
   * Accepts tokens that are bound to a client certificate (`cnf['x5t#S256']`, RFC 8705), with that certificate: the result of
   * `mtls()` from `middy-auth0-authorizer/binding`.
   *
   * @default none: tokens that are bound to a certificate are refused
   */
  readonly mtls?: TokenBinding;
  /**
   * Skips the signature check for a token that was verified before. Times are checked at each use, and a token is
   * forgotten together with the key that signed it. Tokens are kept in memory by their SHA-256; those not used for a while
   * leave first. `false`: each token is verified each time.
   *
   * @default { max: 1000 }
   */
  readonly tokenCache?: false | TokenCacheOptions;
}

/** How many verified tokens are remembered. */
export interface TokenCacheOptions {
  /**
   * How many tokens are kept at most, 1 to 100,000. A token of more than 2048 characters counts for several. The half that
   * was used last is never evicted.
   *
   * @default 1000 tokens, some 1 MB when full, at most 20 MB
   */
  readonly max?: number;
}
