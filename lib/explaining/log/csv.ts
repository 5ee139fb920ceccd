/**
 * The rows of a CSV text (RFC 4180), as objects by the names in its first row. `null` if it is no export of Logs Insights,
 * whose first row names a field of the log.
 */
export function csvRows(text: string): readonly Readonly<Record<string, string>>[] | null {
  const [header, second] = text.split(/\r?\n/, 2) as [string, string?];
  if (second === undefined || !HEADER.test(header)) return null;
  const [names, ...rows] = cellsOf(text) as [string[], ...string[][]];
  return rows.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])));
}

/** A row of names, of which one is a field that the log line or Logs Insights has. */
const HEADER = /^(?=.*(?:^|,)"?(?:@message|message|decision|refusal|fault)"?(?:,|$))[\w@.," -]+$/;

function cellsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(CELL)) {
    cells.push(quoted?.replaceAll('""', '"') ?? (plain as string));
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') rows.push(cells);
    cells = [];
  }
  return rows;
}

/** A cell and what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g;
