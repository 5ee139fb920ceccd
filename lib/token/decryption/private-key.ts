import type { AsymmetricKeyDetails, JsonWebKey, KeyObject } from 'node:crypto';
import { hasRocaFingerprint, MIN_RSA_BITS, MIN_RSA_EXPONENT } from '../../jwks/key-strength.ts';
import { isObject } from '../../util/is-object.ts';
import { nodeCrypto } from '../../util/node-crypto.ts';
import { refuse } from '../../util/option-checks.ts';
import type { KeyAlgorithm } from './decryption-options.ts';

/** A private key in memory. */
export interface PrivateKey {
  readonly key: KeyObject;
  /** The algorithms that it may be used with. */
  readonly algorithms: readonly KeyAlgorithm[];
}

type Jwk = Readonly<Record<string, unknown>>;

/**
 * Imports a private RSA key (RFC 7518, section 6.3.2).
 *
 * @param algorithms - those that the options allow; `alg` of the key chooses one of them
 * @throws {OptionError} whose message contains nothing of the key
 */
export function importPrivateKey(
  value: unknown,
  path: string,
  algorithms: readonly KeyAlgorithm[],
): PrivateKey {
  if (value instanceof nodeCrypto().KeyObject) return { key: strongKey(value, path), algorithms };
  if (!isObject(value)) return refuse(path, 'must be a private RSA key as a JWK, which is an object');
  checkPurpose(value, path);
  const { alg } = value;
  const own = alg === undefined ? algorithms : algorithms.filter((name) => name === alg);
  if (own.length === 0) refuse(`${path}.alg`, `must be one that is allowed: ${algorithms.join(', ')}`);
  return { key: strongKey(importJwk(value, path), path), algorithms: own };
}

function checkPurpose({ kty, d, use, key_ops: operations }: Jwk, path: string): void {
  if (kty !== 'RSA') refuse(`${path}.kty`, "must be 'RSA'");
  if (d === undefined) refuse(`${path}.d`, 'is missing: this is a public key, give the private one');
  if (use !== undefined && use !== 'enc') {
    refuse(`${path}.use`, "must be 'enc': use a key for encryption only, not one that signs");
  }
  const decrypts = ['decrypt', 'unwrapKey'].some((name) => [operations].flat().includes(name));
  if (operations !== undefined && !decrypts) {
    refuse(`${path}.key_ops`, "must contain 'decrypt' or 'unwrapKey'");
  }
}

function importJwk({ kty, n, e, d, p, q, dp, dq, qi }: Jwk, path: string): KeyObject {
  try {
    const key = { kty, n, e, d, p, q, dp, dq, qi } as JsonWebKey;
    return nodeCrypto().createPrivateKey({ key, format: 'jwk' });
  } catch {
    // The error is dropped: it may quote the key.
    return refuse(path, 'is no valid private RSA key: it needs n, e, d, p, q, dp, dq and qi');
  }
}

function strongKey(key: KeyObject, path: string): KeyObject {
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa') {
    refuse(path, 'must be a private RSA key');
  }
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails as AsymmetricKeyDetails;
  if (modulusLength < MIN_RSA_BITS) refuse(path, `must have ${MIN_RSA_BITS} bits at least`);
  if (publicExponent < MIN_RSA_EXPONENT || publicExponent % 2n === 0n) {
    refuse(path, 'must have an odd public exponent of 3 at least');
  }
  if (hasRocaFingerprint(String(key.export({ format: 'jwk' }).n))) {
    refuse(path, 'can be factored (ROCA, CVE-2017-15361): generate another key, with OpenSSL');
  }
  return key;
}
