import type { Credential } from '../../token/credential.ts';
import { nonEmptyString, plainObject, refuse } from '../../util/option-checks.ts';
import type { TokenSource } from '../gateway.ts';
import { bareToken, NONE, SEVERAL, schemedToken, tokenWithOrWithoutScheme } from './bearer-token.ts';
import { cookieValues } from './cookies.ts';
import type { Fields } from './event-fields.ts';
import {
  cookieOccurrences,
  type EventFormat,
  headerOccurrences,
  type Occurrences,
  queryOccurrences,
} from './maps.ts';

/** Where the credential is looked for, and the search for exactly one. */

const PLACES = ['header', 'query', 'cookie'] as const;
const AUTHORIZATION = 'authorization';
const DEFAULT_SOURCE: TokenSource = Object.freeze({ header: AUTHORIZATION });

/** RFC 9110 section 5.6.2: what the name of a header or a cookie is made of. */
export const HTTP_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Checks the option `tokenSource`.
 *
 * @returns a frozen copy with the header name in lower case; the Authorization header if `value` is undefined
 * @throws {OptionError} names the dotted path below `path`
 */
export function parseTokenSource(value: unknown, path: string): TokenSource {
  if (value === undefined) return DEFAULT_SOURCE;
  const { header, query, cookie } = plainObject(value, path, PLACES);
  if (header === undefined && query === undefined && cookie === undefined) {
    refuse(path, `must name at least one of ${PLACES.join(', ')}, or be left out`);
  }
  return Object.freeze({
    ...(header === undefined ? {} : { header: headerName(header, `${path}.header`) }),
    ...(query === undefined ? {} : { query: nonEmptyString(query, `${path}.query`) }),
    ...(cookie === undefined ? {} : { cookie: httpName(cookie, `${path}.cookie`) }),
  });
}

function headerName(value: unknown, path: string): string {
  const name = httpName(value, path).toLowerCase();
  if (name !== 'cookie') return name;
  refuse(path, 'must not be Cookie: write `cookie` with the name of the cookie instead');
}

function httpName(value: unknown, path: string): string {
  const name = nonEmptyString(value, path);
  if (HTTP_NAME.test(name)) return name;
  refuse(path, "must be a name of letters, digits and !#$%&'*+-.^_`|~, as RFC 9110 has it");
}

/** The credential in the places that `source` names; in the Authorization header if it names none. */
export function findCredential(event: Fields, format: EventFormat, source: TokenSource): Credential {
  const { header, query, cookie } = source;
  if (query === undefined && cookie === undefined) return inHeader(event, format, header ?? AUTHORIZATION);
  const found = [
    header === undefined ? NONE : inHeader(event, format, header),
    query === undefined ? NONE : onlyOne(queryOccurrences(event, format, query), bareToken),
    cookie === undefined ? NONE : inCookie(event, format, cookie),
  ].filter(({ kind }) => kind !== 'none');
  return found.length > 1 ? SEVERAL : (found[0] ?? NONE);
}

/**
 * The credential in a single value that the gateway picked out itself (TOKEN authorizers). Which header it came from is
 * not told, so the scheme may be left out only if `source` names a header of its own.
 */
export function pickedCredential(value: string, source: TokenSource): Credential {
  return headerReader(source.header ?? AUTHORIZATION)(value);
}

function inHeader(event: Fields, format: EventFormat, header: string): Credential {
  return onlyOne(headerOccurrences(event, format, header.toLowerCase()), headerReader(header));
}

function headerReader(header: string): (value: string) => Credential {
  return header.toLowerCase() === AUTHORIZATION ? schemedToken : tokenWithOrWithoutScheme;
}

function inCookie(event: Fields, format: EventFormat, name: string): Credential {
  const { single, listed } = cookieOccurrences(event, format);
  return onlyOne({ single: cookieValues(name, single), listed: cookieValues(name, listed) }, bareToken);
}

/** What stands in both maps of an event is one credential only if it stands once in each, and is the same. */
function onlyOne({ single, listed }: Occurrences, read: (value: string) => Credential): Credential {
  if (single.length > 1 || listed.length > 1) return SEVERAL;
  const value = listed[0] ?? single[0];
  if (value === undefined) return NONE;
  return single.length === 1 && single[0] !== value ? SEVERAL : read(value);
}
