import type { JsonWebKeyLike, JsonWebKeySetLike } from '../jwks/jwks-options.ts';
import { issuerOfDomain } from '../token/issuer-options.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../token/signature.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { nonEmptyStrings, oneOf, plainMap, plainObject } from '../util/option-checks.ts';
import { keyPairFor, signToken } from './sign-token.ts';

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
   * Signs an access token as Auth0 makes them: `iss`, `sub` (`auth0|test`), `aud`, `iat` (now), `exp` (in an hour) and
   * `azp`, with `alg`, `typ` (`JWT`) and `kid` in the header.
   *
   * @param claims - replace or add claims; a claim that is `undefined` is left out
   * @param header - replace or add members of the header; the signature is always that of the issuer's key
   * @throws {OptionError} if the claims or the header are not a plain object
   * @example
   * const token = issuer.token({ scope: 'read:orders', permissions: undefined });
   */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
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

/** Lifetime of a token, seconds. */
const LIFETIME = 3600;

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
  const given = plainObject(options, '', ['domain', 'audience', 'algorithm']);
  const { domain = 'test.auth0.example', audience = 'https://api.example.com/', algorithm = 'RS256' } = given;
  const iss = issuerOfDomain(domain, 'domain');
  const audiences = nonEmptyStrings(audience, 'audience');
  const [aud] = audiences;
  const alg = oneOf(algorithm, 'algorithm', SIGNATURE_ALGORITHMS);
  const { privateKey, publicKey } = keyPairFor(alg);
  const kid = nodeCrypto().randomUUID();
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as JsonWebKeyLike] };
  // `issuer: undefined` removes the user's own: an `issuer` beside a `domain` is a contradiction.
  const trust = {
    issuer: undefined,
    domain: domain as string,
    audience: audiences.length > 1 ? [...audiences] : (aud as string),
  };
  return {
    options: { ...trust, algorithms: [alg], jwks: { keys: jwks } },
    jwks,
    token(claims = {}, header = {}) {
      const iat = Math.floor(Date.now() / 1000);
      const usual = { iss, sub: 'auth0|test', aud, iat, exp: iat + LIFETIME, azp: 'test-client' };
      return signToken(
        { alg, typ: 'JWT', kid, ...plainMap(header, 'header') },
        { ...usual, ...plainMap(claims, 'claims') },
        alg,
        privateKey,
      );
    },
  };
}
