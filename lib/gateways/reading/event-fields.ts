import { isObject } from '../../util/is-object.ts';
/** Reading fields of an event that may be any JSON. */

export type Fields = { readonly [name: string]: unknown };

/** Without a prototype, so that no name is found in it. */
export const NO_FIELDS: Readonly<Record<string, never>> = Object.freeze(Object.create(null));

/** The value as an object to read fields of; one without fields if it is none. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : NO_FIELDS;
}

/** The value if it is a string with at least one character, else `null`. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
