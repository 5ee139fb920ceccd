/** Keys from the root of a document: names of members and indexes of lists. */
export type Path = readonly (string | number)[];

/** Where something is in a document. */
export interface Place {
  readonly file: string;
  /** `Resources.Api.Properties.Auth`, `functions.orders.events[0]`; empty for the whole document. */
  readonly path: string;
  /** Line, from 1; `null` if the document does not give it. Looked up when it is read. */
  readonly line: number | null;
}

/** A path as text. Names that are no identifiers are in brackets: `paths['/orders']`. */
export function pathText([first, ...others]: Path): string {
  const rest = others.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[\w$-]+$/.test(key) ? `.${key}` : `['${key}']`;
  });
  return [first, ...rest].join('');
}
