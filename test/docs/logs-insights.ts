/** Keywords of the query language. */
const WORDS = new Set(
  ['fields', 'filter', 'stats', 'sort', 'limit', 'display', 'parse', 'dedup', 'unmask', 'pattern'].concat([
    'as',
    'by',
    'asc',
    'desc',
    'and',
    'or',
    'not',
    'in',
    'like',
    'true',
    'false',
    'null',
  ]),
);

/**
 * The fields of the log line in a Logs Insights query: `error` for `error.name`. Without fields that CloudWatch adds
 * (`@timestamp`) or the query defines (`count(*) as n`).
 */
export function fieldsOf(query: string): ReadonlySet<string> {
  const code = query
    .replace(/^\s*#.*$/gm, '')
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ' ')
    .replace(/\/(?:[^/\\\n]|\\.)+\//g, ' ');
  const defined = new Set(
    [...code.matchAll(/\bas\s+`?(?<name>\w+)/gi)].map((match) => match.groups?.['name']),
  );
  const fields = new Set<string>();
  for (const { groups } of code.matchAll(/(?<![\w@.])`?(?<name>[A-Za-z_]\w*)[\w.]*`?(?<call>\s*\()?/g)) {
    const { name = '', call } = groups ?? {};
    if (call === undefined && !WORDS.has(name.toLowerCase()) && !defined.has(name)) fields.add(name);
  }
  return fields;
}
