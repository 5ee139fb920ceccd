import type { KeyObject } from 'node:crypto';
import { Refused } from '../decision/errors.ts';
import type { KeySource, SigningKey } from '../jwks/signing-key.ts';
import { type ClaimExpectations, judgeClaims, judgeTimes, leaveOutNulls, slashDetail } from './claims.ts';
import { type CompactJws, parseObject, splitCompactJws } from './compact-jws.ts';
import type { TokenCredential } from './credential.ts';
import { deepFreeze } from './freeze.ts';
import type { HeaderReader, TokenHeader } from './header.ts';
import { malformed } from './malformed.ts';
import { fitsAlgorithm, isSignedBy, type SignatureAlgorithm } from './signature.ts';
import type { AccessTokenClaims, VerifiedToken } from './verified-token.ts';

/** What a token is verified by. */
export interface VerificationTerms extends ClaimExpectations {
  readonly headers: HeaderReader;
  /** The keys of each issuer that is trusted, by what stands in `iss`. One issuer's keys never speak for another. */
  readonly keySources: ReadonlyMap<string, KeySource>;
  /** Keys that were found to fit an algorithm: to look at a key's details costs as much as to read a header. */
  readonly fitting: WeakMap<KeyObject, SignatureAlgorithm>;
}

export interface Verification {
  readonly token: VerifiedToken;
  /** The key that the signature was verified with. */
  readonly key: KeyObject;
}

/** A token of which nothing is proven yet but that it is well formed and names an issuer that is trusted. */
interface UnverifiedToken {
  readonly jws: CompactJws;
  readonly header: TokenHeader;
  readonly claims: Record<string, unknown>;
  readonly issuer: string;
}

/**
 * Verifies a token from its text. No key is looked for, and nothing fetched, before shape, header and issuer are
 * known to be good; no claim but `iss` is looked at before the signature is.
 *
 * @param remainingMs - time left in this invocation, milliseconds, for a fetch of keys
 * @returns synchronously when the key is in memory
 * @throws {Refused} with one of the 401 codes; as a rejection when it had to wait for keys
 * @throws {AuthorizerFault} `keys_unavailable`, from the key source
 */
export function verifyToken(
  { token }: TokenCredential,
  remainingMs: number,
  terms: VerificationTerms,
): Verification | Promise<Verification> {
  const jws = splitCompactJws(token);
  const header = terms.headers.read(jws.header);
  if (jws.signature.length === 0) throw new Refused({ code: 'invalid_signature' });
  const claims = parseObject(jws.payload);
  if (claims === null) throw malformed('payload is no JSON object');
  const issuer = readIssuer(claims);
  const source = terms.keySources.get(issuer);
  if (source === undefined) {
    throw new Refused({ code: 'unknown_issuer', ...slashDetail([issuer], [...terms.keySources.keys()]) });
  }
  const unverified = { jws, header, claims, issuer };
  const found = source.find(header.kid, header.algorithm, remainingMs);
  return found instanceof Promise
    ? found.then((key) => verifyWith(key, unverified, terms))
    : verifyWith(found, unverified, terms);
}

function readIssuer(claims: Record<string, unknown>): string {
  if (!Object.hasOwn(claims, 'iss')) throw new Refused({ code: 'missing_claim', detail: 'iss' });
  if (typeof claims.iss !== 'string') throw new Refused({ code: 'invalid_claim', detail: 'iss' });
  return claims.iss;
}

function verifyWith(
  found: SigningKey | null,
  unverified: UnverifiedToken,
  terms: VerificationTerms,
): Verification {
  const { jws, header, claims, issuer } = unverified;
  const { algorithm, kid } = header;
  if (found === null) throw new Refused({ code: 'unknown_key' }, { issuer });
  if (terms.fitting.get(found.key) !== algorithm) {
    if (!fitsAlgorithm(found.key, algorithm)) {
      const detail = 'the published key is not one for this algorithm';
      throw new Refused({ code: 'unknown_key', detail }, { issuer });
    }
    terms.fitting.set(found.key, algorithm);
  }
  if (!isSignedBy(found.key, algorithm, jws.signingInput, jws.signature)) {
    throw new Refused({ code: 'invalid_signature' }, { issuer, kid, keys: found.state });
  }
  leaveOutNulls(claims);
  const judged = claims as AccessTokenClaims;
  const refusal =
    deepFreeze(claims) ??
    judgeClaims(claims, header.saysAccessToken, terms) ??
    judgeTimes(judged, terms, epochSeconds());
  if (refusal !== null) throw new Refused(refusal, { issuer, kid, keys: found.state });
  const token = Object.freeze({ claims: judged, issuer, kid, algorithm, keys: found.state });
  return { token, key: found.key };
}

/** Whole seconds, as in the tokens themselves. */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
