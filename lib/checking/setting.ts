import { kindOf } from '../util/kind-of.ts';
import type { Cursor } from './documents/cursor.ts';
import type { Place } from './documents/place.ts';

/** A value of a document. */
export type Value<Type> =
  | { readonly kind: 'known'; readonly value: Type }
  | { readonly kind: 'missing' }
  /** `text` says what stands there instead. */
  | { readonly kind: 'undecided'; readonly text: string };

/** A value of a document, with its place and the name of the property. */
export interface Setting<Type> {
  readonly name: string;
  readonly place: Place;
  readonly value: Value<Type>;
}

/** Reads a value of a setting; `undefined` if it is of no use. */
type Reader<Type> = (value: unknown) => Type | undefined;

function settingOf<Type>(cursor: Cursor, name: string, read: Reader<Type>): Setting<Type> {
  return { name, place: cursor.place, value: readValue(cursor, read) };
}

function readValue<Type>({ isMissing, undecided, value }: Cursor, read: Reader<Type>): Value<Type> {
  if (isMissing) return { kind: 'missing' };
  if (undecided !== null) return { kind: 'undecided', text: undecided.text };
  const known = read(value);
  return known === undefined ? { kind: 'undecided', text: kindOf(value) } : { kind: 'known', value: known };
}

const readText: Reader<string> = (value) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

const readNumber: Reader<number> = (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

const readBoolean: Reader<boolean> = (value) =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;

/** Text; numbers and booleans count as text. */
export const textSetting = (cursor: Cursor, name: string): Setting<string> =>
  settingOf(cursor, name, readText);
export const numberSetting = (cursor: Cursor, name: string): Setting<number> =>
  settingOf(cursor, name, readNumber);
export const booleanSetting = (cursor: Cursor, name: string): Setting<boolean> =>
  settingOf(cursor, name, readBoolean);

/** A version `2.0`, which YAML reads as the number 2 unless it has quotes. */
export const versionSetting = (cursor: Cursor, name: string): Setting<string> =>
  settingOf(cursor, name, (value) => {
    const text = readText(value);
    return text !== undefined && /^\d+$/.test(text) ? `${text}.0` : text;
  });

/** A list of texts, or one text with commas. */
export function listSetting(cursor: Cursor, name: string): Setting<readonly string[]> {
  const { items } = cursor;
  if (items.length === 0) {
    return settingOf(cursor, name, (value) => {
      if (Array.isArray(value)) return [];
      return readText(value)
        ?.split(',')
        .map((text) => text.trim())
        .filter((text) => text !== '');
    });
  }
  const texts: string[] = [];
  for (const item of items) {
    const value = readValue(item, readText);
    if (value.kind !== 'known') {
      const text = value.kind === 'missing' ? 'an empty item' : value.text;
      return { name, place: cursor.place, value: { kind: 'undecided', text } };
    }
    texts.push(value.value);
  }
  return { name, place: cursor.place, value: { kind: 'known', value: texts } };
}

/** A setting with a value that its document implies. */
export function implied<Type>(cursor: Cursor, name: string, value: Type): Setting<Type> {
  return { name, place: cursor.place, value: { kind: 'known', value } };
}

/** The setting with this value if it is missing. */
export function withDefault<Type>(setting: Setting<Type>, usual: Type): Setting<Type> {
  return setting.value.kind === 'missing' ? { ...setting, value: { kind: 'known', value: usual } } : setting;
}

/** The value if it is known, else `null`. */
export function knownOf<Type>({ value }: Setting<Type>): Type | null {
  return value.kind === 'known' ? value.value : null;
}
