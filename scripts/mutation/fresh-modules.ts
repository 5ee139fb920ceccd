import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const QUERY = '?generation=';

/** The folders of our own code. Packages are loaded once. */
const OWN = ['lib', 'test', 'scripts', 'bench', 'demo'];

let generation = 0;
let isReady = false;

/**
 * From now on, imports of our own files evaluate them anew, once each until the next call. What a file imports later is of
 * the same generation as the file. For mutants of code that runs while a module loads: a process of its own for each would
 * take seconds.
 */
export function startFresh() {
  generation += 1;
  if (isReady) return;
  isReady = true;
  const folders = OWN.map((folder) => pathToFileURL(path.resolve(folder, '_')).href.slice(0, -1));
  const isOwn = (url: string) => folders.some((folder) => url.startsWith(folder));
  const stripped = new Map<string, string>();
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      if (!resolved.url.endsWith('.ts') || !isOwn(resolved.url)) return resolved;
      const { parentURL = '' } = context;
      const [, inherited] = parentURL.split(QUERY);
      if (isOwn(parentURL) && inherited === undefined) return resolved;
      return { ...resolved, url: `${resolved.url}${QUERY}${inherited ?? generation}` };
    },
    load: (url, context, next) => {
      if (!url.includes(QUERY)) return next(url, context);
      const file = fileURLToPath(url);
      const source = stripped.get(file) ?? stripTypeScriptTypes(readFileSync(file, 'utf8'));
      stripped.set(file, source);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
