/** The query language's own words. */
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
 * The fields of the log line that a Logs Insights query names. Those that CloudWatch adds itself (`@timestamp`) and
 * those that the query defines (`count(*) as n`) are left out; of `error.name` it is `error`.
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
