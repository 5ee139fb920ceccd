import type { KeyObject } from 'node:crypto';
import { Refused } from '../decision/errors.ts';
import type { KeySource, SigningKey } from '../jwks/signing-key.ts';
import { RevocationList } from '../revocations/revocation-list.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';
import { type BoundRequest, judgeSender } from './binding.ts';
import { MAX_TOKEN_LENGTH } from './compact-jws.ts';
import type { TokenCredential } from './credential.ts';
import { HeaderReader } from './header.ts';
import { createKeySources, MOST_AT_ONCE } from './key-sources.ts';
import { type RememberedToken, TokenCache } from './token-cache.ts';
import {
  isForAlgorithm,
  PROOF,
  type Received,
  refusedUse,
  USE,
  type VerificationTerms,
} from './verification.ts';
import type { VerifiedToken } from './verified-token.ts';
import type { VerifierSettings } from './verifier-settings.ts';

/** Turns a credential into a token that can be relied on. */
export interface Verifier {
  /**
   * Verifies a token, or finds it among those verified before. Synchronous as long as the keys are in memory.
   *
   * @param remainingMs - time left in this invocation, milliseconds
   * @param request - what a bound token is judged with
   * @throws {Refused} when the token cannot be trusted, with one of the 401 codes; a rejection if it had to wait
   * @throws {AuthorizerFault} `keys_unavailable` when there are no keys to verify it with
   */
  verify(
    credential: TokenCredential,
    remainingMs: number,
    request: BoundRequest,
  ): MaybePromise<VerifiedToken>;
  /** Starts fetching the keys of the first issuers, {@link MOST_AT_ONCE} at most, and the revocations. Never throws. */
  prefetch(): void;
}

/**
 * @param settings - from `parseVerifierOptions`
 * @param keySources - the keys of each issuer; by default those that the settings describe
 * @param revocations - the list of revoked tokens; by default the one that the settings describe
 */
export function createVerifier(
  settings: VerifierSettings,
  keySources: ReadonlyMap<string, KeySource> = createKeySources(settings),
  revocations: RevocationList | null = createRevocations(settings),
): Verifier {
  const terms: VerificationTerms = {
    ...settings,
    keySources,
    revocations,
    headers: new HeaderReader(settings.algorithms, settings.profile),
    unnamedAlgorithm: settings.algorithms.find((name) => name !== 'ES256') ?? null,
    fitting: new WeakMap(),
  };
  const cache = settings.tokenCache === null ? null : new TokenCache(settings.tokenCache.max);
  return {
    verify(credential, remainingMs, request) {
      const received = { credential, remainingMs };
      const verified = cache === null ? verifyAlways(received, terms) : verifyOnce(received, terms, cache);
      return andThen(verified, (token) => admitSender(token, received, request, settings.bindings));
    },
    prefetch() {
      for (const source of [...keySources.values()].slice(0, MOST_AT_ONCE)) source.prefetch();
      revocations?.prefetch();
    },
  };
}

/** The list of revoked tokens that the settings describe; `null` if none are revoked. */
export function createRevocations({
  revocations,
}: Pick<VerifierSettings, 'revocations'>): RevocationList | null {
  return revocations === null ? null : new RevocationList(revocations);
}

/**
 * Judged last, and for remembered tokens too: a proof is good for one request, and is used up by its check. A sender who is
 * refused does not make the token forgotten: otherwise anybody who has the token could slow down its owner.
 */
function admitSender(
  token: VerifiedToken,
  { credential, remainingMs }: Received,
  request: BoundRequest,
  bindings: VerifierSettings['bindings'],
): MaybePromise<VerifiedToken> {
  const { token: text, scheme } = credential;
  const use = { token: text, claims: token.claims, scheme, request, remainingMs };
  return andThen(judgeSender(use, bindings), (refusal) => {
    if (refusal === null) return token;
    throw refusedUse(refusal, token);
  });
}

/** Proves the token whether or not it was proven before. */
function verifyAlways(received: Received, terms: VerificationTerms): MaybePromise<VerifiedToken> {
  return andThen(PROOF.run(received, terms), (outcome) => accepted(outcome).token);
}

function accepted<Form>(outcome: Form | Refused): Form {
  if (outcome instanceof Refused) throw outcome;
  return outcome;
}

/** A token that the cache may hold, and all that its verification takes. */
interface Attempt {
  readonly received: Received;
  /** The token's id in the cache. */
  readonly id: string;
  readonly terms: VerificationTerms;
  readonly cache: TokenCache;
}

/** Proves a token that is new. Of a token that is known, checks what may have changed: key and time. */
function verifyOnce(
  received: Received,
  terms: VerificationTerms,
  cache: TokenCache,
): MaybePromise<VerifiedToken> {
  const { token } = received.credential;
  // A token that is too long is refused anyway: it is not hashed first.
  if (token.length > MAX_TOKEN_LENGTH) return verifyAlways(received, terms);
  const attempt = { received, id: TokenCache.idOf(token), terms, cache };
  const entry = cache.get(attempt.id);
  return entry === undefined ? verifyNew(attempt) : verifyKnown(attempt, entry);
}

function verifyNew({ received, id, terms, cache }: Attempt): MaybePromise<VerifiedToken> {
  return andThen(PROOF.run(received, terms), (outcome) => {
    const { token, key, source } = accepted(outcome);
    cache.set(id, { token, key, source, weight: TokenCache.weightOf(received.credential.token) });
    return token;
  });
}

function verifyKnown(attempt: Attempt, entry: RememberedToken): MaybePromise<VerifiedToken> {
  const { kid, algorithm } = entry.token;
  const found = entry.source.findKey(kid, algorithm, attempt.received.remainingMs);
  return andThen(found, (key) => {
    const isProof = key !== null && isSameKey(key.key, entry.key);
    if (isProof && isForAlgorithm(key, algorithm, attempt.terms)) return useAgain(attempt, entry, key);
    // The key that proved the token is gone, another one has its `kid`, or it lost its `alg`: the proof is void.
    attempt.cache.delete(attempt.id);
    return verifyNew(attempt);
  });
}

/** Each fetch imports the keys again, so the same key may be another object. */
function isSameKey(one: KeyObject, other: KeyObject): boolean {
  return one === other || one.equals(other);
}

function useAgain(
  attempt: Attempt,
  entry: RememberedToken,
  { key, state }: SigningKey,
): MaybePromise<VerifiedToken> {
  entry.key = key;
  if (entry.token.keys !== state) entry.token = Object.freeze({ ...entry.token, keys: state });
  const { credential, remainingMs } = attempt.received;
  return andThen(USE.run({ credential, remainingMs, token: entry.token }, attempt.terms), (use) => {
    if (!(use instanceof Refused)) return use.token;
    attempt.cache.delete(attempt.id);
    throw use;
  });
}
