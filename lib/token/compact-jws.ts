import type { Refusal } from '../decision/decision.ts';
import { Refused } from '../decision/errors.ts';
import { isObject } from '../util/is-object.ts';
import { malformed } from './malformed.ts';

/** API Gateway carries 10,240 bytes of headers in all; what is longer than this was never an access token. */
export const MAX_TOKEN_LENGTH = 16_384;

/** `\w` is the base64url alphabet but for the hyphen (RFC 4648, section 5). */
const ALPHABET = /^[\w.-]*$/;
const FIVE_PARTS = /^[\w-]+\.[\w-]*\.[\w-]*\.[\w-]*\.[\w-]*$/;
const TOKEN68 = /^[\w~+/.-]+=*$/;

/** A token in its three parts. The header stays as it is: the tokens of one key have the same one, to the letter. */
export interface CompactJws {
  /** Not looked at yet. */
  readonly header: string;
  readonly payload: Buffer;
  /**
   * May be empty, for the header to say of what kind the token is: an unsecured one (RFC 7515, appendix A.5) is refused
   * by its algorithm.
   */
  readonly signature: Buffer;
  readonly signingInput: string;
}

/**
 * Cuts a JWS compact serialization (RFC 7515, section 7.1) into its parts.
 *
 * @throws {Refused} `malformed_token`; `encrypted_token` and `opaque_token` for what it is instead
 */
export function splitCompactJws(token: string): CompactJws {
  if (token.length > MAX_TOKEN_LENGTH) throw malformed('too long');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1)) {
    throw new Refused(whatElse(token));
  }
  if (first === 0 || second === first + 1) throw malformed();
  return {
    header: token.slice(0, first),
    payload: decodeBase64url(token.slice(first + 1, second), token),
    signature: decodeBase64url(token.slice(second + 1), token),
    signingInput: token.slice(0, second),
  };
}

/**
 * The bytes that a part encodes. Stricter than Node's decoder, which skips what it does not know: no padding, no white
 * space, no other alphabet, no stray bits (RFC 4648, section 3.5), so that one token has one text.
 *
 * @param whole - what the part was cut out of
 * @throws {Refused} `malformed_token`
 */
function decodeBase64url(part: string, whole: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') === part) return bytes;
  // Of the right characters, yet not what an encoder makes of any bytes: worth a word, since it is seldom an accident.
  throw malformed(ALPHABET.test(whole) ? 'not base64url' : undefined);
}

/** What a token is that does not have three parts. */
function whatElse(token: string): Refusal {
  if (FIVE_PARTS.test(token)) return { code: isOpaqueJwe(token) ? 'opaque_token' : 'encrypted_token' };
  // What JavaScript makes of a variable that holds no token: no opaque one, for which another audience would help.
  if (token === 'undefined' || token === 'null') {
    return { code: 'malformed_token', detail: 'says undefined or null' };
  }
  return { code: TOKEN68.test(token) ? 'opaque_token' : 'malformed_token' };
}

/**
 * What Auth0 issues for `/userinfo` when no audience is asked for: a JWE that only Auth0 can read, directly
 * encrypted (so its second part is empty) and with the issuer in its header.
 */
function isOpaqueJwe(token: string): boolean {
  const first = token.indexOf('.');
  if (token.charAt(first + 1) !== '.') return false;
  const header = parseObject(Buffer.from(token.slice(0, first), 'base64url'));
  return header !== null && header.alg === 'dir' && typeof header.iss === 'string';
}

/**
 * The JSON object that a part of a token encodes, or `null` when it is anything else.
 *
 * @throws {Refused} `malformed_token` when it is not even base64url
 */
export function decodeObject(part: string): Record<string, unknown> | null {
  return parseObject(decodeBase64url(part, part));
}

/** The JSON object in a text of UTF-8, or `null` when it is anything else. */
export function parseObject(bytes: Buffer): Record<string, unknown> | null {
  const text = bytes.toString();
  // Decoding replaces bad bytes by U+FFFD: only a text that has some can have been invalid UTF-8.
  if (text.includes('\uFFFD') && !bytes.equals(Buffer.from(text))) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
