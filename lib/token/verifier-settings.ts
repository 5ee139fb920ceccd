import { type JwksSettings, parseJwksOptions } from '../jwks/jwks-settings.ts';
import { parseRevocationsOptions, type RevocationsSettings } from '../revocations/revocations-settings.ts';
import { isObject } from '../util/is-object.ts';
import {
  memberPath,
  nonEmptyArray,
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
import { CLOCK_TOLERANCE_S } from './claims.ts';
import { issuerOfDomain, issuerUrl } from './issuer-options.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature.ts';
import type { Auth0JwtVerifierOptions } from './verifier-options.ts';

/** The options, checked and completed. */
export interface VerifierSettings {
  readonly issuers: readonly string[];
  /** All audiences, of whichever issuer. */
  readonly audiences: readonly string[];
  /** The audiences that tokens may have, by `iss`. */
  readonly audiencesOf: ReadonlyMap<string, readonly string[]>;
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly clockTolerance: number;
  readonly maxTokenAge: number | null;
  readonly requiredClaims: readonly string[];
  readonly jwks: JwksSettings;
  /** `null`: none are revoked. */
  readonly revocations: RevocationsSettings | null;
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
  'revocations',
  'tokenCache',
] as const satisfies readonly (keyof Auth0JwtVerifierOptions)[];

/** The options among them that are checks and off by default. */
export const VERIFIER_CHECKS = ['maxTokenAge', 'requiredClaims', 'revocations'] as const;

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
  const audiencesOf = parseTrust(options, at);
  const issuers = Object.freeze([...audiencesOf.keys()]);
  return Object.freeze({
    issuers,
    audiences: Object.freeze([...new Set([...audiencesOf.values()].flat())]),
    audiencesOf,
    algorithms: optional(options, path, 'algorithms', DEFAULT_ALGORITHMS, nonEmptyList, algorithm),
    clockTolerance: optional(options, path, 'clockTolerance', CLOCK_TOLERANCE_S, seconds, 0, 300),
    maxTokenAge: optional(options, path, 'maxTokenAge', null, seconds, 1, 31_536_000),
    requiredClaims: optional(options, path, 'requiredClaims', NO_CLAIMS, nonEmptyList, nonEmptyString),
    jwks: parseJwks(options.jwks, at('jwks'), issuers),
    revocations: optional(options, path, 'revocations', null, parseRevocationsOptions),
    tokenCache: parseTokenCache(options.tokenCache, at('tokenCache')),
  });
}

type Raw = { readonly domain?: unknown; readonly issuer?: unknown; readonly audience?: unknown };
type At = (name: string) => string;

/** Whether the tokens of some configured issuer take the top-level `audience`. */
export function takesCommonAudience({ domain, issuer }: Raw): boolean {
  const trusted = domain ?? issuer;
  return !Array.isArray(trusted) || trusted.some((one) => !isObject(one));
}

/** The audiences of each issuer, by `iss`. */
function parseTrust(options: Raw, at: At): ReadonlyMap<string, readonly string[]> {
  const issuers = parseIssuers(options, at);
  const names = issuers.map(({ issuer }) => issuer);
  const common = takesCommonAudience(options)
    ? parseCommonAudience(options.audience, at('audience'), names)
    : refuseUnused(options.audience, at('audience'));
  const trust = new Map<string, readonly string[]>();
  for (const { issuer, audience, path } of issuers) {
    if (trust.has(issuer)) refuse(path, 'is in the list twice');
    trust.set(issuer, audience === null ? common : parseAudience(audience, `${path}.audience`, names));
  }
  return trust;
}

interface ConfiguredIssuer {
  readonly issuer: string;
  /** `null` = the top-level `audience`. */
  readonly audience: unknown;
  readonly path: string;
}

function parseIssuers({ domain, issuer }: Raw, at: At): readonly ConfiguredIssuer[] {
  if (domain !== undefined && issuer !== undefined) {
    refuse(at('issuer'), `cannot be combined with ${at('domain')}: give only one of the two`);
  }
  if (issuer !== undefined) return oneOrMany(issuer, at('issuer'), 'issuer', issuerUrl);
  if (domain !== undefined) return oneOrMany(domain, at('domain'), 'domain', issuerOfDomain);
  refuse(
    at('domain'),
    "is missing: write your Auth0 domain, such as 'tenant.eu.auth0.com' (auth0Authorizer also reads AUTH0_DOMAIN), or give `issuer`",
  );
}

/** One issuer as text, or a list of such and of issuers with audiences. */
function oneOrMany(
  value: unknown,
  path: string,
  name: 'domain' | 'issuer',
  check: (item: unknown, path: string) => string,
): readonly ConfiguredIssuer[] {
  const parse = (item: unknown, at: string): ConfiguredIssuer => {
    if (!isObject(item)) return { issuer: check(item, at), audience: null, path: at };
    const bound = plainObject(item, at, [name, 'audience']);
    return { issuer: check(bound[name], `${at}.${name}`), audience: bound.audience, path: at };
  };
  if (!Array.isArray(value)) return [{ issuer: check(value, path), audience: null, path }];
  return nonEmptyArray(value, path, 'item').map((item, index) => parse(item, `${path}[${index}]`));
}

function parseCommonAudience(value: unknown, path: string, issuers: readonly string[]): readonly string[] {
  if (value === undefined) {
    refuse(
      path,
      'is missing: write the identifier of your API in Auth0 (auth0Authorizer also reads AUTH0_AUDIENCE)',
    );
  }
  return parseAudience(value, path, issuers);
}

function parseAudience(value: unknown, path: string, issuers: readonly string[]): readonly string[] {
  const audiences = nonEmptyStrings(value, path);
  if (audiences.some((audience) => isUserinfoAudience(audience, issuers))) {
    refuse(
      path,
      'holds the /userinfo endpoint, which is an audience of tokens for any API of the tenant: leave it out',
    );
  }
  return audiences;
}

function refuseUnused(audience: unknown, path: string): readonly string[] {
  if (audience === undefined) return [];
  return refuse(path, 'has no effect, because each issuer has an audience of its own: leave it out');
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
