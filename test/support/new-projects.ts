import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Packages that projects import, as this repository has them installed. */
const INSTALLED = ['@middy', '@types', 'aws-cdk-lib', 'constructs', 'yaml'];

/**
 * Makes a folder in which modules can import this package from its sources, and what the repository has installed, as if
 * all of it were installed there.
 */
export function folderWithPackage(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'projects-')));
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, 'middy-auth0-authorizer');
  fs.mkdirSync(own, { recursive: true });
  for (const name of INSTALLED)
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  fs.symlinkSync(path.join(ROOT, 'lib'), path.join(own, 'lib'));
  const { name, exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const sources = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [[entry, target.default.replace('/dist/', '/lib/').replace(/\.js$/, '.ts')]],
  );
  const manifest = { name, type: 'module', exports: Object.fromEntries(sources) };
  fs.writeFileSync(path.join(own, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** Runs the TypeScript compiler. Returns its messages. */
export function compilerArguments(folder: string): readonly string[] {
  return [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', folder];
}
