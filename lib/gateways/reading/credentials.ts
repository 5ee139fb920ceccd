import { HTTP_NAME } from '../../net/http-name.ts';
import type { Credential } from '../../token/credential.ts';
import { defined } from '../../util/defined.ts';
import {
  nonEmptyList,
  nonEmptyString,
  oneOf,
  optional,
  plainObject,
  refuse,
} from '../../util/option-checks.ts';
import type { TokenPlace, TokenSource } from '../gateway.ts';
import {
  MALFORMED,
  NONE,
  readBare,
  readSchemed,
  readSchemedOrBare,
  SEVERAL,
  trimBlanks,
} from './bearer-token.ts';
import { cookieValues } from './cookies.ts';
import type { Fields } from './event-fields.ts';
import {
  cookieOccurrences,
  type EventFormat,
  headerOccurrences,
  type Occurrences,
  queryOccurrences,
} from './maps.ts';

const PLACES = ['header', 'query', 'cookie', 'subprotocol'] as const satisfies readonly TokenPlace[];
const AUTHORIZATION = 'authorization';
const DEFAULT_SOURCE: TokenSource = Object.freeze({ header: AUTHORIZATION });

/** The places that a source names, the preferred ones first. */
export function placesOf(source: TokenSource): readonly TokenPlace[] {
  return source.prefer ?? PLACES.filter((place) => source[place] !== undefined);
}

/**
 * Checks the option `tokenSource`.
 *
 * @returns a frozen copy with the header name in lower case; the Authorization header if `value` is undefined
 * @throws {OptionError}
 */
export function parseTokenSource(value: unknown, path: string): TokenSource {
  if (value === undefined) return DEFAULT_SOURCE;
  const options = plainObject(value, path, [...PLACES, 'scheme', 'prefer']);
  const named = PLACES.filter((place) => options[place] !== undefined);
  const scheme = optional(options, path, 'scheme', undefined, oneOf<'required' | 'optional'>, [
    'required',
    'optional',
  ]);
  if (named.length === 0 && scheme === undefined) {
    refuse(path, `must name at least one of ${PLACES.join(', ')}, or be left out`);
  }
  if (named.length > 0 && scheme !== undefined && options.header === undefined) {
    refuse(`${path}.scheme`, 'applies to a header only: name the `header` too, or leave it out');
  }
  return Object.freeze(
    defined({
      header: named.length === 0 ? AUTHORIZATION : optional(options, path, 'header', undefined, headerName),
      scheme,
      query: optional(options, path, 'query', undefined, nonEmptyString),
      cookie: optional(options, path, 'cookie', undefined, httpName),
      subprotocol: optional(options, path, 'subprotocol', undefined, httpName),
      prefer: optional(options, path, 'prefer', undefined, preference, named),
    }),
  );
}

function preference(value: unknown, path: string, named: readonly TokenPlace[]): readonly TokenPlace[] {
  const listed = nonEmptyList(value, path, (item, place) => oneOf<TokenPlace>(item, place, PLACES));
  const isWhole = listed.length === named.length && named.every((place) => listed.includes(place));
  if (isWhole && named.length > 1) return listed;
  refuse(path, 'must list each place that is named beside it, and these must be several');
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
 * credentials are refused, even if they are equal, unless the source prefers one place.
 */
export function findCredential(event: Fields, format: EventFormat, source: TokenSource): Credential {
  const { query, cookie, subprotocol, prefer } = source;
  if (query === undefined && cookie === undefined && subprotocol === undefined) {
    return READERS.header(event, format, source);
  }
  const found = placesOf(source)
    .map((place) => READERS[place](event, format, source))
    .filter(({ kind }) => kind !== 'none');
  return found.length > 1 && prefer === undefined ? SEVERAL : (found[0] ?? NONE);
}

type PlaceReader = (event: Fields, format: EventFormat, source: TokenSource) => Credential;

/** Each is called only for a place that the source names; the header also if it names none. */
const READERS: { readonly [place in TokenPlace]: PlaceReader } = {
  header: (event, format, source) => {
    const name = (source.header ?? AUTHORIZATION).toLowerCase();
    return onlyOne(headerOccurrences(event, format, name), readerFor(source));
  },
  query: (event, format, { query }) => onlyOne(queryOccurrences(event, format, query as string), readBare),
  cookie: (event, format, { cookie }) => inCookie(event, format, cookie as string),
  subprotocol: (event, format, { subprotocol }) => inSubprotocol(event, format, subprotocol as string),
};

/**
 * Reads the credential from the single value that a TOKEN authorizer receives. The event does not say which header it
 * comes from, so the scheme may be missing only if `source` says so or names a header other than Authorization.
 */
export function pickedCredential(value: string, source: TokenSource): Credential {
  return readerFor(source)(value);
}

function readerFor({ header = AUTHORIZATION, scheme }: TokenSource): (value: string) => Credential {
  const usual = header.toLowerCase() === AUTHORIZATION ? 'required' : 'optional';
  return (scheme ?? usual) === 'required' ? readSchemed : readSchemedOrBare;
}

/**
 * Reads `<name>, <token>`. Several header fields are one list (RFC 6455 section 11.3.4), and empty entries do not count
 * (RFC 7230 section 7).
 */
function inSubprotocol(event: Fields, format: EventFormat, name: string): Credential {
  const { single, listed } = headerOccurrences(event, format, 'sec-websocket-protocol');
  const fields = listed.length > 0 ? listed : single;
  // Each map has the fields of one spelling in their order, but nothing orders two spellings.
  if (single.length > 1 || (single.length === 1 && single[0] !== fields.at(-1))) return SEVERAL;
  const entries = fields
    .flatMap((field) => field.split(','))
    .map(trimBlanks)
    .filter((entry) => entry !== '');
  const [first, token] = entries;
  if (token === undefined || !entries.includes(name)) return NONE;
  if (entries.length > 2) return SEVERAL;
  return first === name ? readBare(token) : MALFORMED;
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
