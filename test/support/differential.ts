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
import { TokenMaker, type TokenRecipe } from './token-recipes.ts';

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
  'not_an_access_token',
  'sender_constrained_token',
]);

/** The verdicts on a token that agree, or that differ on purpose. */
export type Agreement =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  /** Refused here, accepted by jose. */
  | { readonly kind: 'stricter'; readonly code: RefusalCode };

interface Verdicts {
  readonly ours: Outcome;
  readonly cached: Outcome;
  /** The claims as text; `null` if jose refuses the token. */
  readonly reference: string | null;
}

/** Verifies the tokens of recipes with this package, with and without its cache, and with jose. */
export class Differential {
  readonly #maker: TokenMaker;
  readonly #verifiers: readonly ReturnType<typeof createVerifier>[];

  private constructor(maker: TokenMaker) {
    this.#maker = maker;
    this.#verifiers = [false as const, { max: 50 }].map((tokenCache) => {
      const algorithms = [...SIGNATURE_ALGORITHMS];
      const options = { issuer: ISSUER, audience: AUDIENCE, algorithms, tokenCache };
      const keys = new Map([[ISSUER, testKeySource(...maker.keys)]]);
      return createVerifier(parseVerifierOptions(options, ''), keys);
    });
  }

  static async create(): Promise<Differential> {
    return new Differential(await TokenMaker.create(ISSUER));
  }

  /** @throws if the verdicts differ, unless this package is stricter on purpose */
  async compare(recipe: TokenRecipe): Promise<Agreement> {
    const token = this.#maker.token(recipe);
    const first = agreementOf(await this.#verdicts(token));
    if (typeof first !== 'string') return first;
    // Two of them may have read the clock in different seconds.
    const second = agreementOf(await this.#verdicts(token));
    if (typeof second === 'string') throw new Error(`${second}: ${token}`);
    return second;
  }

  async #verdicts(token: string): Promise<Verdicts> {
    const [ours, cached] = this.#verifiers.map((verifier) =>
      outcomeOf(() => verifier.verify(bearerCredential(token), 1000, NO_REQUEST)),
    );
    const { keys } = this.#maker;
    const expected = { issuer: ISSUER, keys, algorithms: SIGNATURE_ALGORITHMS };
    return {
      ours: ours as Outcome,
      cached: cached as Outcome,
      reference: await referenceClaims(token, expected),
    };
  }
}

/** A text says how the verdicts differ. */
function agreementOf({ ours, cached, reference }: Verdicts): Agreement | string {
  if (JSON.stringify(ours) !== JSON.stringify(cached)) return 'the cache differs';
  if (ours.claims !== undefined) {
    return ours.claims === reference ? { kind: 'accepted' } : 'accepted against the reference';
  }
  const { code } = ours;
  if (reference === null) return { kind: 'refused', code };
  return STRICTER.has(code) ? { kind: 'stricter', code } : `${code} against the reference`;
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
