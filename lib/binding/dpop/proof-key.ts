import type { JsonWebKey, KeyObject } from 'node:crypto';
import { hasRocaFingerprint, MIN_RSA_EXPONENT } from '../../jwks/key-strength.ts';
import {
  fitsAlgorithm,
  isSignedBy,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from '../../token/signature.ts';
import { nodeCrypto } from '../../util/node-crypto.ts';
import type { PublicMembers } from './thumbprint.ts';

/** Names of EdDSA on Ed25519 (RFC 8037, section 3.1; RFC 9864, section 2.2). */
const EDWARDS_ALGORITHMS = ['EdDSA', 'Ed25519'] as const;

/** The signature algorithms that proofs may have. All of them are asymmetric. */
export const PROOF_ALGORITHMS = [...SIGNATURE_ALGORITHMS, ...EDWARDS_ALGORITHMS] as const;

export type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number];

/** Bytes of a signature (RFC 8032, section 5.1.6). */
const ED25519_BYTES = 64;

/**
 * Imports the key of a proof.
 *
 * @returns `null` if the key is malformed, too weak, or not for the algorithm. Accepted: RSA of 2048 bits or more, P-256, Ed25519
 */
export function importProofKey(members: PublicMembers, algorithm: ProofAlgorithm): KeyObject | null {
  const key = importKey(members);
  if (key === null) return null;
  if (isEdwards(algorithm)) return key.asymmetricKeyType === 'ed25519' ? key : null;
  // The name of the curve tells as much as the details of the key, which take half as long as the import.
  if (key.asymmetricKeyType === 'ec') return algorithm === 'ES256' && members['crv'] === 'P-256' ? key : null;
  const exponent = key.asymmetricKeyDetails?.publicExponent;
  if (exponent !== undefined && (exponent < MIN_RSA_EXPONENT || exponent % 2n === 0n)) return null;
  if (!fitsAlgorithm(key, algorithm)) return null;
  return hasRocaFingerprint(String(members['n'])) ? null : key;
}

function importKey(members: PublicMembers): KeyObject | null {
  try {
    return nodeCrypto().createPublicKey({ key: members as JsonWebKey, format: 'jwk' });
  } catch {
    return null;
  }
}

/** @param key - one that `importProofKey` returned for the algorithm */
export function isProofSignedBy(
  key: KeyObject,
  algorithm: ProofAlgorithm,
  signingInput: string,
  signature: Uint8Array,
): boolean {
  if (!isEdwards(algorithm)) return isSignedBy(key, algorithm, signingInput, signature);
  if (signature.length !== ED25519_BYTES) return false;
  return nodeCrypto().verify(null, Buffer.from(signingInput, 'latin1'), key, signature);
}

function isEdwards(algorithm: ProofAlgorithm): algorithm is Exclude<ProofAlgorithm, SignatureAlgorithm> {
  return (EDWARDS_ALGORITHMS as readonly string[]).includes(algorithm);
}
