import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './type-reader.ts';

/** The pages of docs/ in reading order: their names begin with their number. */
export function pages(): readonly string[] {
  const names = fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => `docs/${name}`);
}

/** Every document whose code blocks are checked and whose generated tables are kept up to date. */
export function documents(): readonly string[] {
  return ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...pages()];
}

/** The text of a document. */
export function markdownOf(document: string): string {
  return fs.readFileSync(path.join(ROOT, document), 'utf8');
}
