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

export function mapIn(event: Fields, field: string | undefined): Fields {
  return field === undefined ? NO_FIELDS : fieldsOf(event[field]);
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

/** Copies no value more than once: a name of 16 letters has 65,536 spellings. */
function valuesUnder(name: string, map: Fields, same: SameName): readonly string[] {
  let found: readonly string[] | null = null;
  const more: (readonly string[])[] = [];
  for (const key in map) {
    if (!same(key, name)) continue;
    const texts = textsOf(map[key]);
    if (found === null) found = texts;
    else more.push(texts);
  }
  if (found === null) return NO_TEXTS;
  return more.length === 0 ? found : [found, ...more].flat();
}

const NO_TEXTS: readonly string[] = Object.freeze([]);

/** The strings in a value: itself, or those in a list. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return NO_TEXTS;
  return value.every(isText) ? value : value.filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
