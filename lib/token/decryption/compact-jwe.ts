import { MIN_RSA_BITS } from '../../jwks/key-strength.ts';
import { decodeBase64url, parseObject } from '../compact-jws.ts';
import { MAX_KID_LENGTH } from '../header.ts';
import type { ContentAlgorithm, KeyAlgorithm } from './decryption-options.ts';

/** What the options allow. */
export interface JweTerms {
  readonly algorithms: readonly KeyAlgorithm[];
  readonly encryption: readonly ContentAlgorithm[];
}

/** What the protected header says. */
interface JweHeader {
  readonly algorithm: KeyAlgorithm;
  readonly encryption: ContentAlgorithm;
  /** `null` if there is none. */
  readonly kid: string | null;
}

/** An encrypted token in its parts (RFC 7516, section 7.1). */
export interface CompactJwe extends JweHeader {
  /** The header as it arrived: the additional authenticated data. */
  readonly protectedHeader: string;
  readonly encryptedKey: Buffer;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Lengths in GCM, bytes (RFC 7518, section 5.3). */
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
/** Length of what RSA encrypts, bytes: that of the modulus. */
const MIN_KEY_LENGTH = MIN_RSA_BITS / 8;
const MAX_KEY_LENGTH = 1024;

/** Members that change what is decrypted, or how. `zip` would also let a small token become a large one. */
const UNSUPPORTED_MEMBERS = ['crit', 'zip'] as const;

/**
 * Reads all of an encrypted token that needs no key.
 *
 * @param token - five parts in the alphabet of base64url
 * @returns the parts; or what is wrong, without any text of the token
 */
export function readCompactJwe(token: string, terms: JweTerms): CompactJwe | string {
  const texts = token.split('.') as [string, string, string, string, string];
  const parts = texts.map(decodeBase64url);
  if (parts.includes(null)) return 'not base64url';
  const [first, encryptedKey, iv, ciphertext, tag] = parts as [Buffer, Buffer, Buffer, Buffer, Buffer];
  const header = readHeader(first, terms);
  if (typeof header === 'string') return header;
  if (encryptedKey.length < MIN_KEY_LENGTH || encryptedKey.length > MAX_KEY_LENGTH) {
    return 'the encrypted key has the wrong length';
  }
  if (iv.length !== IV_LENGTH || tag.length !== TAG_LENGTH) return 'IV or tag has the wrong length';
  return { ...header, protectedHeader: texts[0], encryptedKey, iv, ciphertext, tag };
}

function readHeader(bytes: Buffer, { algorithms, encryption }: JweTerms): JweHeader | string {
  const header = parseObject(bytes);
  if (header === null) return 'header is no JSON object';
  if (stringsIn(bytes.toString()) !== stringsIn(JSON.stringify(header))) return 'header has a member twice';
  const unsupported = UNSUPPORTED_MEMBERS.find((name) => Object.hasOwn(header, name));
  if (unsupported !== undefined) return `header has \`${unsupported}\``;
  if (Object.hasOwn(header, 'cty') && !/^jwt$/i.test(String(header.cty))) return '`cty` is not JWT';
  const algorithm = algorithms.find((name) => name === header.alg);
  if (algorithm === undefined) return '`alg` is not in `algorithms` of `decryption`';
  const content = encryption.find((name) => name === header.enc);
  if (content === undefined) return '`enc` is not in `encryption` of `decryption`';
  const kid = Object.hasOwn(header, 'kid') ? header.kid : null;
  if (kid !== null && (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)) {
    return '`kid` is no key name';
  }
  return { algorithm, encryption: content, kid };
}

/** A string in JSON: a value, or the name of a member. */
const JSON_STRINGS = /"(?:[^"\\]|\\.)*"/g;

/** How many strings a JSON text has. `JSON.parse` keeps the last of the members with one name, so that others are lost. */
function stringsIn(json: string): number {
  return Array.from(json.matchAll(JSON_STRINGS)).length;
}
