/**
 * npm run examples:install -- NAME
 *
 * Installs what an example depends on into its folder, with the package of this checkout in place of a published one.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exampleGroups, exampleNames, sourceOf } from './examples/groups.ts';
import { pack } from './examples/projects.ts';
import { installLocked } from './locked/locked.ts';

const [name = ''] = process.argv.slice(2);
if (!exampleNames().includes(name)) {
  console.error(`Usage: npm run examples:install -- NAME, where NAME is one of ${exampleNames().join(', ')}`);
  process.exit(2);
}
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
try {
  const tarball = await pack(scratch);
  const { lock = '' } = exampleGroups().find(({ names }) => names.includes(name)) ?? {};
  await installLocked(lock, scratch, tarball);
  const modules = path.join(sourceOf(name), 'node_modules');
  fs.rmSync(modules, { recursive: true, force: true });
  fs.cpSync(path.join(scratch, 'node_modules'), modules, { recursive: true, verbatimSymlinks: true });
  console.log(`examples/${name} has its dependencies, and this checkout as middy-auth0-authorizer`);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
