import type { KeyObject } from 'node:crypto';
import type { KeyState } from '../decision/decision.ts';

/** A public key of one issuer, ready to verify with. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly state: KeyState;
  /**
   * An RSA key that is published without `alg`. It fits every RSA algorithm, and must verify one only (RFC 8725,
   * section 3.1): the verifier says which.
   */
  readonly isUnnamed: boolean;
}

/** The keys of one issuer. */
export interface KeySource {
  /**
   * Finds the key with that `kid` that may verify that algorithm. Synchronous if it is in memory; `null` if the issuer
   * publishes no such key.
   *
   * @param kid - `kid` of the token's header
   * @param algorithm - `alg` of the token's header, one that is allowed
   * @param remainingMs - time left in this invocation, milliseconds. A fetch gives up before it ends.
   * @throws {AuthorizerFault} `keys_unavailable` if there is no usable key and the JWKS cannot be fetched
   */
  findKey(
    kid: string,
    algorithm: string,
    remainingMs: number,
  ): SigningKey | null | Promise<SigningKey | null>;
  /**
   * Says why `findKey` returned `null` although the issuer publishes a key with that `kid`; `null` if it publishes none.
   * For the log.
   */
  whyUnusable(kid: string): string | null;
  /** Starts a fetch unless the keys are fresh or a fetch is under way. Never throws. */
  prefetch(): void;
}
