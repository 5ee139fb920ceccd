import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuthorizerOptions } from '../../lib/index.ts';
import type { Project } from './projects.ts';

export type Options = AuthorizerOptions;

/** The addresses of a rule that {@link withAddressRule} adds. */
const ADDRESS_RULE = "rules: { ip: { deny: ['198.51.100.0/24'] } },";

/** The options of an example, as its own module exports them. */
export async function optionsOf({ folder }: Project, file = 'options.ts'): Promise<Options> {
  // The query makes it a module of its own after each change.
  const url = pathToFileURL(path.join(folder, file));
  url.searchParams.set('at', String(performance.now()));
  const { options } = (await import(url.href)) as { options: Options };
  return options;
}

/** The declared routes. */
export function routesOf({ routes = {} }: Options): readonly string[] {
  return Object.keys(routes);
}

/** Runs `inside` while the options of an example also have an `ip` rule, so that the cache key needs the address. */
export async function withAddressRule(
  { folder }: Project,
  inside: () => Promise<void>,
  name = 'options.ts',
): Promise<void> {
  const file = path.join(folder, name);
  const before = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, before.replace('  routes: {', `  ${ADDRESS_RULE}\n  routes: {`));
  try {
    await inside();
  } finally {
    fs.writeFileSync(file, before);
  }
}
