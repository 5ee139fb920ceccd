import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { type Contender, moduleOf } from '../contenders/index.ts';
import { harnessOf } from './harness.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PACKAGE = 'middy-auth0-authorizer';

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** The part of a contender that decides how it is bundled. */
export type Bundled = Pick<Contender, 'name' | 'needsRequire'>;

/** Gives CommonJS inside an ES module access to Node's own modules, as users of esbuild do. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Contenders import lib/. A cold start is measured with the published dist/, which must be built. */
function published(packages: 'bundle' | 'external'): Plugin {
  const external = packages === 'external';
  const resolved = { path: external ? PACKAGE : path.join(ROOT, 'dist/index.js'), external };
  return {
    name: 'published',
    setup: ({ onResolve }) => onResolve({ filter: /\/lib\/index\.ts$/ }, () => resolved),
  };
}

/**
 * Bundles a contender with its harness, as `NodejsFunction` of the AWS CDK does for ES modules.
 *
 * @param packages - `external` leaves out all packages, for a function that finds them in `node_modules`
 */
export async function bundle(
  { name, needsRequire }: Bundled,
  folder: string,
  packages: 'bundle' | 'external' = 'bundle',
): Promise<Bundle> {
  const create = `import { create } from ${JSON.stringify(fileURLToPath(moduleOf(name)))};`;
  const options: BuildOptions = {
    stdin: { contents: harnessOf(create), resolveDir: folder },
    bundle: true,
    minify: packages === 'bundle',
    packages,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: needsRequire === undefined ? {} : { js: REQUIRE },
    plugins: [published(packages)],
    logLevel: 'error',
  };
  const { outputFiles } = await build({ ...options, write: false });
  const { contents } = outputFiles[0] as { contents: Uint8Array };
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, contents);
  return { file, bytes: contents.length, gzipBytes: gzipSync(contents).length };
}

/** Size of this package in one file with Middy, minified. Bytes; the harness has 1 KB of them. */
export async function bundleBytes(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'authorizer-bundles-'));
  try {
    return (await bundle({ name: 'ours' }, folder)).bytes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
