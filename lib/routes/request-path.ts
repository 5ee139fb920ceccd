/**
 * White space and controls that some backends trim: C1 controls and NEL, no-break space, Ogham space, Mongolian vowel
 * separator, the spaces and marks of U+2000, ideographic space, byte order mark. C0 controls are refused anywhere.
 */
const RAW_SPACE =
  '[ \\u0080-\\u00a0\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f\\u2060\\u3000\\ufeff]';

/** The same characters in UTF-8, percent-encoded, without the first `%`. */
const ENCODED_SPACE =
  '(?:20|c2%(?:[89][\\da-f]|a0)|e(?:1%(?:9a%80|a0%8e)|2%8(?:0%(?:8[\\da-f]|a[89a-f])|1%(?:9f|a0))|3%80%80|f%bb%bf))';

/** Texts that must not follow a `%`, anywhere in the path. */
const ENCODED =
  '[01]|2[35def]|3[\\df]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef]|c[01]|e0%[89]|f0%8|f[5-9a-f]|(?![0-9a-f]{2})';

/**
 * Paths that two readers may understand differently. API Gateway, this table and the backend do not all decode, collapse,
 * trim and resolve the same things, so they may choose different routes for:
 *
 * - control characters, backslash, `?` and `#`;
 * - `//`; dot segments, and either with parameters (`/..;x/`, `/;x/`) that some backends drop before they resolve a path;
 * - white space at the beginning or the end of a segment: HTTP APIs decode `/admin%20`, and many frameworks trim it;
 * - a `%` that encodes nothing;
 * - an encoded unreserved character, which RFC 3986 section 6.2.2.2 equates with the plain one;
 * - an encoded slash, backslash, `?`, `#`, percent sign or control character;
 * - UTF-8 sequences that are overlong or invalid.
 */
const AMBIGUOUS = new RegExp(
  [
    '[\\u0000-\\u001f\\u007f\\\\?#]',
    `/(?:\\.{0,2}(?:[/;]|%3b)|\\.{1,2}$|${RAW_SPACE}|%${ENCODED_SPACE})`,
    `${RAW_SPACE}(?:/|$)`,
    `%(?:${ENCODED}|${ENCODED_SPACE}(?:/|$))`,
  ].join('|'),
  'i',
);

/** Most paths: letters, digits and a few signs that no reader changes. Checked first, because it is faster. */
const PLAIN = /^(?:\/[\w~-][\w.~-]*)+\/?$/;

/**
 * Returns a pattern of the literals' reserved characters in percent-encoded form, which a path must not contain: a backend
 * that decodes `/orders%3Apurge` serves `/orders:purge`, although API Gateway may have chosen another route. `null` if the
 * literals have no reserved character.
 */
export function encodedReserved(literals: Iterable<string>): RegExp | null {
  const reserved = new Set([...literals].join('').replace(/[\w.~-]+/g, ''));
  if (reserved.size === 0) return null;
  const codes = Array.from(reserved, (character) => character.charCodeAt(0).toString(16));
  return new RegExp(`%(?:${codes.join('|')})`, 'i');
}

/**
 * Whether all readers understand a path in the same way. Other paths are refused before they are matched against routes.
 * Time is linear in the path's length.
 *
 * @param path - as in the ARN, or as decoded by the gateway
 */
export function isCanonicalPath(path: string): boolean {
  return PLAIN.test(path) || (path.startsWith('/') && !AMBIGUOUS.test(path));
}
