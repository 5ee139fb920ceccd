import { type Fields, NO_FIELDS } from './event-fields.ts';
import { type MapFields, mapIn, type TextMap, textsOf } from './maps.ts';

/**
 * The headers whose value an event does not settle, by the map that was read of it: names in lower case. Kept beside the
 * map, so that requests without such headers, which are all but forged ones, pay nothing for it.
 */
const AMBIGUOUS = new WeakMap<TextMap, ReadonlySet<string>>();

/**
 * Whether the event does not settle the value of a header: a map has the header in two spellings, and nothing says which
 * is the first; or its two maps have other values. What decides by such a header must refuse the request.
 *
 * @param headers - of an `AuthorizationRequest`
 * @param name - in lower case
 */
export function isAmbiguous(headers: TextMap, name: string): boolean {
  return AMBIGUOUS.get(headers)?.has(name) === true;
}

/** Headers by lower-case name, without a prototype. Repeated ones are joined; lists win over single values. */
export function readHeaders(event: Fields, [single, lists]: MapFields): TextMap {
  const listed = mapIn(event, lists);
  const ambiguous: string[] = [];
  const joined = joinLists(listed, ambiguous);
  const singles = mapIn(event, single);
  let others: Record<string, string> | null = null;
  for (const name in singles) {
    const value = singles[name];
    // The lists nearly always hold all headers, under the same spelling.
    if (typeof value !== 'string' || isLastOf(listed[name], value)) continue;
    others ??= emptyMap();
    const key = name.toLowerCase();
    if (others[key] !== undefined) ambiguous.push(key);
    append(others, key, value);
  }
  const headers = others === null ? (joined ?? NO_FIELDS) : withLists(others, joined, ambiguous);
  if (ambiguous.length > 0) AMBIGUOUS.set(headers, new Set(ambiguous));
  return headers;
}

function joinLists(lists: Fields, ambiguous: string[]): Record<string, string> | null {
  let headers: Record<string, string> | null = null;
  for (const name in lists) {
    const texts = textsOf(lists[name]);
    if (texts.length === 0) continue;
    headers ??= emptyMap();
    const key = name.toLowerCase();
    if (headers[key] !== undefined) ambiguous.push(key);
    for (const text of texts) append(headers, key, text);
  }
  return headers;
}

function isLastOf(list: unknown, value: string): boolean {
  return Array.isArray(list) && list[list.length - 1] === value;
}

/** Adds the lists to the single values that are not the last of a list in the same spelling. */
function withLists(singles: Record<string, string>, lists: TextMap | null, ambiguous: string[]): TextMap {
  if (lists === null) return singles;
  for (const name in singles) {
    const list = lists[name];
    if (list !== undefined && !agree(singles[name] as string, list)) ambiguous.push(name);
  }
  return Object.assign(singles, lists);
}

/** Whether a single value is the last one of the list, or all of them joined, as some emulators write it. */
function agree(single: string, list: string): boolean {
  const [one, all] = [withoutBlanks(single), withoutBlanks(list)];
  return one === all || all.endsWith(`,${one}`);
}

function withoutBlanks(joined: string): string {
  return joined.replace(/[,;] */g, ',');
}

function emptyMap(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** Joins cookies with `; ` (RFC 9113 section 8.2.3) and other headers with `, ` (RFC 9110 section 5.3). */
function append(headers: Record<string, string>, key: string, text: string): void {
  const before = headers[key];
  headers[key] = before === undefined ? text : before + (key === 'cookie' ? '; ' : ', ') + text;
}
