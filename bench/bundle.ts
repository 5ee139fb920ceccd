import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Contender, moduleOf } from './contenders/index.ts';

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** So that CommonJS inside an ES module finds Node's own modules; what users of esbuild write, too. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Loads, makes the authorizer, decides once, and tells by file descriptor 3 when each was done. By `process.hrtime`: all
 * processes share its clock, and the first use of `performance` would load modules that a contender may do without.
 */
const entryOf = (module: string) => `
  import { create } from ${JSON.stringify(module)};
  const imported = process.hrtime();
  const { settings, event } = JSON.parse(process.env.BENCH_START);
  const handler = create(settings);
  const answer = await handler(event, { awsRequestId: '1', getRemainingTimeInMillis: () => 10000 });
  const decided = process.hrtime();
  const effect = answer.policyDocument.Statement[0].Effect;
  const { user, system } = process.cpuUsage();
  const figures = { imported, decided, effect,
    cpu: (user + system) / 1000, rss: process.memoryUsage.rss() };
  process.getBuiltinModule('node:fs').writeSync(3, JSON.stringify(figures));
  process.exit(0);
`;

/** Bundles a contender as NodejsFunction of the AWS CDK does when told to write ES modules. */
export async function bundle(
  { name, needsRequire }: Pick<Contender, 'name' | 'needsRequire'>,
  folder: string,
  external: readonly string[] = [],
): Promise<Bundle> {
  const file = `${folder}/${name}${external.length === 0 ? '' : '-without'}.mjs`;
  const { outputFiles } = await build({
    stdin: { contents: entryOf(fileURLToPath(moduleOf(name))), resolveDir: folder },
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: [...external],
    banner: needsRequire === undefined ? {} : { js: REQUIRE },
    write: false,
    logLevel: 'error',
  });
  const contents = (outputFiles[0] as { contents: Uint8Array }).contents;
  writeFileSync(file, contents);
  return { file, bytes: contents.length, gzipBytes: gzipSync(contents).length };
}

/** This package with `logger: false`, as a bundler makes it. */
export interface BundleSizes {
  /** One file, with the Powertools Logger in it, which is not run. Bytes. */
  readonly withLogger: number;
  /** The Powertools Logger left out (`external`). Bytes. */
  readonly withoutLogger: number;
}

export async function bundleSizes(): Promise<BundleSizes> {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-bundles-'));
  try {
    const withLogger = (await bundle({ name: 'ours' }, folder)).bytes;
    const withoutLogger = (await bundle({ name: 'ours' }, folder, ['@aws-lambda-powertools/logger'])).bytes;
    return { withLogger, withoutLogger };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
