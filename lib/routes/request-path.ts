/**
 * What makes a path readable in two ways. Of two readers (API Gateway, this table, the backend) one may decode,
 * collapse or resolve what the other does not, so that each has another route in mind:
 * control characters, backslash, `?` and `#`; `//`; dot segments, and either with parameters (`/..;x/`, `/;x/`) that
 * some backends drop before they resolve a path; a `%` that encodes nothing; an encoded unreserved character (RFC 3986
 * section 6.2.2.2: the same path as the plain one), slash, backslash, `?`, `#`, percent sign or control character;
 * UTF-8 sequences that are overlong or none.
 */
const AMBIGUOUS = new RegExp(
  [
    '[\\u0000-\\u001f\\u007f\\\\?#]',
    '/\\.{0,2}(?:[/;]|%3b)',
    '/\\.{1,2}$',
    '%(?![0-9a-f]{2})',
    '%(?:[01]|2[35def]|3[\\df]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef]|c[01]|e0%[89]|f0%8|f[5-9a-f])',
  ].join('|'),
  'i',
);

/**
 * What a path may not hold besides, for the sake of these literals: the reserved characters in them, encoded. A backend
 * that decodes `/orders%3Apurge` has the route `/orders:purge` in mind, whatever the gateway has. `null` for none.
 */
export function encodedReserved(literals: Iterable<string>): RegExp | null {
  const reserved = new Set(Array.from(literals, (text) => text.replace(/[\w.~-]/g, '')).join(''));
  if (reserved.size === 0) return null;
  const codes = Array.from(reserved, (character) => character.charCodeAt(0).toString(16));
  return new RegExp(`%(?:${codes.join('|')})`, 'i');
}

/**
 * Whether a path has one reading alone. Only such paths are matched against routes; others are refused rather than
 * guessed at. Linear in the path's length.
 *
 * @param path - as it stands in the request's ARN, never decoded
 */
export function isCanonicalPath(path: string): boolean {
  return path.startsWith('/') && !AMBIGUOUS.test(path);
}
