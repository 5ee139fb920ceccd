import type { RefusalCode } from '../../lib/decision/codes.ts';
import { Refused } from '../../lib/decision/errors.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import { SIGNATURE_ALGORITHMS } from '../../lib/token/signature.ts';
import { createVerifier } from '../../lib/token/verifier.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from './bound-request.ts';
import { AUDIENCE } from './issuer.ts';
import { testKeySource } from './key-source.ts';
import { referenceClaims } from './reference-verifier.ts';
import { TokenFuzzer } from './token-fuzz.ts';

const ISSUER = 'https://tenant.eu.auth0.com/';

/** Codes for which this package is stricter than jose on purpose. */
const STRICTER: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'malformed_token',
  'token_type_not_allowed',
  'missing_kid',
  'missing_claim',
  'invalid_claim',
  'token_not_yet_valid',
  'id_token',
  'sender_constrained_token',
]);

export interface DifferentialResult {
  /** Tokens that both accepted. */
  readonly accepted: number;
  /** Tokens that this package refused, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Those of them that jose accepts, by code. */
  readonly stricter: Readonly<Record<string, number>>;
}

/**
 * Verifies the same fuzzed tokens with this package, with and without its cache, and with jose.
 *
 * @throws at the first token on which they disagree, unless this package is stricter on purpose
 */
export async function compareWithReference(count: number, seed: number): Promise<DifferentialResult> {
  const fuzzer = await TokenFuzzer.create(ISSUER, seed);
  const { keys } = fuzzer;
  const verifiers = [false as const, { max: 50 }].map((tokenCache) => {
    const algorithms = [...SIGNATURE_ALGORITHMS];
    const options = { issuer: ISSUER, audience: AUDIENCE, algorithms, tokenCache };
    return createVerifier(parseVerifierOptions(options, ''), new Map([[ISSUER, testKeySource(...keys)]]));
  });
  const expected = { issuer: ISSUER, keys, algorithms: SIGNATURE_ALGORITHMS };
  const refused: Record<string, number> = {};
  const stricter: Record<string, number> = {};
  let accepted = 0;
  for (let index = 0; index < count; index += 1) {
    const token = fuzzer.next();
    const [ours, cached] = verifiers.map((verifier) =>
      outcomeOf(() => verifier.verify(bearerCredential(token), 1000, NO_REQUEST)),
    );
    const reference = await referenceClaims(token, expected);
    const place = `token ${index} of seed ${seed}: ${token}`;
    if (JSON.stringify(ours) !== JSON.stringify(cached)) throw new Error(`the cache differs on ${place}`);
    if (ours?.claims !== undefined) {
      if (ours.claims !== reference) throw new Error(`accepted against the reference: ${place}`);
      accepted += 1;
    } else if (ours !== undefined) {
      refused[ours.code] = (refused[ours.code] ?? 0) + 1;
      if (reference !== null) {
        if (!STRICTER.has(ours.code)) throw new Error(`${ours.code} against the reference: ${place}`);
        stricter[ours.code] = (stricter[ours.code] ?? 0) + 1;
      }
    }
  }
  return { accepted, refused, stricter };
}

type Outcome = { claims: string; code?: never } | { code: RefusalCode; claims?: never };

function outcomeOf(verify: () => unknown): Outcome {
  try {
    const token = verify() as { claims: unknown };
    return { claims: JSON.stringify(token.claims) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: error.code };
  }
}
