import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Packages that recipes use and the repository does not install, with modules that have the same names and types. */
export const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['@aws-sdk/client-kms', path.join(import.meta.dirname, 'fixtures/client-kms.ts')],
]);

/** Maps what users import to its source: `middy-auth0-authorizer/refresher` to `lib/refresher.ts`. */
export function entryPoints(): ReadonlyMap<string, string> {
  const { name, exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { default: string }>;
  };
  const entries = Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return [];
    const source = target.default.replace(/^\.\/dist\//, 'lib/').replace(/\.js$/, '.ts');
    return [[name + subpath.slice(1), path.join(ROOT, source)] as const];
  });
  return new Map(entries);
}
