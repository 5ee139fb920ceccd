import type { KeyObject } from 'node:crypto';
import type { KeyState } from '../decision/decision.ts';

/** A public key of one issuer, imported and ready to verify with. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly state: KeyState;
}

/** The keys of one issuer. */
export interface KeySource {
  /**
   * The key of that name that may verify that algorithm. Synchronous when it is in memory; `null` when the issuer
   * publishes no such key.
   *
   * @param kid - `kid` of the token's header
   * @param algorithm - `alg` of the token's header, already known to be an allowed one
   * @param remainingMs - time left in this invocation, milliseconds; a fetch gives up before it ends
   * @throws {AuthorizerFault} `keys_unavailable` when there is no usable key and the JWKS cannot be had
   */
  findKey(
    kid: string,
    algorithm: string,
    remainingMs: number,
  ): SigningKey | null | Promise<SigningKey | null>;
  /** Starts fetching unless the keys are fresh or a fetch is under way. Never throws, never rejects. */
  prefetch(): void;
}
