import type { RefusalCode } from '../decision.ts';
import { Refused } from '../errors.ts';

/** API Gateway carries 10,240 bytes of headers in all; what is longer than this was never an access token. */
export const MAX_TOKEN_LENGTH = 16_384;

/**
 * `\w` is the base64url alphabet but for the hyphen (RFC 4648, section 5). A signature may be empty, for the header to
 * say of what kind the token is: an unsecured one (RFC 7515, appendix A.5) is refused by its algorithm.
 */
const THREE_PARTS = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const FIVE_PARTS = /^[\w-]+\.[\w-]*\.[\w-]*\.[\w-]*\.[\w-]*$/;
const TOKEN68 = /^[\w~+/.-]+=*$/;

/** Last characters that leave no stray bits behind: RFC 4648, section 3.5. */
const LAST_OF_TWO = 'AQgw';
const LAST_OF_THREE = 'AEIMQUYcgkosw048';

/** A token in its three parts, none of them decoded yet. */
export interface CompactJws {
  readonly header: string;
  readonly payload: string;
  /** May be empty. */
  readonly signature: string;
  readonly signingInput: string;
}

/**
 * Cuts a JWS compact serialization (RFC 7515, section 7.1) into its parts. Stricter than a lenient decoder: no
 * padding, no white space, no stray bits, so that one token has one text.
 *
 * @throws {Refused} `malformed_token`; `encrypted_token` and `opaque_token` for what it is instead
 */
export function splitCompactJws(token: string): CompactJws {
  if (token.length > MAX_TOKEN_LENGTH) throw new Refused({ code: 'malformed_token', detail: 'too long' });
  if (!THREE_PARTS.test(token)) throw new Refused({ code: whatElse(token) });
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  const parts = {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signingInput: token.slice(0, second),
  };
  if (!isCanonical(parts.header) || !isCanonical(parts.payload) || !isCanonical(parts.signature)) {
    throw new Refused({ code: 'malformed_token', detail: 'not base64url' });
  }
  return parts;
}

function isCanonical(part: string): boolean {
  const rest = part.length % 4;
  if (rest === 0) return true;
  if (rest === 1) return false;
  return (rest === 2 ? LAST_OF_TWO : LAST_OF_THREE).includes(part.charAt(part.length - 1));
}

function whatElse(token: string): RefusalCode {
  if (FIVE_PARTS.test(token)) return isOpaqueJwe(token) ? 'opaque_token' : 'encrypted_token';
  const dots = token.split('.', 4).length - 1;
  return dots !== 2 && TOKEN68.test(token) ? 'opaque_token' : 'malformed_token';
}

/**
 * What Auth0 issues for `/userinfo` when no audience is asked for: a JWE that only Auth0 can read, directly
 * encrypted (so its second part is empty) and with the issuer in its header.
 */
function isOpaqueJwe(token: string): boolean {
  const first = token.indexOf('.');
  if (token.charAt(first + 1) !== '.') return false;
  const header = decodeObject(token.slice(0, first));
  return header !== null && header.alg === 'dir' && typeof header.iss === 'string';
}

/** The JSON object that a part of a token encodes, or `null` when it is anything else. */
export function decodeObject(part: string): Record<string, unknown> | null {
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString();
  // Decoding replaces bad bytes by U+FFFD: only a text that has some can have been invalid UTF-8.
  if (text.includes('\uFFFD') && !bytes.equals(Buffer.from(text))) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
