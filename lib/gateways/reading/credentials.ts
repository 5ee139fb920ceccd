import { HTTP_NAME } from '../../net/http-name.ts';
import type { Credential } from '../../token/credential.ts';
import { defined } from '../../util/defined.ts';
import { nonEmptyString, optional, plainObject, refuse } from '../../util/option-checks.ts';
import type { TokenSource } from '../gateway.ts';
import { NONE, readBare, readSchemed, readSchemedOrBare, SEVERAL } from './bearer-token.ts';
import { cookieValues } from './cookies.ts';
import type { Fields } from './event-fields.ts';
import {
  cookieOccurrences,
  type EventFormat,
  headerOccurrences,
  type Occurrences,
  queryOccurrences,
} from './maps.ts';

const PLACES = ['header', 'query', 'cookie'] as const;
const AUTHORIZATION = 'authorization';
const DEFAULT_SOURCE: TokenSource = Object.freeze({ header: AUTHORIZATION });

/**
 * Checks the option `tokenSource`.
 *
 * @returns a frozen copy with the header name in lower case; the Authorization header if `value` is undefined
 * @throws {OptionError}
 */
export function parseTokenSource(value: unknown, path: string): TokenSource {
  if (value === undefined) return DEFAULT_SOURCE;
  const places = plainObject(value, path, PLACES);
  if (PLACES.every((place) => places[place] === undefined)) {
    refuse(path, `must name at least one of ${PLACES.join(', ')}, or be left out`);
  }
  return Object.freeze(
    defined({
      header: optional(places, path, 'header', undefined, headerName),
      query: optional(places, path, 'query', undefined, nonEmptyString),
      cookie: optional(places, path, 'cookie', undefined, httpName),
    }),
  );
}

function headerName(value: unknown, path: string): string {
  const name = httpName(value, path).toLowerCase();
  if (name !== 'cookie') return name;
  refuse(path, 'must not be Cookie: write `cookie` with the name of the cookie instead');
}

function httpName(value: unknown, path: string): string {
  const name = nonEmptyString(value, path);
  if (HTTP_NAME.test(name)) return name;
  refuse(path, "must consist of letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 section 5.6.2)");
}

/**
 * Reads the credential from the places that `source` names; from the Authorization header if it names none. Several
 * credentials are refused, even if they are equal.
 */
export function findCredential(event: Fields, format: EventFormat, source: TokenSource): Credential {
  const { header, query, cookie } = source;
  if (query === undefined && cookie === undefined) return inHeader(event, format, header ?? AUTHORIZATION);
  const found = [
    header === undefined ? NONE : inHeader(event, format, header),
    query === undefined ? NONE : onlyOne(queryOccurrences(event, format, query), readBare),
    cookie === undefined ? NONE : inCookie(event, format, cookie),
  ].filter(({ kind }) => kind !== 'none');
  return found.length > 1 ? SEVERAL : (found[0] ?? NONE);
}

/**
 * Reads the credential from the single value that a TOKEN authorizer receives. The event does not say which header it
 * comes from, so the scheme may be missing only if `source` names a header other than Authorization.
 */
export function pickedCredential(value: string, source: TokenSource): Credential {
  return readerFor(source.header ?? AUTHORIZATION)(value);
}

function inHeader(event: Fields, format: EventFormat, header: string): Credential {
  return onlyOne(headerOccurrences(event, format, header.toLowerCase()), readerFor(header));
}

function readerFor(header: string): (value: string) => Credential {
  return header.toLowerCase() === AUTHORIZATION ? readSchemed : readSchemedOrBare;
}

function inCookie(event: Fields, format: EventFormat, name: string): Credential {
  const { single, listed } = cookieOccurrences(event, format);
  return onlyOne({ single: cookieValues(name, single), listed: cookieValues(name, listed) }, readBare);
}

/** Some events have each header in two maps. That is one credential only if each map has it once, with equal values. */
function onlyOne({ single, listed }: Occurrences, read: (value: string) => Credential): Credential {
  if (single.length > 1 || listed.length > 1) return SEVERAL;
  const value = listed[0] ?? single[0];
  if (value === undefined) return NONE;
  return single.length === 1 && single[0] !== value ? SEVERAL : read(value);
}
