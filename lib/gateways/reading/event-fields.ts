/** The fields of an event, or of a part of it, which may be any JSON. */
export type Fields = { readonly [name: string]: unknown };

/** An object without fields. It has no prototype, so that no name is found in it. */
export const NO_FIELDS: Readonly<Record<string, never>> = Object.freeze(Object.create(null));

/** The value if it is an object, else an object without fields. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : NO_FIELDS;
}

/** The value if it is a non-empty string, else `null`. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
