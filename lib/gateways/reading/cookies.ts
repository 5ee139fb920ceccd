import { trimBlanks } from './bearer-token.ts';

/**
 * The values of all cookies with this exact name, in `Cookie` headers or the cookie list of HTTP APIs. Pairs stand
 * between semicolons, and quotes around a value are removed (RFC 6265 section 4.2.1).
 */
export function cookieValues(name: string, headers: readonly string[]): readonly string[] {
  const values: string[] = [];
  for (const header of headers) {
    for (const pair of header.split(';')) {
      const equals = pair.indexOf('=');
      if (equals === -1 || trimBlanks(pair.slice(0, equals)) !== name) continue;
      values.push(unquoted(trimBlanks(pair.slice(equals + 1))));
    }
  }
  return values;
}

function unquoted(value: string): string {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1) : value;
}
