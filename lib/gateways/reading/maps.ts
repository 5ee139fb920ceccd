import { type Fields, fieldsOf, NO_FIELDS } from './event-fields.ts';

/**
 * The headers and parameters of an event. Some gateways send two maps: one with the last value of each name, and one
 * with the list of all values. Both may be absent, `null` (console tests) or, in an emulator's event, anything.
 */

/** Which fields of an event hold its maps. One for all events of a payload format. */
export interface EventFormat {
  readonly headers: MapFields;
  readonly query: MapFields;
  /** The list of cookies, if the gateway sends them apart from the header. */
  readonly cookies?: string;
}

/** The map of single values, and the one of lists. */
export type MapFields = readonly [single?: string, lists?: string];

export type TextMap = Readonly<Record<string, string>>;

function mapIn(event: Fields, field: string | undefined): Fields {
  return field === undefined ? NO_FIELDS : fieldsOf(event[field]);
}

/** Headers by lower-case name, without a prototype. Repeated ones are joined; lists win over single values. */
export function readHeaders(event: Fields, [single, lists]: MapFields): TextMap {
  const listed = mapIn(event, lists);
  const joined = joinLists(listed);
  const singles = mapIn(event, single);
  let others: Record<string, string> | null = null;
  for (const name in singles) {
    const value = singles[name];
    // The lists nearly always hold all headers, under the same spelling.
    if (typeof value !== 'string' || Object.hasOwn(listed, name)) continue;
    others ??= Object.create(null) as Record<string, string>;
    append(others, name.toLowerCase(), value);
  }
  if (others === null) return joined ?? NO_FIELDS;
  return joined === null ? others : Object.assign(others, joined);
}

function joinLists(lists: Fields): TextMap | null {
  let headers: Record<string, string> | null = null;
  for (const name in lists) {
    const key = name.toLowerCase();
    for (const text of textsOf(lists[name])) {
      headers ??= Object.create(null) as Record<string, string>;
      append(headers, key, text);
    }
  }
  return headers;
}

/** Joins cookies with `; ` (RFC 9113 section 8.2.3) and other headers with `, ` (RFC 9110 section 5.3). */
function append(headers: Record<string, string>, key: string, text: string): void {
  const before = headers[key];
  headers[key] = before === undefined ? text : before + (key === 'cookie' ? '; ' : ', ') + text;
}

/** Query string parameters by their exact name, without a prototype; the last of repeated ones. */
export function readQuery(event: Fields, fields: MapFields): TextMap {
  let query: Record<string, string> | null = null;
  for (const field of fields) {
    const entries = mapIn(event, field);
    for (const name in entries) {
      const last = textsOf(entries[name]).at(-1);
      if (last === undefined) continue;
      query ??= Object.create(null) as Record<string, string>;
      query[name] = last;
    }
  }
  return query ?? NO_FIELDS;
}

/** All strings under one name, in both maps. More than one in a map is a repeated credential. */
export interface Occurrences {
  readonly single: readonly string[];
  readonly listed: readonly string[];
}

/** @param name - in lower case */
export function headerOccurrences(event: Fields, { headers }: EventFormat, name: string): Occurrences {
  return occurrences(event, headers, name, isSameHeader);
}

/** @param name - exact */
export function queryOccurrences(event: Fields, { query }: EventFormat, name: string): Occurrences {
  return occurrences(event, query, name, isSameParameter);
}

/** Whole `Cookie` headers, and the gateway's own list of cookies. */
export function cookieOccurrences(event: Fields, format: EventFormat): Occurrences {
  const inHeaders = headerOccurrences(event, format, 'cookie');
  if (format.cookies === undefined) return inHeaders;
  return { single: inHeaders.single, listed: textsOf(event[format.cookies]) };
}

type SameName = (key: string, name: string) => boolean;

function isSameHeader(key: string, name: string): boolean {
  return key.length === name.length && key.toLowerCase() === name;
}

function isSameParameter(key: string, name: string): boolean {
  return key === name;
}

function occurrences(event: Fields, [single, lists]: MapFields, name: string, same: SameName): Occurrences {
  return {
    single: valuesUnder(name, mapIn(event, single), same),
    listed: valuesUnder(name, mapIn(event, lists), same),
  };
}

function valuesUnder(name: string, map: Fields, same: SameName): readonly string[] {
  let values: readonly string[] | null = null;
  for (const key in map) {
    if (!same(key, name)) continue;
    const texts = textsOf(map[key]);
    values = values === null ? texts : [...values, ...texts];
  }
  return values ?? NO_TEXTS;
}

const NO_TEXTS: readonly string[] = Object.freeze([]);

/** The strings in a value: itself, or those in a list. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return NO_TEXTS;
  return value.every(isText) ? value : value.filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
