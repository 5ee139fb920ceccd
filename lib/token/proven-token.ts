import type { KeyState } from '../decision/decision.ts';
import type { AccessTokenClaims, VerifiedToken } from './verified-token.ts';

/** A verified token, frozen, which remembers one thing that is derived from it. */
export class ProvenToken implements VerifiedToken {
  readonly claims: AccessTokenClaims;
  readonly audiences: readonly string[];
  readonly issuer: string;
  readonly kid: string;
  readonly algorithm: string;
  readonly keys: KeyState;
  /** A private field of a frozen object can be written. */
  #derived: unknown;

  constructor({ claims, audiences, issuer, kid, algorithm, keys }: VerifiedToken) {
    this.claims = claims;
    this.audiences = audiences;
    this.issuer = issuer;
    this.kid = kid;
    this.algorithm = algorithm;
    this.keys = keys;
    Object.freeze(this);
  }

  /** Derives something from a token, once for each token that the verifier made. */
  static derived<Derived>(token: VerifiedToken, derive: (token: VerifiedToken) => Derived): Derived {
    if (!(#derived in token)) return derive(token);
    token.#derived ??= derive(token);
    return token.#derived as Derived;
  }
}
