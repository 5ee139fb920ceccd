import type { JsonWebKeyLike, JsonWebKeySetLike } from '../jwks/jwks-options.ts';
import { issuerOfDomain } from '../token/issuer-options.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../token/signature.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { nonEmptyString, oneOf, plainMap, plainObject } from '../util/option-checks.ts';
import { keyPairFor, signToken } from './sign-token.ts';

export interface TestIssuerOptions {
  /**
   * Auth0 domain that the tokens come from. Nothing is ever asked there, so your own domain will do, too.
   *
   * @default 'test.auth0.example', a name that can never be had (RFC 2606)
   */
  readonly domain?: string;
  /** @default 'https://api.example.com/' */
  readonly audience?: string;
  /**
   * What tokens are signed with. Your own option `algorithms` must allow it.
   *
   * @default 'RS256'
   */
  readonly algorithm?: SignatureAlgorithm;
}

/** An issuer of access tokens that exists in memory alone. */
export interface TestIssuer {
  /**
   * What makes an authorizer trust this issuer and no other, to be spread over your own options: its `domain`, its
   * `audience`, and its public key, pinned, so that nothing is fetched. An `issuer` of yours is taken out, and `jwks`
   * replaced as a whole.
   *
   * @example auth0Authorizer({ ...options, ...issuer.options })
   */
  readonly options: TestIssuerTrust;
  /**
   * A signed access token as Auth0 makes them: `iss`, `sub` (`auth0|test`), `aud`, `iat` (now), `exp` (in an hour) and
   * `azp`, and under the header `alg`, `typ` (`JWT`) and `kid`.
   *
   * @param claims - replace those above or add to them; one that is `undefined` is left out
   * @param header - members of the header, likewise; whatever it says, the signature is that of the issuer's key
   * @throws {OptionError} for claims or a header that are no plain object
   */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
  /** The public key as the issuer would publish it. */
  readonly jwks: JsonWebKeySetLike;
}

/** The options that make an authorizer trust one issuer. */
export interface TestIssuerTrust {
  readonly domain: string;
  readonly audience: string;
  readonly jwks: { readonly keys: JsonWebKeySetLike };
}

/** Seconds for which a token lives. */
const LIFETIME = 3600;

/**
 * Makes an issuer with a key of its own. It takes some tenths of a second: one issuer serves many tests. The tokens of
 * a second one are forgeries to whoever trusts the first.
 *
 * @throws {OptionError} names an option that does not exist or makes no sense
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  const given = plainObject(options, '', ['domain', 'audience', 'algorithm']);
  const { domain = 'test.auth0.example', audience = 'https://api.example.com/', algorithm = 'RS256' } = given;
  const iss = issuerOfDomain(domain, 'domain');
  const aud = nonEmptyString(audience, 'audience');
  const alg = oneOf(algorithm, 'algorithm', SIGNATURE_ALGORITHMS);
  const { privateKey, publicKey } = keyPairFor(alg);
  const kid = nodeCrypto().randomUUID();
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as JsonWebKeyLike] };
  // An `issuer` beside a `domain` is refused as a contradiction.
  const trust = { issuer: undefined, domain: domain as string, audience: aud, jwks: { keys: jwks } };
  return {
    options: trust,
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
