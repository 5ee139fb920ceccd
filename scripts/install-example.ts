/**
 * npm run examples:install -- NAME
 *
 * Installs what an example depends on into its folder, with the package of this checkout in place of a published one.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exampleNames, pack, sourceOf } from './examples/projects.ts';
import { run } from './examples/run.ts';

const [name = ''] = process.argv.slice(2);
if (!exampleNames().includes(name)) {
  console.error(`Usage: npm run examples:install -- NAME, where NAME is one of ${exampleNames().join(', ')}`);
  process.exit(2);
}
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
try {
  const tarball = await pack(scratch);
  await run(sourceOf(name), 'npm', [
    'install',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    tarball,
  ]);
  console.log(`examples/${name} has its dependencies, and this checkout as middy-auth0-authorizer`);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
