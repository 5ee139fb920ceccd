import type { JsonWebKey, KeyObject } from 'node:crypto';
import { KEY_ALGORITHMS } from '../token/decryption/decryption-options.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { oneOf, refuse } from '../util/option-checks.ts';
import { encodePart } from './sign-token.ts';

/** A public key that tokens are encrypted for: an API's encryption key in Auth0. */
export type EncryptionKey = JsonWebKey | KeyObject;

/**
 * Puts a signed token into a JWE compact serialization (RFC 7516, section 7.1; RFC 7519, section 5.2), with `enc`
 * `A256GCM`, the `kid` of a JWK, and its `alg` or `RSA-OAEP-256`.
 *
 * @throws {OptionError} if it is no RSA key, or has another algorithm
 */
export function encryptToken(token: string, recipient: unknown, path: string): string {
  const { publicEncrypt, randomBytes, createCipheriv, constants } = nodeCrypto();
  const key = publicKeyOf(recipient, path);
  const { kid, alg: own = 'RSA-OAEP-256' } = recipient as JsonWebKey;
  const alg = oneOf(own, `${path}.alg`, KEY_ALGORITHMS);
  const header = encodePart({ alg, enc: 'A256GCM', cty: 'JWT', kid });
  const contentKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv);
  const ciphertext = cipher.setAAD(Buffer.from(header)).update(token);
  cipher.final();
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const oaepHash = `sha${alg === 'RSA-OAEP' ? 1 : alg.slice(-3)}`;
  const encryptedKey = publicEncrypt({ key, padding, oaepHash }, contentKey);
  const parts = [encryptedKey, iv, ciphertext, cipher.getAuthTag()];
  return [header, ...parts.map((part) => part.toString('base64url'))].join('.');
}

function publicKeyOf(recipient: unknown, path: string): KeyObject {
  const { createPublicKey, KeyObject } = nodeCrypto();
  try {
    const key =
      recipient instanceof KeyObject
        ? recipient
        : createPublicKey({ key: recipient as JsonWebKey, format: 'jwk' });
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {}
  return refuse(path, 'must be a public RSA key, as a JWK or a KeyObject');
}
