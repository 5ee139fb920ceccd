import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './type-reader.ts';

/**
 * Copies a table from a bench's output, so that documents contain measured figures only.
 *
 * @param file - a Markdown file of bench/
 * @param heading - the heading above the table; the file's first table by default
 */
export function measuredTable(file: string, heading?: string): string {
  const text = fs.readFileSync(path.join(ROOT, 'bench', file), 'utf8');
  const start = heading === undefined ? 0 : text.indexOf(`\n## ${heading}\n`);
  const table = start === -1 ? undefined : text.slice(start).match(/^\|.*\|$(?:\n\|.*\|$)+/m)?.[0];
  if (table === undefined)
    throw new Error(`bench/${file} has no table${heading ? ` under "${heading}"` : ''}`);
  return table;
}

/** Rows of the README's table: the label there, and the row's name in bench/results.md. */
const COMPARED: readonly (readonly [label: string, row: string])[] = [
  ['this package, with its log line', 'this package as it comes, with its log line'],
  ['this package, `logger: false`', 'this package, `logger: false`'],
  ['aws-jwt-verify, no log line', 'aws-jwt-verify'],
  ['Middy + jose, with a Powertools log line', 'Middy + jose + one Powertools log line'],
  ["Auth0's sample (jsonwebtoken + jwks-rsa)", "jsonwebtoken + jwks-rsa (Auth0's sample)"],
];

/** The README's summary of costs: five rows of bench/results.md, four figures each. */
export function costsTable(): string {
  const warm = rowsOf(measuredTable('results.md', 'Warm'));
  const cold = rowsOf(measuredTable('results.md', 'Cold'));
  const rows = COMPARED.map(([label, row]) => {
    const figures = [
      figure(warm, row, 'new, p50'),
      figure(warm, row, 'known, p50'),
      figure(cold, row, 'decided, TLS'),
      figure(cold, row, 'gzip KB'),
    ];
    return `| ${[label, ...figures].join(' | ')} |`;
  });
  const head = '| authorizer | new token, µs | known token, µs | cold start, ms | bundle, KB gzipped |';
  return [head, '| --- | ---: | ---: | ---: | ---: |', ...rows].join('\n');
}

type Rows = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A table's cells by row and column; the first column names the row. */
function rowsOf(table: string): Rows {
  const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const [, first = '', ...columns] = cells[0] ?? [];
  if (first === '') throw new Error('the table names no first column');
  return new Map(
    cells.slice(2).map(([, name = '', ...values]) => [
      name,
      // Two columns may share a name (`p99`); the first one counts.
      new Map(columns.map((column, at) => [column, values[at] ?? ''] as const).reverse()),
    ]),
  );
}

function figure(rows: Rows, row: string, column: string): string {
  const value = rows.get(row)?.get(column);
  if (value === undefined || value === '')
    throw new Error(`bench/results.md has no "${column}" for "${row}"`);
  return value;
}
