import type { KeyObject } from 'node:crypto';
import { Refused } from '../decision/errors.ts';
import type { KeySource, SigningKey } from '../jwks/signing-key.ts';
import { judgeTimes } from './claims.ts';
import { MAX_TOKEN_LENGTH } from './compact-jws.ts';
import type { TokenCredential } from './credential.ts';
import { HeaderReader } from './header.ts';
import { createKeySources } from './key-sources.ts';
import { TokenCache, type VerifiedEntry } from './token-cache.ts';
import { epochSeconds, type Verification, type VerificationTerms, verifyToken } from './verification.ts';
import type { VerifiedToken } from './verified-token.ts';
import type { VerifierSettings } from './verifier-options.ts';

/** Turns a credential into a token that can be relied on. */
export interface Verifier {
  /**
   * Synchronous as long as the keys are in memory.
   *
   * @param remainingMs - time left in this invocation, milliseconds
   * @throws {Refused} when the token cannot be trusted, with one of the 401 codes
   * @throws {AuthorizerFault} `keys_unavailable` when there are no keys to judge it by
   */
  verify(credential: TokenCredential, remainingMs: number): VerifiedToken | Promise<VerifiedToken>;
  /** Starts fetching the keys of each issuer. Never throws. */
  prefetch(): void;
}

/**
 * @param settings - from `parseVerifierOptions`
 * @param keySources - the keys of each issuer; by default those that the settings tell of
 */
export function createVerifier(
  settings: VerifierSettings,
  keySources: ReadonlyMap<string, KeySource> = createKeySources(settings),
): Verifier {
  const terms: VerificationTerms = {
    ...settings,
    keySources,
    headers: new HeaderReader(settings.algorithms),
    fitting: new WeakMap(),
  };
  const cache = settings.tokenCache === null ? null : new TokenCache(settings.tokenCache.max);
  return {
    verify:
      cache === null
        ? (credential, remainingMs) => verifyAlways(credential, remainingMs, terms)
        : (credential, remainingMs) => verifyOnce(credential, remainingMs, terms, cache),
    prefetch() {
      for (const source of keySources.values()) source.prefetch();
    },
  };
}

/** A token that is to be looked up before it is verified, and all that this takes. */
interface Attempt {
  readonly credential: TokenCredential;
  /** What the cache knows the token by. */
  readonly id: string;
  readonly remainingMs: number;
  readonly terms: VerificationTerms;
  readonly cache: TokenCache;
}

/** Verifies a token that is new, and looks again at whatever may have changed for one that is known. */
function verifyOnce(
  credential: TokenCredential,
  remainingMs: number,
  terms: VerificationTerms,
  cache: TokenCache,
): VerifiedToken | Promise<VerifiedToken> {
  const { token } = credential;
  // What is too long is refused without being hashed.
  const id = token.length > MAX_TOKEN_LENGTH ? '' : TokenCache.idOf(token);
  const attempt = { credential, id, remainingMs, terms, cache };
  const entry = cache.get(id);
  if (entry === undefined) return verifyNew(attempt);
  const { issuer, kid, algorithm } = entry.token;
  const source = terms.keySources.get(issuer) as KeySource;
  const found = source.find(kid, algorithm, remainingMs);
  return found instanceof Promise
    ? found.then((key) => verifyKnown(key, entry, attempt))
    : verifyKnown(found, entry, attempt);
}

function verifyNew(attempt: Attempt): VerifiedToken | Promise<VerifiedToken> {
  const verified = verifyToken(attempt.credential, attempt.remainingMs, attempt.terms);
  return verified instanceof Promise
    ? verified.then((verification) => remember(verification, attempt))
    : remember(verified, attempt);
}

function remember(verified: Verification, { id, cache }: Attempt): VerifiedToken {
  cache.set(id, verified);
  return verified.token;
}

/** @param found - the issuer's key of the name that the token was verified with */
function verifyKnown(
  found: SigningKey | null,
  entry: VerifiedEntry,
  attempt: Attempt,
): VerifiedToken | Promise<VerifiedToken> {
  if (found !== null && isSame(found.key, entry.key)) return judgeAgain(found, entry, attempt);
  // The key that vouched for the token is gone, or another one bears its name: so is what it vouched for.
  attempt.cache.delete(attempt.id);
  return verifyNew(attempt);
}

/** Each fetch imports the keys anew: the same key is then another object. */
function isSame(one: KeyObject, other: KeyObject): boolean {
  return one === other || one.equals(other);
}

function judgeAgain(found: SigningKey, entry: VerifiedEntry, { id, terms, cache }: Attempt): VerifiedToken {
  const { issuer, kid, claims } = entry.token;
  const refusal = judgeTimes(claims, terms, epochSeconds());
  if (refusal !== null) {
    cache.delete(id);
    throw new Refused(refusal, { issuer, kid, keys: found.state });
  }
  entry.key = found.key;
  if (entry.token.keys !== found.state) entry.token = Object.freeze({ ...entry.token, keys: found.state });
  return entry.token;
}

function verifyAlways(
  credential: TokenCredential,
  remainingMs: number,
  terms: VerificationTerms,
): VerifiedToken | Promise<VerifiedToken> {
  const verified = verifyToken(credential, remainingMs, terms);
  return verified instanceof Promise ? verified.then(tokenOf) : verified.token;
}

function tokenOf({ token }: Verification): VerifiedToken {
  return token;
}
