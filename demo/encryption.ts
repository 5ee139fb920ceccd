import { generateKeyPairSync } from 'node:crypto';
import { decryption } from '../lib/decryption.ts';
import { encryptToken } from '../lib/testing/encrypt-token.ts';

/** Makes a pair of RSA keys as JWKs: the public one is for Auth0. */
function encryptionPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: { ...privateKey.export({ format: 'jwk' }), kid },
    publicKey: { ...publicKey.export({ format: 'jwk' }), kid },
  };
}

const own = encryptionPair('demo');
const others = encryptionPair('demo');

/** Opens tokens that are encrypted for the demo's API. */
export const DECRYPTION = decryption({ keys: [own.privateKey] });

/** The token as Auth0 issues it for an API with JSON Web Encryption. */
export function encrypted(token: string): string {
  return encryptToken(token, own.publicKey, 'publicKey');
}

/** Encrypted for a key that the API does not have. */
export function encryptedForAnother(token: string): string {
  return encryptToken(token, others.publicKey, 'publicKey');
}
