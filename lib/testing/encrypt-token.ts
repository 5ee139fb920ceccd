import type { JsonWebKey, KeyObject } from 'node:crypto';
import { nodeCrypto } from '../util/node-crypto.ts';
import { refuse } from '../util/option-checks.ts';
import { encodePart } from './sign-token.ts';

/** A public key that tokens are encrypted for: an API's encryption key in Auth0. */
export type EncryptionKey = JsonWebKey | KeyObject;

/** The algorithms for the content key (RFC 7518, section 4.3), with the bits of the digest; SHA-1 if there are none. */
const RSA_OAEP = /^RSA-OAEP(?:-(256|384|512))?$/;

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
  const [alg, bits = 1] =
    RSA_OAEP.exec(String(own)) ??
    refuse(`${path}.alg`, 'must be RSA-OAEP-256, RSA-OAEP-384, RSA-OAEP-512 or RSA-OAEP');
  const header = encodePart({ alg, enc: 'A256GCM', cty: 'JWT', kid });
  const contentKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv);
  const ciphertext = cipher.setAAD(Buffer.from(header)).update(token);
  cipher.final();
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const encryptedKey = publicEncrypt({ key, padding, oaepHash: `sha${bits}` }, contentKey);
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
