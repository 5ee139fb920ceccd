import type { JsonWebKeyLike, JsonWebKeySetLike } from '../jwks/jwks-options.ts';
import { issuerOfDomain } from '../token/issuer-options.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../token/signature.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { nonEmptyStrings, oneOf, plainObject } from '../util/option-checks.ts';
import { keyPairFor, signToken } from './sign-token.ts';
import { PROFILES, type Profile, type TokenMaker, tokenMaker } from './test-tokens.ts';

export interface TestIssuerOptions {
  /**
   * Auth0 domain in the tokens' `iss`. Nothing is fetched from it, so it may be your own domain.
   *
   * @default 'test.auth0.example', a name that cannot be registered (RFC 2606)
   */
  readonly domain?: string;
  /**
   * One or several. Tokens are for the first unless you give them `aud`.
   *
   * @default 'https://api.example.com/'
   */
  readonly audience?: string | readonly string[];
  /**
   * Signature algorithm, which `options.algorithms` then allows.
   *
   * @default 'RS256'
   */
  readonly algorithm?: SignatureAlgorithm;
  /**
   * Token profile of the API, of tokens that are made without a profile. An authorizer with `profile: 'rfc9068'` takes tokens
   * of `'rfc9068'` only.
   *
   * @default 'auth0'
   */
  readonly profile?: 'auth0' | 'rfc9068';
}

/** An issuer of access tokens in memory. */
export interface TestIssuer {
  /**
   * Options that make an authorizer trust this issuer only: its `domain`, `audience`, algorithm and public key, so that
   * nothing is fetched. Spread them over your own options: they replace your `jwks` and `algorithms`, and remove your
   * `issuer`.
   *
   * @example auth0Authorizer({ ...options, ...issuer.options })
   */
  readonly options: TestIssuerTrust;
  /**
   * Signs access tokens as Auth0 issues them, of a user unless you call `token.machine`, `token.agent` or
   * `token.anonymous`.
   */
  readonly token: TokenMaker;
  /** The public key as a JWKS endpoint publishes it. */
  readonly jwks: JsonWebKeySetLike;
}

/** The options that make an authorizer trust one issuer. */
export interface TestIssuerTrust {
  readonly domain: string;
  readonly audience: string | string[];
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly jwks: { readonly keys: JsonWebKeySetLike };
}

/**
 * Makes an issuer with a new key. It takes some tenths of a second, so let one issuer serve many tests. To a second
 * issuer's authorizer the tokens of the first are forged.
 *
 * @throws {OptionError} names an option that does not exist or has an invalid value
 * @example
 * const issuer = createTestIssuer({ audience: 'https://api.example.com/' });
 * const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options }));
 * const decision = await decide(handler, restRequestEvent({ token: issuer.token() }));
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  const given = plainObject(options, '', ['domain', 'audience', 'algorithm', 'profile']);
  const {
    domain = 'test.auth0.example',
    audience = 'https://api.example.com/',
    algorithm = 'RS256',
    profile = 'auth0',
  } = given;
  const iss = issuerOfDomain(domain, 'domain');
  const audiences = nonEmptyStrings(audience, 'audience');
  const aud = audiences[0] as string;
  const alg = oneOf(algorithm, 'algorithm', SIGNATURE_ALGORITHMS);
  const usual = oneOf<Profile>(profile, 'profile', PROFILES);
  const { privateKey, publicKey } = keyPairFor(alg);
  const kid = nodeCrypto().randomUUID();
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as JsonWebKeyLike] };
  // `issuer: undefined` removes the user's own: an `issuer` beside a `domain` is a contradiction.
  const trust = {
    issuer: undefined,
    domain: domain as string,
    audience: audiences.length > 1 ? [...audiences] : aud,
  };
  return {
    options: { ...trust, algorithms: [alg], jwks: { keys: jwks } },
    jwks,
    token: tokenMaker({ iss, aud, profile: usual }, (claims, header) =>
      signToken({ alg, typ: 'JWT', kid, ...header }, claims, alg, privateKey),
    ),
  };
}
