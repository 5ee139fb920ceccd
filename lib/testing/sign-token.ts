import type { KeyObject } from 'node:crypto';
import { PSS_PADDING, SALT_AS_LONG_AS_DIGEST, type SignatureAlgorithm } from '../token/signature.ts';
import { nodeCrypto } from '../util/node-crypto.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RFC 7518, section 3.3: the least that an RSA key may have. */
const RSA_BITS = 2048;

/** A new pair of the kind that the algorithm works with. An RSA one takes some tenths of a second. */
export function keyPairFor(algorithm: SignatureAlgorithm): KeyPair {
  const { generateKeyPairSync } = nodeCrypto();
  return algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
}

/** A compact JWS (RFC 7515, section 7.1). Members of header and payload that are `undefined` are left out. */
export function signToken(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  algorithm: SignatureAlgorithm,
  key: KeyObject,
): string {
  const input = `${encoded(header)}.${encoded(payload)}`;
  const digest = `sha${algorithm.slice(2)}`;
  const signature = nodeCrypto().sign(digest, Buffer.from(input), { key, ...parametersOf(algorithm) });
  return `${input}.${signature.toString('base64url')}`;
}

function encoded(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function parametersOf(algorithm: SignatureAlgorithm): {
  readonly dsaEncoding?: 'ieee-p1363';
  readonly padding?: number;
  readonly saltLength?: number;
} {
  if (algorithm === 'ES256') return { dsaEncoding: 'ieee-p1363' };
  return algorithm.startsWith('PS') ? { padding: PSS_PADDING, saltLength: SALT_AS_LONG_AS_DIGEST } : {};
}
