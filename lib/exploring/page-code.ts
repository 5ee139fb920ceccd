import path from 'node:path';

/** The script and the style sheet of the page. */
export interface PageCode {
  readonly script: string;
  readonly style: string;
}

/**
 * Bundles the script and the style sheet of the page from `page/`. For a checkout of the sources: the build of the package
 * replaces this module by one that returns both texts.
 */
export async function pageCode(): Promise<PageCode> {
  const { build } = await import('esbuild');
  const folder = path.join(import.meta.dirname, 'page');
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: folder },
    outfile: 'page.js',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
  });
  const textOf = (ending: string) =>
    outputFiles.flatMap(({ path: file, text }) => (file.endsWith(ending) ? text : [])).join('');
  return { script: textOf('.js'), style: textOf('.css') };
}

const ENTRY = "import './style.css'; import { start } from './app.ts'; start();";
