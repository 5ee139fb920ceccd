import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { AuthorizerSettings } from '../authorizer/settings.ts';
import type { JsonWebKeyLike } from '../jwks/jwks-options.ts';
import { keyPairFor, signToken } from '../testing/sign-token.ts';
import type { TokenBinding } from '../token/binding.ts';
import { isObject } from '../util/is-object.ts';

type Members = Readonly<Record<string, unknown>>;

/** Signs claims with a key of this process, and the options that trust this key in place of the issuers' keys. */
export interface Resigner {
  /**
   * The options, with every check of the token but that of its signature. The proof of a bound token is checked for a token of
   * `fromToken`; none can be made for one of `fromClaims`.
   */
  readonly options: AuthorizerOptions;
  /** A token with these claims; what a token of Auth0 always has is filled in. */
  fromClaims(claims: Members): string;
  /**
   * The token with another signature, so that all checks but that of the signature are made. The token itself if it is
   * refused without one: it is no JWS, or its algorithm is not allowed.
   */
  fromToken(token: string): string;
}

const KID = 'explained';
const ALGORITHM = 'ES256';

/** @param settings - of the same options */
export function createResigner(options: AuthorizerOptions, { verifier }: AuthorizerSettings): Resigner {
  const { privateKey, publicKey } = keyPairFor(ALGORITHM);
  const key = { ...publicKey.export({ format: 'jwk' }), kid: KID, alg: ALGORITHM } as JsonWebKeyLike;
  const originals = new Map<string, string>();
  const sign = (header: Members, claims: Members) => signToken(header, claims, ALGORITHM, privateKey);
  const [issuer = ''] = verifier.issuers;
  const { decryption: _, dpop, mtls, ...others } = options;
  return {
    options: {
      ...others,
      ...(dpop === undefined ? {} : { dpop: ofOriginals(dpop, originals) }),
      ...(mtls === undefined ? {} : { mtls: ofOriginals(mtls, originals) }),
      algorithms: [ALGORITHM],
      jwks: { keys: [key], shared: verifier.issuers.length > 1 },
    },
    fromClaims(claims) {
      const iat = Math.floor(Date.now() / 1000);
      const iss = typeof claims['iss'] === 'string' ? claims['iss'] : issuer;
      const [aud] = verifier.audiencesOf.get(iss) ?? verifier.audiences;
      const isRfc9068 = verifier.profile === 'rfc9068';
      const ofProfile = isRfc9068 ? { client_id: 'explained', jti: 'explained' } : { azp: 'explained' };
      const usual = { iss, aud, sub: 'auth0|explained', ...ofProfile, iat, exp: iat + 3600 };
      return sign({ alg: ALGORITHM, typ: isRfc9068 ? 'at+jwt' : 'JWT', kid: KID }, { ...usual, ...claims });
    },
    fromToken(token) {
      const [header, claims] = token.split('.').map(decoded);
      if (!isObject(header) || !isObject(claims)) return token;
      if (!verifier.algorithms.some((algorithm) => algorithm === header['alg'])) return token;
      const kid = header['kid'] === undefined ? {} : { kid: KID };
      const resigned = sign({ ...header, alg: ALGORITHM, ...kid }, claims);
      originals.set(resigned, token);
      return resigned;
    },
  };
}

/** Checks the original of a token that was signed again: a proof is made for one token. Without one nothing is checked. */
function ofOriginals(binding: TokenBinding, originals: ReadonlyMap<string, string>): TokenBinding {
  return {
    ...binding,
    withoutReplay: () => ofOriginals(binding.withoutReplay(), originals),
    check(confirmation, use) {
      const token = originals.get(use.token);
      if (confirmation === null || token !== undefined) {
        return binding.check(confirmation, { ...use, token: token ?? use.token });
      }
      return null;
    },
  };
}

/** The JSON of a part of a token; `null` if it is none. */
function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
