import type { KeyObject } from 'node:crypto';
import { RSA_ALGORITHMS } from '../jwks/import-keys.ts';
import { nodeCrypto } from '../util/node-crypto.ts';

/** Signature algorithms that can be allowed (RFC 7518, section 3.1). Symmetric ones and `none` never can. */
export const SIGNATURE_ALGORITHMS = [...RSA_ALGORITHMS, 'ES256'] as const;

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** The names of the hashes, put together once. */
const DIGESTS = Object.fromEntries(
  SIGNATURE_ALGORITHMS.map((name) => [name, `sha${name.slice(2)}`]),
) as Readonly<Record<SignatureAlgorithm, string>>;

/** RSA_PKCS1_PSS_PADDING and RSA_PSS_SALTLEN_DIGEST: `crypto.constants` has some 80 others to set up. */
export const PSS_PADDING = 6;
export const SALT_AS_LONG_AS_DIGEST = -1;

/** RFC 7518, section 3.3: a smaller RSA key must not be used. */
const MIN_RSA_BITS = 2048;

/** `r` and `s`, 32 bytes each (RFC 7518, section 3.4); never the DER form. */
const ES256_BYTES = 64;

/** Whether the key is of the kind that the algorithm works with: RSA of 2048 bits or more, or EC on P-256. */
export function fitsAlgorithm(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  if (key.type !== 'public') return false;
  const details = key.asymmetricKeyDetails;
  if (algorithm === 'ES256') return key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1';
  return key.asymmetricKeyType === 'rsa' && Number(details?.modulusLength) >= MIN_RSA_BITS;
}

/**
 * Whether the signature is the key's over the signing input. Synchronous: the way through the thread pool that
 * WebCrypto takes costs more than the signature itself. The reference that differential tests hold it against is jose.
 *
 * @param key - one that `fitsAlgorithm`
 * @param signingInput - the token up to its second dot, ASCII (RFC 7515, section 5.2)
 */
export function isSignedBy(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  signingInput: string,
  signature: Uint8Array,
): boolean {
  const data = Buffer.from(signingInput, 'latin1');
  const digest = DIGESTS[algorithm];
  const { verify } = nodeCrypto();
  if (algorithm === 'ES256') {
    return (
      signature.length === ES256_BYTES && verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
    );
  }
  if (algorithm.startsWith('RS')) return verify(digest, data, key, signature);
  // OpenSSL looks at the length by itself for RS* alone: else one signature had two texts, with its first zeros or without.
  if (signature.length !== modulusBytes(key)) return false;
  return verify(digest, data, { key, padding: PSS_PADDING, saltLength: SALT_AS_LONG_AS_DIGEST }, signature);
}

/** What every signature of an RSA key has (RFC 8017, section 8.1.2, step 1). */
function modulusBytes(key: KeyObject): number {
  return Math.ceil(Number(key.asymmetricKeyDetails?.modulusLength) / 8);
}
