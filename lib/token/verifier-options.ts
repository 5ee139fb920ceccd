import { type JwksOptions, type JwksSettings, parseJwksOptions } from '../jwks/jwks-options.ts';
import {
  memberPath,
  nonEmptyList,
  nonEmptyString,
  nonEmptyStrings,
  optional,
  plainObject,
  refuse,
  refuseValue,
  seconds,
  wholeNumber,
} from '../util/option-checks.ts';
import { DEFAULT_ALGORITHM, isUserinfoAudience } from './auth0-profile.ts';
import { issuerOfDomain, issuerUrl } from './issuer-options.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature.ts';

/** How access tokens are verified. */
export interface Auth0JwtVerifierOptions {
  /**
   * Your Auth0 domain, such as `tenant.eu.auth0.com`, or several: the canonical domain and each custom domain issue
   * tokens under their own name. The issuer is `https://<domain>/`. Give either this or `issuer`.
   *
   * @default the environment variable `AUTH0_DOMAIN`, in `auth0Authorizer` only
   */
  readonly domain?: string | readonly string[];
  /**
   * The issuer's URL as it stands in `iss`, byte for byte, or several. For issuers other than Auth0, and for tests
   * (`http:` on loopback only). Give either this or `domain`.
   *
   * @default the issuer of `domain`
   */
  readonly issuer?: string | readonly string[];
  /**
   * Identifier of your API in Auth0, or several. A token passes if one of its audiences equals one of these, byte for
   * byte (RFC 7519, section 4.1.3).
   *
   * @default the environment variable `AUTH0_AUDIENCE`, in `auth0Authorizer` only
   */
  readonly audience: string | readonly string[];
  /**
   * Signature algorithms that tokens may use: the setting of your API in Auth0. Symmetric ones (`HS256`, ...) and `none`
   * are never allowed.
   *
   * @default ['RS256']
   */
  readonly algorithms?: readonly SignatureAlgorithm[];
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

/** The options, checked and completed. */
export interface VerifierSettings {
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly clockTolerance: number;
  readonly maxTokenAge: number | null;
  readonly requiredClaims: readonly string[];
  readonly jwks: JwksSettings;
  readonly tokenCache: { readonly max: number } | null;
}

export const VERIFIER_OPTIONS = [
  'domain',
  'issuer',
  'audience',
  'algorithms',
  'clockTolerance',
  'maxTokenAge',
  'requiredClaims',
  'jwks',
  'tokenCache',
] as const satisfies readonly (keyof Auth0JwtVerifierOptions)[];

/** The options among them that are checks and off by default. */
export const VERIFIER_CHECKS = ['maxTokenAge', 'requiredClaims'] as const;

const DEFAULT_ALGORITHMS: readonly SignatureAlgorithm[] = Object.freeze([DEFAULT_ALGORITHM]);
const NO_CLAIMS: readonly string[] = Object.freeze([]);

/**
 * @param path - dotted path of the options; empty at the top level
 * @throws {OptionError}
 */
export function parseVerifierOptions(value: unknown, path: string): VerifierSettings {
  const options = plainObject(value, path, VERIFIER_OPTIONS);
  const at = (name: string) => memberPath(path, name);
  const issuers = parseIssuers(options, at);
  return Object.freeze({
    issuers,
    audiences: parseAudience(options.audience, at('audience'), issuers),
    algorithms: optional(options, path, 'algorithms', DEFAULT_ALGORITHMS, nonEmptyList, algorithm),
    clockTolerance: optional(options, path, 'clockTolerance', 5, seconds, 0, 300),
    maxTokenAge: optional(options, path, 'maxTokenAge', null, seconds, 1, 31_536_000),
    requiredClaims: optional(options, path, 'requiredClaims', NO_CLAIMS, nonEmptyList, nonEmptyString),
    jwks: parseJwks(options.jwks, at('jwks'), issuers),
    tokenCache: parseTokenCache(options.tokenCache, at('tokenCache')),
  });
}

type Raw = { readonly domain?: unknown; readonly issuer?: unknown };

function parseIssuers({ domain, issuer }: Raw, at: (name: string) => string): readonly string[] {
  if (domain !== undefined && issuer !== undefined) {
    refuse(at('issuer'), `cannot be combined with ${at('domain')}: give only one of the two`);
  }
  if (issuer !== undefined) return oneOrMany(issuer, at('issuer'), issuerUrl);
  if (domain !== undefined) return oneOrMany(domain, at('domain'), issuerOfDomain);
  refuse(
    at('domain'),
    "is missing: write your Auth0 domain, such as 'tenant.eu.auth0.com' (auth0Authorizer also reads AUTH0_DOMAIN), or give `issuer`",
  );
}

function oneOrMany<Item>(
  value: unknown,
  path: string,
  check: (item: unknown, path: string) => Item,
): readonly Item[] {
  return Array.isArray(value) ? nonEmptyList(value, path, check) : Object.freeze([check(value, path)]);
}

function parseAudience(value: unknown, path: string, issuers: readonly string[]): readonly string[] {
  if (value === undefined) {
    refuse(
      path,
      'is missing: write the identifier of your API in Auth0 (auth0Authorizer also reads AUTH0_AUDIENCE)',
    );
  }
  const audiences = nonEmptyStrings(value, path);
  if (audiences.some((audience) => isUserinfoAudience(audience, issuers))) {
    refuse(
      path,
      'holds the /userinfo endpoint, which is an audience of tokens for any API of the tenant: leave it out',
    );
  }
  return audiences;
}

function algorithm(value: unknown, path: string): SignatureAlgorithm {
  const found = SIGNATURE_ALGORITHMS.find((known) => known === value);
  if (found !== undefined) return found;
  if (typeof value === 'string' && /^(?:hs\d+|none)$/i.test(value)) {
    refuse(
      path,
      `${value} is never allowed, since whoever can verify a token could make one: set the API to RS256 in Auth0`,
    );
  }
  refuseValue(path, `one of ${SIGNATURE_ALGORITHMS.join(', ')}`, value);
}

function parseJwks(value: unknown, path: string, issuers: readonly string[]): JwksSettings {
  const settings = parseJwksOptions(value, path);
  const common = settings.pinned !== null ? 'keys' : settings.uri !== null ? 'uri' : null;
  if (issuers.length > 1 && common !== null && !settings.shared) {
    refuse(
      `${path}.${common}`,
      `would let one set of keys verify tokens of several issuers: leave it out, give one issuer only, or set ${path}.shared if all are domains of one tenant`,
    );
  }
  return settings;
}

function parseTokenCache(value: unknown, path: string): VerifierSettings['tokenCache'] {
  if (value === false) return null;
  const options = value === undefined ? {} : plainObject(value, path, ['max']);
  return Object.freeze({ max: optional(options, path, 'max', 1000, wholeNumber, 1, 100_000) });
}
