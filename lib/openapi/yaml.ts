/** What is used of the package `yaml`. Its own types would demand that users install it. */
export interface YamlLibrary {
  parse(text: string): unknown;
  parseDocument(text: string): EditableYaml;
  stringify(value: unknown, options: { readonly lineWidth: number }): string;
}

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
