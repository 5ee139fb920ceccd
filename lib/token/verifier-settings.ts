import { type JwksSettings, parseJwksOptions } from '../jwks/jwks-settings.ts';
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
import type { Auth0JwtVerifierOptions } from './verifier-options.ts';

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
 * Checks the options of the verifier and adds the defaults.
 *
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
