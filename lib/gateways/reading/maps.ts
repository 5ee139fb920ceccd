import { type Fields, fieldsOf, NO_FIELDS } from './event-fields.ts';

/**
 * Header and parameter maps of events: one with the last value of each name, and beside it, on some gateways, one with
 * the list of all values. Both may be absent, `null` (console tests) or, in an emulator's event, anything.
 */

export type TextMap = Readonly<Record<string, string>>;

/** Headers by lower-case name, without a prototype; repeated ones joined, lists winning over single values. */
export function readHeaders(single: unknown, lists?: unknown): TextMap {
  const listed = fieldsOf(lists);
  const joined = joinLists(listed);
  const singles = fieldsOf(single);
  let others: Record<string, string> | null = null;
  for (const name in singles) {
    const value = singles[name];
    // Where there are lists they have nearly always all of it, under the same spelling.
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

/** Cookies are joined as HTTP/2 joins its crumbs (RFC 9113 section 8.2.3), all else as RFC 9110 section 5.3 says. */
function append(headers: Record<string, string>, key: string, text: string): void {
  const before = headers[key];
  headers[key] = before === undefined ? text : before + (key === 'cookie' ? '; ' : ', ') + text;
}

/** Query string parameters by their exact name, without a prototype; the last of repeated ones. */
export function readQuery(single: unknown, lists?: unknown): TextMap {
  let query: Record<string, string> | null = null;
  for (const map of [single, lists]) {
    const entries = fieldsOf(map);
    for (const name in entries) {
      const last = textsOf(entries[name]).at(-1);
      if (last === undefined) continue;
      query ??= Object.create(null) as Record<string, string>;
      query[name] = last;
    }
  }
  return query ?? NO_FIELDS;
}

/** All the strings that stand under a name, in both maps: what counts repeated credentials. */
export interface Occurrences {
  readonly single: readonly string[];
  readonly listed: readonly string[];
}

/** @param name - in lower case */
export function headerOccurrences(name: string, single: unknown, lists?: unknown): Occurrences {
  return {
    single: valuesUnder(name, fieldsOf(single), isSameName),
    listed: valuesUnder(name, fieldsOf(lists), isSameName),
  };
}

export function queryOccurrences(name: string, single: unknown, lists?: unknown): Occurrences {
  return {
    single: valuesUnder(name, fieldsOf(single), isExactName),
    listed: valuesUnder(name, fieldsOf(lists), isExactName),
  };
}

type SameName = (key: string, name: string) => boolean;

function isSameName(key: string, name: string): boolean {
  return key.length === name.length && key.toLowerCase() === name;
}

function isExactName(key: string, name: string): boolean {
  return key === name;
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
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return NO_TEXTS;
  return value.every(isText) ? value : value.filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
