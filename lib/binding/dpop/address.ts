/** Characters of a URI (RFC 3986, section 2), without `\`, which the parser of URLs would take for `/`. */
const URI = /^[!-[\]-~]+$/;

/** Scheme, host and port (RFC 9110, section 4.2). The parser of URLs would forgive missing or further slashes. */
const HOST_OF_SCHEME = /^(?:http|ws)s?:\/\/[^/?#@]+(?:[/?#]|$)/i;

const ENCODED = /%([0-9a-f]{2})/gi;
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * The form of an address in which `htu` is compared (RFC 9449, section 4.3; RFC 3986, sections 6.2.2 and 6.2.3): scheme and
 * host in lower case, without the default port, without `.` and `..` segments, unreserved characters decoded, other
 * percent-encodings in upper case. Query and fragment are left out.
 *
 * @returns `null` if the text is not an absolute URL of HTTP or of a WebSocket, or if it names a user
 */
export function normalAddress(text: string): string | null {
  if (!URI.test(text) || !HOST_OF_SCHEME.test(text)) return null;
  const url = URL.parse(text);
  return url === null ? null : `${url.origin}${normalPath(url.pathname)}`;
}

function normalPath(path: string): string {
  return path.replace(ENCODED, (encoded: string, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}
