import type { AsymmetricKeyDetails, JsonWebKey, KeyObject } from 'node:crypto';
import type { KeyState } from '../decision/decision.ts';
import { isObject } from '../util/is-object.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { MIN_RSA_BITS, MIN_RSA_EXPONENT } from './key-strength.ts';
import type { SigningKey } from './signing-key.ts';

export const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const EC_ALGORITHMS = ['ES256'];
/** Members of private and symmetric keys (RFC 7518, section 6). A key that is published with one is compromised. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** A public key and the algorithms that it may verify. */
export interface ImportedKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
  /** The key in each state, created once, so that finding a key allocates nothing. */
  readonly as: Readonly<Record<KeyState, SigningKey>>;
}

export type KeysById = ReadonlyMap<string, ImportedKey>;

/** Why one key of a set is ignored. */
export type KeyFlaw =
  | 'not an object'
  | 'no kid'
  | 'not for signatures'
  | 'has private or symmetric members'
  | 'neither RSA nor EC P-256'
  | 'algorithm does not fit the key'
  | 'RSA modulus shorter than 2048 bits'
  | 'RSA exponent too small or even'
  | 'malformed'
  | 'kid used by two different keys';

export interface IgnoredKey {
  /** Index in the set, from 0. */
  readonly index: number;
  readonly kid: string | null;
  readonly flaw: KeyFlaw;
}

export interface ImportedKeys {
  readonly keys: KeysById;
  readonly ignored: readonly IgnoredKey[];
}

/** Imports the members of `keys` of a JWKS. */
export type ImportKeys = (jwks: readonly unknown[]) => ImportedKeys;

/**
 * Imports the keys of a JWKS. Each key is checked by itself, so that a bad key does not spoil the set. Keys that share a
 * `kid` but differ are all ignored.
 */
export function importKeys(jwks: readonly unknown[]): ImportedKeys {
  const keys = new Map<string, ImportedKey>();
  const ignored: IgnoredKey[] = [];
  const ambiguous = new Set<string>();
  for (const [index, jwk] of jwks.entries()) {
    const imported = importKey(jwk);
    if (typeof imported === 'string') {
      ignored.push({ index, kid: kidOf(jwk), flaw: imported });
      continue;
    }
    const { kid } = imported;
    const namesake = keys.get(kid);
    if (ambiguous.has(kid) || (namesake !== undefined && !isSameImport(namesake, imported))) {
      ambiguous.add(kid);
      keys.delete(kid);
      ignored.push({ index, kid, flaw: 'kid used by two different keys' });
    } else {
      keys.set(kid, imported);
    }
  }
  return { keys, ignored };
}

/** The key in that state, or `null` if it may not verify that algorithm. */
export function keyFor(imported: ImportedKey, algorithm: string, state: KeyState): SigningKey | null {
  return imported.algorithms.includes(algorithm) ? imported.as[state] : null;
}

function importKey(jwk: unknown): ImportedKey | KeyFlaw {
  if (!isObject(jwk)) return 'not an object';
  const kid = kidOf(jwk);
  if (kid === null) return 'no kid';
  if (SECRET_MEMBERS.some((name) => jwk[name] !== undefined)) return 'has private or symmetric members';
  if (!isForSignatures(jwk)) return 'not for signatures';
  const fitting = algorithmsOf(jwk);
  if (fitting === null) return 'neither RSA nor EC P-256';
  const algorithms = jwk.alg === undefined ? fitting : fitting.filter((name) => name === jwk.alg);
  if (algorithms.length === 0) return 'algorithm does not fit the key';
  const key = importPublicKey(jwk);
  return typeof key === 'string' ? key : { kid, key, algorithms, as: statesOf(kid, key) };
}

function kidOf(jwk: unknown): string | null {
  const kid = isObject(jwk) ? jwk['kid'] : null;
  return typeof kid === 'string' && kid !== '' ? kid : null;
}

function isForSignatures({ use, key_ops: operations }: Readonly<Record<string, unknown>>): boolean {
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function algorithmsOf({ kty, crv }: Readonly<Record<string, unknown>>): readonly string[] | null {
  if (kty === 'RSA') return RSA_ALGORITHMS;
  return kty === 'EC' && crv === 'P-256' ? EC_ALGORITHMS : null;
}

function importPublicKey({ kty, n, e, crv, x, y }: Readonly<Record<string, unknown>>): KeyObject | KeyFlaw {
  let key: KeyObject;
  try {
    // Only the members of the public key: no other published member can change what is imported.
    key = nodeCrypto().createPublicKey({ key: { kty, n, e, crv, x, y } as JsonWebKey, format: 'jwk' });
  } catch {
    return 'malformed';
  }
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails as AsymmetricKeyDetails;
  if (modulusLength !== undefined && modulusLength < MIN_RSA_BITS) {
    return 'RSA modulus shorter than 2048 bits';
  }
  if (publicExponent !== undefined && (publicExponent < MIN_RSA_EXPONENT || publicExponent % 2n === 0n)) {
    return 'RSA exponent too small or even';
  }
  return key;
}

function statesOf(kid: string, key: KeyObject): ImportedKey['as'] {
  const as = (state: KeyState): SigningKey => ({ kid, key, state });
  return { fresh: as('fresh'), stale: as('stale'), fetched: as('fetched'), pinned: as('pinned') };
}

function isSameImport(one: ImportedKey, other: ImportedKey): boolean {
  return one.key.equals(other.key) && one.algorithms.join() === other.algorithms.join();
}
