import type { Refusal } from '../decision/decision.ts';
import { Refused } from '../decision/errors.ts';
import { isObject } from '../util/is-object.ts';
import { isOpaqueJwe } from './auth0-profile.ts';
import { malformed } from './malformed.ts';

/** Longest token that is read, characters. API Gateway carries 10,240 bytes of headers in all. */
export const MAX_TOKEN_LENGTH = 16_384;

/** The base64url alphabet (RFC 4648, section 5) and the dots between the parts. */
const ALPHABET = /^[\w.-]*$/;
/** A JWE compact serialization (RFC 7516, section 7.1). */
const FIVE_PARTS = /^[\w-]+\.[\w-]*\.[\w-]*\.[\w-]*\.[\w-]*$/;
/** The characters that may follow `Bearer` (RFC 9110, section 11.2). */
const TOKEN68 = /^[\w~+/.-]+=*$/;

/** A token in its three parts. The header stays encoded: all tokens of one key have the same header text. */
export interface CompactJws {
  /** Not decoded yet. */
  readonly header: string;
  readonly payload: Buffer;
  /** May be empty: an unsecured token (RFC 7515, appendix A.5) has no signature. */
  readonly signature: Buffer;
  /** The token up to its second dot. */
  readonly signingInput: string;
}

/**
 * Splits a JWS compact serialization (RFC 7515, section 7.1) into its parts.
 *
 * @returns the parts; or refuses with `malformed_token`, or with `encrypted_token` or `opaque_token` if it is one
 */
export function splitCompactJws(token: string): CompactJws | Refused {
  if (token.length > MAX_TOKEN_LENGTH) return malformed('too long');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (second === -1 || token.includes('.', second + 1)) {
    return new Refused(refusalOfOtherShape(token));
  }
  if (first === 0 || second === first + 1) return malformed();
  const payload = decodeBase64url(token.slice(first + 1, second));
  const signature = decodeBase64url(token.slice(second + 1));
  if (payload === null || signature === null) {
    // If all characters are of the alphabet, the encoding is wrong. That is rare, so the detail says it.
    return malformed(ALPHABET.test(token) ? 'not base64url' : undefined);
  }
  return { header: token.slice(0, first), payload, signature, signingInput: token.slice(0, second) };
}

/**
 * The bytes that a part encodes, or `null`. Stricter than Node's decoder, which skips unknown characters: no padding,
 * no white space, no other alphabet, no stray bits (RFC 4648, section 3.5). So a token has exactly one spelling.
 */
export function decodeBase64url(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : null;
}

/** Whether a token is encrypted, and not an opaque one of Auth0. */
export function isEncrypted(token: string): boolean {
  return FIVE_PARTS.test(token) && !isOpaque(token);
}

/** Why a token without exactly three parts is refused. */
function refusalOfOtherShape(token: string): Refusal {
  if (FIVE_PARTS.test(token)) return { code: isOpaque(token) ? 'opaque_token' : 'encrypted_token' };
  // The text of an unset variable. Not an opaque token, for which the advice would be another audience.
  if (token === 'undefined' || token === 'null') {
    return { code: 'malformed_token', detail: 'says undefined or null' };
  }
  return { code: TOKEN68.test(token) ? 'opaque_token' : 'malformed_token' };
}

/** @param jwe - five parts */
function isOpaque(jwe: string): boolean {
  const [header = '', encryptedKey] = jwe.split('.');
  if (encryptedKey !== '') return false;
  const members = parseObject(Buffer.from(header, 'base64url'));
  return members !== null && isOpaqueJwe(members);
}

/** The JSON object that a part of a token encodes; `null` if it is no JSON object, refused if it is no base64url. */
export function decodeObject(part: string): Record<string, unknown> | null | Refused {
  const bytes = decodeBase64url(part);
  if (bytes === null) return malformed(ALPHABET.test(part) ? 'not base64url' : undefined);
  return parseObject(bytes);
}

/** The JSON object in UTF-8 text, or `null` if it is anything else. */
export function parseObject(bytes: Buffer): Record<string, unknown> | null {
  const text = bytes.toString();
  // Decoding replaces invalid bytes by U+FFFD: only a text that contains it can come from invalid UTF-8.
  if (text.includes('\uFFFD') && !bytes.equals(Buffer.from(text))) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
