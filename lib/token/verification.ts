import type { KeyObject } from 'node:crypto';
import type { Refusal } from '../decision/decision.ts';
import { Refused } from '../decision/errors.ts';
import type { KeySource, SigningKey } from '../jwks/signing-key.ts';
import { defined } from '../util/defined.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';
import { leaveOutNulls } from './auth0-profile.ts';
import {
  acceptedAudiences,
  type ClaimExpectations,
  configuredDetail,
  judgeClaims,
  judgeTimes,
  judgeTypes,
} from './claims.ts';
import { type CompactJws, parseObject, splitCompactJws } from './compact-jws.ts';
import type { TokenCredential } from './credential.ts';
import type { Decryption } from './decryption/decryption.ts';
import { deepFreeze } from './freeze.ts';
import type { HeaderReader, TokenHeader } from './header.ts';
import { malformed } from './malformed.ts';
import { ProvenToken } from './proven-token.ts';
import { fitsAlgorithm, isSignedBy, type SignatureAlgorithm } from './signature.ts';
import { type Check, Steps } from './steps.ts';
import type { AccessTokenClaims, VerifiedToken } from './verified-token.ts';

/*
 * Verification is two lists of steps, at the end of this file.
 *
 * - `PROOF` turns the credential of a new token into a token that is proven to be the issuer's, for this API. The result
 *   holds as long as the key does, so that it may be remembered. It ends with the checks of `USE`.
 * - `USE` decides whether a remembered token may be used now.
 *
 * Whether the sender may use the token (`cnf`; DPoP, mTLS) is judged after them, at each request: see `verifier.ts`.
 * `credential` stays what the client sent, an encrypted token too.
 *
 * A step may return a promise. Those after it wait; those before it have run at once.
 */

/** Finds revoked tokens. */
export interface RevocationSource {
  /**
   * @returns the kind of the entry that revokes the token; `null` if none does
   * @throws {AuthorizerFault} `revocations_unavailable` if that cannot be said
   */
  find(claims: AccessTokenClaims, remainingMs: number): MaybePromise<string | null>;
}

/** What tokens are verified by: the same for all requests. */
export interface VerificationTerms extends ClaimExpectations {
  readonly headers: HeaderReader;
  /** The keys of each trusted issuer, by `iss`. A key of one issuer never verifies a token of another. */
  readonly keySources: ReadonlyMap<string, KeySource>;
  /** `null`: encrypted tokens are refused. */
  readonly decryption: Decryption | null;
  /** `null`: no token is revoked. */
  readonly revocations: RevocationSource | null;
  /** The algorithm of RSA keys without `alg`; `null` if none is allowed. */
  readonly unnamedAlgorithm: SignatureAlgorithm | null;
  /** Keys that are known to fit an algorithm. To look at a key's details costs as much as to read a header. */
  readonly fitting: WeakMap<KeyObject, SignatureAlgorithm>;
}

/** A credential that is to be verified. */
export interface Received {
  readonly credential: TokenCredential;
  /** Time left in this invocation, milliseconds. A fetch of keys gives up before it ends. */
  readonly remainingMs: number;
}

/** Decrypted, if it was encrypted. */
interface Opened extends Received {
  /** The signed token: the credential's, or the one inside. */
  readonly signed: string;
}

/** Well formed, and names a trusted issuer. Nothing is proven yet. */
interface Unproven extends Opened {
  readonly jws: CompactJws;
  readonly header: TokenHeader;
  readonly claims: Record<string, unknown>;
  readonly issuer: string;
  /** The issuer's keys. */
  readonly source: KeySource;
}

interface Keyed extends Unproven {
  readonly key: SigningKey;
}

/** A proven token on the way into a request. */
export interface TokenUse extends Received {
  readonly token: VerifiedToken;
}

/** The token is the issuer's, for this API. */
interface Proven extends TokenUse {
  /** The key that verified the signature. */
  readonly key: KeyObject;
  readonly source: KeySource;
}

/** @throws {AuthorizerFault} `handler_error`, from a function of the option `decryption` */
function decrypt(
  { credential, remainingMs }: Received,
  { decryption }: VerificationTerms,
): MaybePromise<Opened | Refused> {
  if (decryption === null) return { credential, remainingMs, signed: credential.token };
  return andThen(decryption.open(credential.token), (signed) =>
    typeof signed === 'string' ? { credential, remainingMs, signed } : new Refused(signed),
  );
}

/** Reads all that needs no key. */
function readToken(opened: Opened, { headers, keySources }: VerificationTerms): Unproven | Refused {
  const { credential, remainingMs, signed } = opened;
  const jws = splitCompactJws(signed);
  if (jws instanceof Refused) return jws;
  const header = headers.read(jws.header);
  if (header instanceof Refused) return header;
  // After the header: an unsecured token (RFC 7515, appendix A.5) is refused by its algorithm.
  if (jws.signature.length === 0) return new Refused({ code: 'invalid_signature' });
  const claims = parseObject(jws.payload);
  if (claims === null) return malformed('payload is no JSON object');
  // The only claim that is read before the signature is verified: it says whose keys to use.
  const issuer = readIssuer(claims);
  if (issuer instanceof Refused) return issuer;
  const source = keySources.get(issuer);
  if (source === undefined) {
    const detail = configuredDetail([issuer], [...keySources.keys()]);
    return new Refused({ code: 'unknown_issuer', detail });
  }
  return { credential, remainingMs, signed, jws, header, claims, issuer, source };
}

function readIssuer(claims: Record<string, unknown>): string | Refused {
  if (!Object.hasOwn(claims, 'iss')) return new Refused({ code: 'missing_claim', detail: 'iss' });
  return typeof claims.iss === 'string' ? claims.iss : new Refused({ code: 'invalid_claim', detail: 'iss' });
}

/** @throws {AuthorizerFault} `keys_unavailable`, from the key source */
function findKey(unproven: Unproven, terms: VerificationTerms): MaybePromise<Keyed | Refused> {
  const { issuer, source, header, remainingMs } = unproven;
  const { fitting } = terms;
  const { kid, algorithm } = header;
  return andThen(source.findKey(kid, algorithm, remainingMs), (key) => {
    if (key === null) {
      const detail = source.whyUnusable(kid) ?? undefined;
      return new Refused(defined({ code: 'unknown_key' as const, detail }), { issuer });
    }
    if (!isForAlgorithm(key, algorithm, terms)) {
      const detail = `published without \`alg\`, so it verifies ${terms.unnamedAlgorithm} only, the first RSA algorithm of \`algorithms\``;
      return new Refused({ code: 'unknown_key', detail }, { issuer });
    }
    if (fitting.get(key.key) !== algorithm) {
      if (!fitsAlgorithm(key.key, algorithm)) {
        const detail = 'the published key is not one for this algorithm';
        return new Refused({ code: 'unknown_key', detail }, { issuer });
      }
      fitting.set(key.key, algorithm);
    }
    return { ...unproven, key };
  });
}

/** Whether a key may verify an algorithm that it fits: an RSA key without `alg` verifies one alone. */
export function isForAlgorithm(
  { isUnnamed }: SigningKey,
  algorithm: string,
  { unnamedAlgorithm }: VerificationTerms,
): boolean {
  return !isUnnamed || algorithm === unnamedAlgorithm;
}

function checkSignature(keyed: Keyed): Refused | null {
  const { jws, header, key } = keyed;
  if (isSignedBy(key.key, header.algorithm, jws.signingInput, jws.signature)) return null;
  return refusedAfterKey({ code: 'invalid_signature' }, keyed);
}

function readProvenClaims(keyed: Keyed, terms: VerificationTerms): Proven | Refused {
  const { credential, remainingMs, claims, header, issuer, source, key } = keyed;
  leaveOutNulls(claims);
  const flaw = deepFreeze(claims) ?? judgeTypes(claims);
  if (flaw !== null) return refusedAfterKey(flaw, keyed);
  const refusal = judgeClaims(claims, header.isTypedAccessToken, terms);
  if (refusal !== null) return refusedAfterKey(refusal, keyed, claims);
  const proven = claims as AccessTokenClaims;
  const token = new ProvenToken({
    claims: proven,
    audiences: Object.freeze(acceptedAudiences(proven, terms)),
    issuer,
    kid: header.kid,
    algorithm: header.algorithm,
    keys: key.state,
  });
  return { credential, remainingMs, token, key: key.key, source };
}

/** @param claims - if the signature is valid, and their types are right */
function refusedAfterKey(
  refusal: Refusal,
  { issuer, header, key }: Keyed,
  claims?: Record<string, unknown>,
): Refused {
  return new Refused(refusal, { issuer, kid: header.kid, keys: key.state }, claims);
}

function checkTimes({ token }: TokenUse, terms: VerificationTerms): Refused | null {
  const refusal = judgeTimes(token.claims, terms, nowInSeconds());
  return refusal === null ? null : refusedUse(refusal, token);
}

function checkRevoked(
  { token, remainingMs }: TokenUse,
  { revocations }: VerificationTerms,
): MaybePromise<Refused | null> {
  if (revocations === null) return null;
  return andThen(revocations.find(token.claims, remainingMs), (kind) =>
    kind === null ? null : refusedUse({ code: 'token_revoked', detail: kind }, token),
  );
}

/** Refuses a use of a token that is proven. */
export function refusedUse(refusal: Refusal, { claims, issuer, kid, keys }: VerifiedToken): Refused {
  return new Refused(refusal, { issuer, kid, keys }, claims);
}

/** Whole epoch seconds, as in tokens. */
function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What each use of a proven token is checked for. */
const USE_CHECKS: readonly Check<TokenUse, VerificationTerms>[] = [checkTimes, checkRevoked];

/**
 * From a credential to a proven token that may be used now. Looks up, and fetches, a key only after shape, header and
 * issuer were found good. Reads only the claim `iss` before the signature is verified.
 */
export const PROOF = Steps.from<Received, VerificationTerms>()
  .step(decrypt)
  .step(readToken)
  .step(findKey)
  .check(checkSignature)
  .step(readProvenClaims)
  .check(...USE_CHECKS);

/** For a token that was proven before. */
export const USE = Steps.from<TokenUse, VerificationTerms>().check(...USE_CHECKS);
