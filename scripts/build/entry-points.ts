import fs from 'node:fs';
import path from 'node:path';

/** What `package.json` says about the files that users load. */
interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

/**
 * Returns the sources of the files that `exports` and `bin` in `package.json` name, by the name of the built file in
 * `dist/` without its ending: `jwks/stores/redis` to `<root>/lib/jwks/stores/redis.ts`.
 */
export function entryPointsOf(root: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const targets = [
    ...Object.values(manifest.exports).map((target) =>
      typeof target === 'string' ? target : target.default,
    ),
    ...Object.values(manifest.bin),
  ];
  const names = targets.flatMap((target) => /^\.\/dist\/(.+)\.js$/.exec(target)?.[1] ?? []);
  return Object.fromEntries(names.map((name) => [name, path.join(root, 'lib', `${name}.ts`)]));
}
