/** Reading fields of an event that may be any JSON. */

export type Fields = { readonly [name: string]: unknown };

const NO_FIELDS: Fields = Object.freeze(Object.create(null));

/** The value as an object to read fields of; one without fields if it is none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : NO_FIELDS;
}

/** The value if it is a string with at least one character, else `null`. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Something that an event of a kind must have: a name for people and a check. */
export interface Mark {
  /** Dotted name, with the value if that is a constant of AWS's: `type: "TOKEN"`, `requestContext.http.method`. */
  readonly name: string;
  holds(event: Fields): boolean;
}

const NOTHING_MISSING: readonly string[] = Object.freeze([]);

/** The names of the marks that the event lacks. Allocates only if it lacks one. */
export function missingMarks(event: unknown, marks: readonly Mark[]): readonly string[] {
  const fields = fieldsOf(event);
  let missing: string[] | null = null;
  for (const mark of marks) {
    if (mark.holds(fields)) continue;
    missing ??= [];
    missing.push(mark.name);
  }
  return missing ?? NOTHING_MISSING;
}
