import type { JsonWebKey, KeyObject } from 'node:crypto';

/** Algorithms that a content encryption key may be encrypted with (RFC 7518, section 4.3; Auth0 has all but the first). */
export const KEY_ALGORITHMS = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

/** Algorithms that the content may be encrypted with (RFC 7518, section 5.3). */
export const CONTENT_ALGORITHMS = ['A128GCM', 'A192GCM', 'A256GCM'] as const;
export type ContentAlgorithm = (typeof CONTENT_ALGORITHMS)[number];

/** A private key that never leaves its service, such as one of AWS KMS. */
export interface RemoteDecryptionKey {
  /**
   * Decrypts the content encryption key of a token. What it throws is a fault (5xx), so that a failure of the service
   * refuses no token.
   *
   * @param encryptedKey - 256 to 1024 bytes, chosen by whoever sends the token
   * @param algorithm - `alg` of the token's header, one of `algorithms`
   * @returns the key; `null` if the service says that the bytes are not encrypted for it
   */
  decryptKey(
    encryptedKey: Uint8Array,
    algorithm: KeyAlgorithm,
  ): Uint8Array | null | Promise<Uint8Array | null>;
}

/** A private RSA key: JSON of a JWK, a `KeyObject`, or one that stays in its service. */
export type DecryptionKey = JsonWebKey | KeyObject | RemoteDecryptionKey;

/**
 * Finds a private key by its name. Called for each token that is not remembered, and senders choose the name: keep keys
 * that you fetched.
 *
 * @param kid - `kid` of the token's header; `null` if it has none
 * @returns the key; `null` if there is none of this name
 */
export type FindDecryptionKey = (kid: string | null) => DecryptionKey | null | Promise<DecryptionKey | null>;

/** How encrypted tokens (JWE) are decrypted. */
export interface DecryptionOptions {
  /**
   * The private RSA keys as JWKs, each with the `kid` of its public key in Auth0, or a function that finds them. List the
   * old key and the new one while you rotate. A token without a `kid` is decrypted with the key of a list that has only
   * one.
   */
  readonly keys: readonly JsonWebKey[] | FindDecryptionKey;
  /**
   * How the content encryption key may be encrypted: the algorithm of the API's encryption key in Auth0. `RSA1_5` and
   * `dir` are never allowed.
   *
   * @default ['RSA-OAEP-256']
   */
  readonly algorithms?: readonly KeyAlgorithm[];
  /**
   * How the content may be encrypted.
   *
   * @default ['A256GCM']
   */
  readonly encryption?: readonly ContentAlgorithm[];
  /**
   * Whether tokens must be encrypted. If they need not be, signed tokens without encryption pass too, as long as you
   * switch the API over.
   *
   * @default false
   */
  readonly required?: boolean;
}
