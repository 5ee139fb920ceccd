import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';

/** A pair of RSA keys as JWKs with a `kid`, as an API has for encryption. */
export interface EncryptionPair {
  readonly kid: string;
  readonly privateKey: JsonWebKey;
  readonly publicKey: JsonWebKey;
}

const pairs = new Map<string, EncryptionPair>();

/** The pair of that name. Made once per process, since it takes some tenths of a second. */
export function encryptionPair(kid = 'encryption-1', modulusLength = 2048): EncryptionPair {
  const known = pairs.get(kid);
  if (known !== undefined) return known;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const pair = {
    kid,
    privateKey: { ...privateKey.export({ format: 'jwk' }), kid },
    publicKey: { ...publicKey.export({ format: 'jwk' }), kid },
  };
  pairs.set(kid, pair);
  return pair;
}

/** How a test wants an encrypted token. */
export interface JweParts {
  /** Replaces or adds members of the header. A member that is `undefined` is left out. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The text of the header, in place of one made of `header`. */
  readonly headerText?: string;
  /** Digest of OAEP. Default: that of RSA-OAEP-256. */
  readonly oaepHash?: string;
  /** What is encrypted with the public key. Default: a new key of 32 bytes. */
  readonly contentKey?: Buffer;
  readonly ivLength?: number;
  readonly tagLength?: number;
}

/** Encrypts a text as a compact JWE, right or wrong, apart from the code under test. */
export function makeJwe(
  content: string,
  { kid, publicKey }: EncryptionPair,
  { header, headerText, oaepHash = 'sha256', ...parts }: JweParts = {},
): string {
  const { contentKey = randomBytes(32), ivLength = 12, tagLength = 16 } = parts;
  const members = { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid, ...header };
  const first = Buffer.from(headerText ?? JSON.stringify(members)).toString('base64url');
  const key = createPublicKey({ key: publicKey, format: 'jwk' });
  const iv = randomBytes(ivLength);
  const bits = [16, 24].includes(contentKey.length) ? 8 * contentKey.length : 256;
  const cipher = createCipheriv(`aes-${bits}-gcm` as 'aes-256-gcm', contentKey.subarray(0, bits / 8), iv, {
    authTagLength: tagLength,
  });
  cipher.setAAD(Buffer.from(first));
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final()]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const encryptedKey = publicEncrypt({ key, padding, oaepHash }, contentKey);
  const rest = [encryptedKey, iv, ciphertext, cipher.getAuthTag()];
  return [first, ...rest.map((part) => part.toString('base64url'))].join('.');
}
