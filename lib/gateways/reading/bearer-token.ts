import type { RefusalCode } from '../../decision/codes.ts';
import type { Credential, TokenScheme } from '../../token/credential.ts';

/*
 * Reading the text that should hold a token. A blank text is no credential: clients send it when the user is logged out.
 * A scheme without a token is malformed: the client meant to send a credential.
 */

export const NONE: Credential = Object.freeze({ kind: 'none' });
export const SEVERAL = refused('multiple_credentials');
const OTHER_SCHEME = refused('unsupported_scheme');
export const MALFORMED = refused('malformed_token');

function refused(code: RefusalCode): Credential {
  return Object.freeze({ kind: 'refused', code });
}

/** RFC 9110 section 11.2. The character classes are disjoint, so that matching takes linear time. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;
const LONGEST_SCHEME = 'bearer'.length;
const SPACE = 32;
const TAB = 9;

/**
 * Reads `Bearer <token>` (RFC 6750 section 2.1) or `DPoP <token>` (RFC 9449 section 7.1). The scheme may have any case
 * (RFC 9110 section 11.1).
 */
export function readSchemed(value: string): Credential {
  const text = trimBlanks(value);
  if (text === '') return NONE;
  const schemeEnd = text.indexOf(' ');
  if (schemeEnd === -1) return schemeOf(text) === null ? OTHER_SCHEME : MALFORMED;
  const scheme = schemeOf(text.slice(0, schemeEnd));
  return scheme === null ? OTHER_SCHEME : token68(trimBlanks(text.slice(schemeEnd)), scheme);
}

/** Reads a scheme and a token, or the bare token, as custom headers and AppSync send it. */
export function readSchemedOrBare(value: string): Credential {
  const text = trimBlanks(value);
  return text.includes(' ') || schemeOf(text) !== null ? readSchemed(text) : readBare(text);
}

/** Reads a bare token, as in a cookie or a query string parameter. */
export function readBare(value: string): Credential {
  const text = trimBlanks(value);
  return text === '' ? NONE : token68(text, 'Bearer');
}

function schemeOf(text: string): TokenScheme | null {
  // The common spelling first: it needs no `toLowerCase`.
  if (text === 'Bearer') return text;
  if (text.length > LONGEST_SCHEME) return null;
  const name = text.toLowerCase();
  return name === 'bearer' ? 'Bearer' : name === 'dpop' ? 'DPoP' : null;
}

/**
 * A comma is not in the alphabet of tokens: gateways join repeated headers and parameters with it.
 *
 * For a text with three parts the remaining characters are not checked here: verification checks them and refuses with
 * the same code. Checking twice would double the cost of reading a request.
 */
function token68(token: string, scheme: TokenScheme): Credential {
  if (token.includes(',')) return SEVERAL;
  if (token.includes(' ')) return MALFORMED;
  return hasThreeParts(token) || TOKEN68.test(token) ? { kind: 'token', scheme, token } : MALFORMED;
}

function hasThreeParts(text: string): boolean {
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  return first !== -1 && second !== -1 && !text.includes('.', second + 1);
}

/** Removes optional white space (RFC 9110 section 5.6.3) from both ends. `trim` would remove more than that. */
export function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start += 1;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
