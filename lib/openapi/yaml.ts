/** What is used of the package `yaml`. Its own types would demand that users install it. */
export interface YamlLibrary {
  parse(text: string, options: Reading): unknown;
  parseDocument(text: string, options: Reading): EditableYaml;
  stringify(value: unknown, options: { readonly lineWidth: number }): string;
}

/** How documents are read. */
interface Reading {
  readonly merge: boolean;
}

/**
 * Most tools for OpenAPI take `<<: *alias` to merge the members of another map. Without it, `security` that an operation
 * merges would be lost, and the default of the document would apply.
 */
export const READING: Reading = { merge: true };

/** A parsed document that keeps its comments. */
export interface EditableYaml {
  setIn(path: readonly string[], value: unknown): void;
  deleteIn(path: readonly string[]): boolean;
  toString(options: { readonly lineWidth: number }): string;
}

/** Loads the optional package `yaml`, when it is needed; `null` if it is not installed. */
export function yamlLibrary(): YamlLibrary | null {
  try {
    return process.getBuiltinModule('node:module').createRequire(import.meta.url)('yaml') as YamlLibrary;
  } catch {
    return null;
  }
}
