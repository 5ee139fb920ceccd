import type { KeyObject } from 'node:crypto';
import { MIN_RSA_BITS } from '../jwks/key-strength.ts';
import { PSS_PADDING, SALT_AS_LONG_AS_DIGEST, type SignatureAlgorithm } from '../token/signature.ts';
import { nodeCrypto } from '../util/node-crypto.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Makes a key pair for the algorithm. An RSA pair takes some tenths of a second. */
export function keyPairFor(algorithm: SignatureAlgorithm): KeyPair {
  const { generateKeyPairSync } = nodeCrypto();
  return algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: MIN_RSA_BITS });
}

/**
 * Makes a compact JWS (RFC 7515, section 7.1). Members that are `undefined` are left out.
 *
 * @param payload - the claims, or the text to sign
 */
export function signToken(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>> | string,
  algorithm: SignatureAlgorithm,
  key: KeyObject,
): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`;
  return `${input}.${signatureOf(input, algorithm, key)}`;
}

/** A part of a token: text or JSON, as base64url. */
export function encodePart(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/**
 * The signature over the first two parts of a token, as base64url.
 *
 * @param saltLength - bytes, of the PS algorithms only. RFC 7518, section 3.5, demands the default, the digest's length
 */
export function signatureOf(
  input: string,
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  saltLength: number = SALT_AS_LONG_AS_DIGEST,
): string {
  const digest = `sha${algorithm.slice(2)}`;
  const parameters = parametersOf(algorithm, saltLength);
  return nodeCrypto()
    .sign(digest, Buffer.from(input), { key, ...parameters })
    .toString('base64url');
}

function parametersOf(
  algorithm: SignatureAlgorithm,
  saltLength: number,
): { readonly dsaEncoding?: 'ieee-p1363'; readonly padding?: number; readonly saltLength?: number } {
  if (algorithm === 'ES256') return { dsaEncoding: 'ieee-p1363' };
  return algorithm.startsWith('PS') ? { padding: PSS_PADDING, saltLength } : {};
}
