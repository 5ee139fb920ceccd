import type { Call } from './call.ts';

/** How events carry what may stand in a request more than once: headers and query parameters. */
export type Multi = Readonly<Record<string, readonly string[]>>;

export const bothHeaderMaps = (call: Call) => ({
  headers: lastOf(call.headers),
  multiValueHeaders: call.headers,
});
export const bothQueryMaps = (call: Call) => ({
  queryStringParameters: lastOf(call.query),
  multiValueQueryStringParameters: call.query,
});

/** One value for each name, the last. */
export function lastOf(values: Multi): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

/** Every value of a name in one text, with commas between. */
export function joined(values: Multi, lowerCase: boolean): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, all] of Object.entries(values)) {
    const key = lowerCase ? name.toLowerCase() : name;
    const text = all.join(',');
    map[key] = Object.hasOwn(map, key) ? `${map[key]},${text}` : text;
  }
  return map;
}
