/** Maps of headers and query parameters, which a request may carry more than once. */

/** Each name with all its values, in order. */
export type Values = Record<string, string[]>;

/** The defaults, except those whose name `given` has in any case; then `given`, without names that have no value. */
export function withDefaults(defaults: Readonly<Record<string, string>>, given: Values): Values {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()));
  const added = missing.map(([name, value]) => [name, [value]] as const);
  return Object.fromEntries([...added, ...Object.entries(given).filter(([, values]) => values.length > 0)]);
}

/** The values of a name in any case; `undefined` if the map does not have the name. */
export function valuesOf(map: Values, name: string): string[] | undefined {
  const found = Object.entries(map).filter(([key]) => key.toLowerCase() === name);
  return found.length === 0 ? undefined : found.flatMap(([, values]) => values);
}

/** One value for each name, the last. No list may be empty. */
export function lastValues(map: Values): Record<string, string> {
  return mapped(map, (values) => values.at(-1) as string);
}

/** All values of each name, joined with commas. */
export function joinedValues(map: Values): Record<string, string> {
  return mapped(map, (values) => values.join(','));
}

/** Names in lower case. Names that differ in case only become one, with the values of all. */
export function lowerCased(map: Values): Values {
  const lower: Values = Object.create(null);
  for (const [name, values] of Object.entries(map)) {
    const key = name.toLowerCase();
    lower[key] = [...(lower[key] ?? []), ...values];
  }
  return lower;
}

function mapped(map: Values, value: (values: readonly string[]) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, values]) => [name, value(values)]));
}
