import {
  constants,
  createHash,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  privateEncrypt,
} from 'node:crypto';
import type { SignatureVector } from './read-vectors.ts';

/*
 * Puts a signature of a vector onto a token: the same padding, with the same fault, around the hash of the token's signing
 * input. RSA without padding turns the signature into its padded block and back. This needs the vector's private key.
 */

const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256'];

const toNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const toBytes = (value: bigint, length: number) =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
const digest = (hash: string, data: Uint8Array) => createHash(hash).update(data).digest();
const xor = (one: Uint8Array, other: Uint8Array) =>
  Buffer.from(one.map((byte, place) => byte ^ (other[place] ?? 0)));

/** Writes a block for a token in place of one for the vector's message. */
type Rewrite = (block: Buffer, message: Buffer, signingInput: Buffer) => Buffer;

/** RSASSA-PKCS1-v1_5: every hash of the message becomes that of the signing input. */
export const rewritePkcs1: Rewrite = (block, message, signingInput) => {
  const found = HASHES.flatMap((hash) => {
    const at = block.lastIndexOf(digest(hash, message));
    return at === -1 ? [] : [{ at, hash }];
  });
  const changed = Buffer.from(block);
  for (const { at, hash } of found) digest(hash, signingInput).copy(changed, at);
  return changed;
};

/** RSASSA-PSS (RFC 8017, section 9.1): each part differs from the right one in the same bits as before. */
export function rewritePss(hash: string): Rewrite {
  const length = digest(hash, Buffer.of()).length;
  const hashed = (message: Uint8Array, salt: Uint8Array) =>
    digest(hash, Buffer.concat([Buffer.alloc(8), digest(hash, message), salt]));
  return (block, message, signingInput) => {
    const split = block.length - length - 1;
    const [masked, own] = [block.subarray(0, split), block.subarray(split, -1)];
    const data = xor(masked, maskFrom(hash, own, split));
    const salt = data.subarray(-length);
    const fault = xor(own, hashed(message, salt));
    const changed = xor(hashed(signingInput, salt), fault);
    const first = xor(data, maskFrom(hash, changed, split));
    first[0] = ((first[0] as number) & 0x7f) | ((masked[0] as number) & 0x80);
    return Buffer.concat([first, changed, block.subarray(-1)]);
  };
}

/** MGF1 (RFC 8017, appendix B.2.1). */
function maskFrom(hash: string, seed: Uint8Array, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let counter = 0; Buffer.concat(parts).length < length; counter += 1) {
    parts.push(digest(hash, Buffer.concat([seed, toBytes(BigInt(counter), 4)])));
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** Makes signatures of tokens from the vectors of one key. */
export function tokenSigner(jwk: Readonly<Record<string, string>>, rewrite: Rewrite) {
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const modulus = toNumber(Buffer.from(String(jwk['n']), 'base64url'));
  const exponent = toNumber(Buffer.from(String(jwk['e']), 'base64url'));
  const size = Math.ceil(modulus.toString(2).length / 8);
  return ({ message, signature }: SignatureVector, signingInput: string): string => {
    const bytes = Buffer.from(signature, 'base64url');
    const number = toNumber(bytes);
    const block = toBytes(power(number % modulus, exponent, modulus), size);
    const changed = rewrite(block, Buffer.from(message, 'base64url'), Buffer.from(signingInput));
    // A block at or above the modulus has no signature: the fault is in the number itself, which stays.
    if (changed.equals(block) || toNumber(changed) >= modulus) return signature;
    // What was added to the signature, a multiple of the modulus or bytes in front, is added again.
    const signed = toNumber(rawSignature(key, changed)) + (number / modulus) * modulus;
    const least = Math.ceil(signed.toString(16).length / 2);
    return toBytes(signed, Math.max(bytes.length, least)).toString('base64url');
  };
}

const rawSignature = (key: KeyObject, block: Buffer) =>
  privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);

/** Of a public exponent, which is small. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result * (bit === '1' ? base : 1n)) % modulus;
  }
  return result;
}
