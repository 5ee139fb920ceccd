import type { AsymmetricKeyDetails, JsonWebKey, KeyObject } from 'node:crypto';
import { isObject } from '../util/is-object.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { hasRocaFingerprint, MIN_RSA_BITS, MIN_RSA_EXPONENT } from './key-strength.ts';

export const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
export const EC_ALGORITHMS = ['ES256'] as const;

/** Members of private and symmetric keys (RFC 7518, section 6). A key that is published with one is compromised. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Why one key of a set is ignored. */
export type KeyFlaw =
  | 'not an object'
  | 'no kid'
  | 'not for signatures'
  | 'has private or symmetric members'
  | 'neither RSA nor EC P-256'
  | 'algorithm does not fit the key'
  | 'modulus missing'
  | 'exponent missing'
  | 'coordinates missing'
  | 'RSA modulus shorter than 2048 bits'
  | 'RSA exponent too small or even'
  | 'RSA modulus can be factored (ROCA)'
  | 'malformed'
  | 'kid used by two different keys';

/** One key of a JWKS, checked by itself. */
export interface PublishedKey {
  readonly kid: string;
  readonly key: KeyObject;
  /** Those that it may verify. */
  readonly algorithms: readonly string[];
  /** `alg` is absent, and more than one algorithm fits. */
  readonly isUnnamed: boolean;
}

type Jwk = Readonly<Record<string, unknown>>;

/** Imports one member of `keys` of a JWKS (RFC 7517, section 4), or says why it is ignored. */
export function importKey(jwk: unknown): PublishedKey | KeyFlaw {
  if (!isObject(jwk)) return 'not an object';
  const kid = kidOf(jwk);
  if (kid === null) return 'no kid';
  if (SECRET_MEMBERS.some((name) => hasContent(jwk[name]))) return 'has private or symmetric members';
  if (!isForSignatures(jwk)) return 'not for signatures';
  const fitting = algorithmsOf(jwk);
  if (fitting === null) return 'neither RSA nor EC P-256';
  const algorithms = jwk.alg === undefined ? fitting : fitting.filter((name) => name === jwk.alg);
  if (algorithms.length === 0) return 'algorithm does not fit the key';
  const key = missingMember(jwk) ?? importPublicKey(jwk);
  return typeof key === 'string' ? key : { kid, key, algorithms, isUnnamed: algorithms.length > 1 };
}

export function kidOf(jwk: unknown): string | null {
  const kid = isObject(jwk) ? jwk['kid'] : null;
  return typeof kid === 'string' && kid !== '' ? kid : null;
}

/** Some publishers write the secret members of a public key, empty. */
function hasContent(member: unknown): boolean {
  return (
    member !== undefined &&
    member !== null &&
    member !== '' &&
    !(Array.isArray(member) && member.length === 0)
  );
}

function isForSignatures({ use, key_ops: operations }: Jwk): boolean {
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function algorithmsOf({ kty, crv }: Jwk): readonly string[] | null {
  if (kty === 'RSA') return RSA_ALGORITHMS;
  return kty === 'EC' && crv === 'P-256' ? EC_ALGORITHMS : null;
}

/** A key that is published only as a certificate (`x5c`) lacks these. */
function missingMember({ kty, n, e, x, y }: Jwk): KeyFlaw | null {
  if (kty === 'EC') return x === undefined || y === undefined ? 'coordinates missing' : null;
  if (n === undefined) return 'modulus missing';
  return e === undefined ? 'exponent missing' : null;
}

function importPublicKey({ kty, n, e, crv, x, y }: Jwk): KeyObject | KeyFlaw {
  let key: KeyObject;
  try {
    // Only the members of the public key: no other published member can change what is imported.
    key = nodeCrypto().createPublicKey({ key: { kty, n, e, crv, x, y } as JsonWebKey, format: 'jwk' });
  } catch {
    return 'malformed';
  }
  return kty === 'RSA' ? (weaknessOf(key, String(n)) ?? key) : key;
}

/** @param modulus - `n` of the JWK */
function weaknessOf(key: KeyObject, modulus: string): KeyFlaw | null {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails as AsymmetricKeyDetails;
  if (modulusLength < MIN_RSA_BITS) return 'RSA modulus shorter than 2048 bits';
  if (publicExponent < MIN_RSA_EXPONENT || publicExponent % 2n === 0n) {
    return 'RSA exponent too small or even';
  }
  return hasRocaFingerprint(modulus) ? 'RSA modulus can be factored (ROCA)' : null;
}
