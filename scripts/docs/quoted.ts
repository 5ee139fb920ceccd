import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './type-reader.ts';

/** The language of a code block, by the extension of the file. */
const LANGUAGES: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.mjs': 'js',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.tf': 'hcl',
};

const QUOTE = /(?<open><!-- file (?<file>[\w./-]+) -->\n)[\s\S]*?(?<close><!-- end of file -->)/g;

/** Paths of the files that a Markdown text quotes, in its order. */
export function quotedFiles(markdown: string): readonly string[] {
  return [...markdown.matchAll(QUOTE)].map((match) => match.groups?.['file'] ?? '');
}

/**
 * Replaces everything between `<!-- file PATH -->` and `<!-- end of file -->` by a code block with the file. Paths are
 * relative to the repository.
 *
 * @throws {Error} for a file that does not exist, and for an extension without a language
 */
export function withQuotedFiles(markdown: string): string {
  return markdown.replace(QUOTE, (_, ...rest) => {
    const { open, file, close } = rest.at(-1) as Record<'open' | 'file' | 'close', string>;
    const language = LANGUAGES[path.extname(file)];
    if (language === undefined) throw new Error(`${file}: add the language of its extension`);
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
    return `${open}\n\`\`\`${language}\n${text}\`\`\`\n\n${close}`;
  });
}

/** The text without quoted files. Its lines keep their numbers. */
export function withoutQuotedFiles(markdown: string): string {
  return markdown.replace(QUOTE, (quote) => quote.replace(/[^\n]/g, ''));
}
