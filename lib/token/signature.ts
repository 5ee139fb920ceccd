import type { KeyObject } from 'node:crypto';
import { EC_ALGORITHMS, RSA_ALGORITHMS } from '../jwks/import-key.ts';
import { MIN_RSA_BITS } from '../jwks/key-strength.ts';
import { nodeCrypto } from '../util/node-crypto.ts';

/**
 * The signature algorithms that the option `algorithms` can allow (RFC 7518, section 3.1). Symmetric ones and `none` are
 * not among them.
 */
export const SIGNATURE_ALGORITHMS = [...RSA_ALGORITHMS, ...EC_ALGORITHMS] as const;

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** Name of each algorithm's hash. Built once, not for each signature. */
const DIGESTS = Object.fromEntries(
  SIGNATURE_ALGORITHMS.map((name) => [name, `sha${name.slice(2)}`]),
) as Readonly<Record<SignatureAlgorithm, string>>;

/** RSA_PKCS1_PSS_PADDING and RSA_PSS_SALTLEN_DIGEST. Not from `crypto.constants`, which sets up some 80 others. */
export const PSS_PADDING = 6;
export const SALT_AS_LONG_AS_DIGEST = -1;

/** Length of a signature: `r` and `s`, 32 bytes each (RFC 7518, section 3.4). Never the DER form. */
const ES256_BYTES = 64;

/** Whether the key fits the algorithm: RSA of {@link MIN_RSA_BITS} or more, or EC on P-256. */
export function fitsAlgorithm(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  if (key.type !== 'public') return false;
  const details = key.asymmetricKeyDetails;
  if (algorithm === 'ES256') return key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1';
  return key.asymmetricKeyType === 'rsa' && Number(details?.modulusLength) >= MIN_RSA_BITS;
}

/**
 * Verifies a signature. Synchronous: WebCrypto's way through the thread pool costs more than the verification itself.
 * Differential tests compare it with jose.
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
  // OpenSSL checks the length for RS* only. Without this check a PSS signature has a second form, without leading zeros.
  if (signature.length !== modulusBytes(key)) return false;
  return verify(digest, data, { key, padding: PSS_PADDING, saltLength: SALT_AS_LONG_AS_DIGEST }, signature);
}

/** Length of every signature of an RSA key (RFC 8017, section 8.1.2, step 1). */
function modulusBytes(key: KeyObject): number {
  return Math.ceil(Number(key.asymmetricKeyDetails?.modulusLength) / 8);
}
