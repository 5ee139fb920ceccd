/** What a field of the form contains, or what is wrong with it. */
export type FieldResult<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'problem'; readonly text: string };

/** Reads claims: a JSON object. */
export function readClaims(text: string): FieldResult<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { kind: 'value', value: value as Readonly<Record<string, unknown>> };
    }
  } catch {
    // Said below.
  }
  return { kind: 'problem', text: 'The claims are not a JSON object.' };
}

/** Reads headers: one a line, `name: value`. Empty lines are skipped. */
export function readHeaders(text: string): FieldResult<Readonly<Record<string, string>>> {
  const headers: [string, string][] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return { kind: 'problem', text: `The header line "${line.trim()}" has no colon: write name: value.` };
    }
    headers.push([name, value]);
  }
  return { kind: 'value', value: Object.fromEntries(headers) };
}
