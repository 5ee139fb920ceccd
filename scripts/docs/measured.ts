import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './type-reader.ts';

/**
 * A table as a bench wrote it down, so that the README states what was measured and nothing else.
 *
 * @param file - a Markdown file of bench/
 * @param heading - the heading that it stands under; the file's first table by default
 */
export function measuredTable(file: string, heading?: string): string {
  const text = fs.readFileSync(path.join(ROOT, 'bench', file), 'utf8');
  const start = heading === undefined ? 0 : text.indexOf(`\n## ${heading}\n`);
  const table = start === -1 ? undefined : text.slice(start).match(/^\|.*\|$(?:\n\|.*\|$)+/m)?.[0];
  if (table === undefined)
    throw new Error(`bench/${file} has no table${heading ? ` under "${heading}"` : ''}`);
  return table;
}
