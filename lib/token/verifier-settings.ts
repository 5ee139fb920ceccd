import { type JwksSettings, parseJwksOptions } from '../jwks/jwks-settings.ts';
import { parseRevocationsOptions, type RevocationsSettings } from '../revocations/revocations-settings.ts';
import { isObject } from '../util/is-object.ts';
import {
  memberPath,
  nonEmptyList,
  nonEmptyString,
  oneOf,
  optional,
  plainObject,
  refuse,
  refuseValue,
  seconds,
  wholeNumber,
} from '../util/option-checks.ts';
import { DEFAULT_ALGORITHM, isAuth0Issuer } from './auth0-profile.ts';
import { parseBinding, type TokenBinding } from './binding.ts';
import { CLOCK_TOLERANCE_S } from './claims.ts';
import type { Decryption } from './decryption/decryption.ts';
import type { TokenProfile } from './header.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature.ts';
import { type ApiAudiences, parseTrust } from './trust.ts';
import type { Auth0JwtVerifierOptions } from './verifier-options.ts';

/** The options, checked and completed. */
export interface VerifierSettings {
  readonly issuers: readonly string[];
  /** Those of the issuers that are Auth0's: given as `domain`, or under Auth0's own domain. */
  readonly auth0Issuers: ReadonlySet<string>;
  /** All audiences, of whichever issuer. */
  readonly audiences: readonly string[];
  /** The audiences that tokens may have, by `iss`. */
  readonly audiencesOf: ReadonlyMap<string, readonly string[]>;
  /** The same without the audiences that only `apis` names; the same map if there are none. */
  readonly inheritedOf: ReadonlyMap<string, readonly string[]>;
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly profile: TokenProfile;
  readonly clockTolerance: number;
  readonly maxTokenAge: number | null;
  /** Those of the profile included. */
  readonly requiredClaims: readonly string[];
  readonly jwks: JwksSettings;
  /** `null`: encrypted tokens are refused. */
  readonly decryption: Decryption | null;
  /** `null`: none are revoked. */
  readonly revocations: RevocationsSettings | null;
  /** The checks of bound tokens, in the order of judging; empty: bound tokens are refused. */
  readonly bindings: readonly TokenBinding[];
  readonly tokenCache: { readonly max: number } | null;
}

export const VERIFIER_OPTIONS = [
  'domain',
  'issuer',
  'audience',
  'algorithms',
  'profile',
  'clockTolerance',
  'maxTokenAge',
  'requiredClaims',
  'jwks',
  'decryption',
  'revocations',
  'dpop',
  'mtls',
  'tokenCache',
] as const satisfies readonly (keyof Auth0JwtVerifierOptions)[];

/** The options among them that are checks and off by default. */
export const VERIFIER_CHECKS = [
  'profile',
  'maxTokenAge',
  'requiredClaims',
  'decryption',
  'revocations',
  'dpop',
  'mtls',
] as const;

const DEFAULT_ALGORITHMS: readonly SignatureAlgorithm[] = Object.freeze([DEFAULT_ALGORITHM]);
const NO_CLAIMS: readonly string[] = Object.freeze([]);

/** The claims that RFC 9068, section 2.2, requires beside `iss`, `aud` and `exp`. */
const RFC_9068_CLAIMS: readonly string[] = Object.freeze(['sub', 'client_id', 'iat', 'jti']);

/**
 * Checks the options of the verifier and adds the defaults.
 *
 * @param path - dotted path of the options; empty at the top level
 * @param apis - the audiences of `apis`
 * @throws {OptionError}
 */
export function parseVerifierOptions(
  value: unknown,
  path: string,
  apis: readonly ApiAudiences[] = [],
): VerifierSettings {
  const options = plainObject(value, path, VERIFIER_OPTIONS);
  const at = (name: string) => memberPath(path, name);
  const { audiencesOf, inheritedOf } = parseTrust(options, at, apis);
  const issuers = Object.freeze([...audiencesOf.keys()]);
  const auth0Issuers = new Set(options.domain === undefined ? issuers.filter(isAuth0Issuer) : issuers);
  const profile = optional(options, path, 'profile', 'any', oneOf<TokenProfile>, ['any', 'rfc9068']);
  const isRfc9068 = profile === 'rfc9068';
  const own = optional(options, path, 'requiredClaims', NO_CLAIMS, nonEmptyList, nonEmptyString);
  if (isRfc9068) refuseContradiction(own, at('requiredClaims'), auth0Issuers.size === issuers.length);
  return Object.freeze({
    issuers,
    auth0Issuers,
    audiences: Object.freeze([...new Set([...audiencesOf.values()].flat())]),
    audiencesOf,
    inheritedOf,
    algorithms: optional(options, path, 'algorithms', DEFAULT_ALGORITHMS, nonEmptyList, algorithm),
    profile,
    clockTolerance: optional(options, path, 'clockTolerance', CLOCK_TOLERANCE_S, seconds, 0, 300),
    maxTokenAge: optional(options, path, 'maxTokenAge', null, seconds, 1, 31_536_000),
    requiredClaims: isRfc9068 ? Object.freeze([...RFC_9068_CLAIMS, ...own]) : own,
    jwks: parseJwks(options.jwks, at('jwks'), issuers),
    decryption: optional(options, path, 'decryption', null, parseDecryption),
    revocations: optional(options, path, 'revocations', null, parseRevocationsOptions),
    bindings: parseBindings(options, path),
    tokenCache: parseTokenCache(options.tokenCache, at('tokenCache')),
  });
}

/** @param isAuth0 - all issuers are Auth0's */
function refuseContradiction(claims: readonly string[], path: string, isAuth0: boolean): void {
  for (const [index, name] of claims.entries()) {
    if (RFC_9068_CLAIMS.includes(name)) {
      refuse(`${path}[${index}]`, `has no effect: profile 'rfc9068' requires ${name} already. Leave it out`);
    }
    if (isAuth0 && (name === 'azp' || name === 'gty')) {
      refuse(
        `${path}[${index}]`,
        `contradicts profile 'rfc9068': Auth0 adds no ${name} to tokens of that profile`,
      );
    }
  }
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

/** Shows no value: it may be the user's keys. */
function parseDecryption(value: unknown, path: string): Decryption {
  if (isObject(value) && typeof value['open'] === 'function') return value as unknown as Decryption;
  return refuse(path, "must be the result of `decryption()` from 'middy-auth0-authorizer/decryption'");
}

/** The checks of bound tokens that are on. The certificate first: it costs less than a proof, which its check uses up. */
export function parseBindings(
  options: { readonly dpop?: unknown; readonly mtls?: unknown },
  path: string,
): readonly TokenBinding[] {
  const mtls = optional(options, path, 'mtls', null, parseBinding, 'x5t#S256');
  const dpop = optional(options, path, 'dpop', null, parseBinding, 'jkt');
  return [mtls, dpop]
    .filter((binding) => binding !== null)
    .filter((binding) => binding.terms().mode !== 'off');
}

function parseTokenCache(value: unknown, path: string): VerifierSettings['tokenCache'] {
  if (value === false) return null;
  const options = value === undefined ? {} : plainObject(value, path, ['max']);
  return Object.freeze({ max: optional(options, path, 'max', 1000, wholeNumber, 1, 100_000) });
}
