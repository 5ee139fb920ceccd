/**
 * node bundle.ts BUNDLER ENTRY FOLDER
 *
 * Bundles one entry file as users of that bundler do for a Lambda function, with all that it imports.
 */
import path from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';

type Bundle = (entry: string, folder: string) => Promise<unknown>;

/** The bundlers, each loaded when its turn comes. */
const BUNDLERS: Readonly<Record<string, Bundle>> = {
  'esbuild, ES module': async (entry, folder) => {
    const { build } = await import('esbuild');
    const outfile = path.join(folder, 'handler.mjs');
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      minify: true,
    });
  },
  'esbuild, ES module with splitting': async (entry, folder) => {
    const { build } = await import('esbuild');
    const names = { outdir: folder, outExtension: { '.js': '.mjs' }, splitting: true } as const;
    await build({ entryPoints: { handler: entry }, ...names, bundle: true, format: 'esm', platform: 'node' });
  },
  'esbuild, CommonJS': async (entry, folder) => {
    const { build } = await import('esbuild');
    const outfile = path.join(folder, 'handler.cjs');
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'cjs', platform: 'node' });
  },
  rollup: async (entry, folder) => {
    const { rollup } = await import('rollup');
    const build = await rollup({
      input: { handler: entry },
      plugins: [nodeResolve({ preferBuiltins: true })],
    });
    await build.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs' });
  },
  webpack: async (entry, folder) => {
    const { default: webpack } = await import('webpack');
    const compiler = webpack({
      mode: 'production',
      target: 'node22',
      context: path.dirname(entry),
      entry: { handler: entry },
      experiments: { outputModule: true },
      output: { path: folder, filename: '[name].mjs', module: true, library: { type: 'module' } },
    });
    await new Promise<void>((resolve, reject) =>
      compiler.run((error, stats) => {
        if (error === null && stats?.hasErrors() !== true) resolve();
        else reject(error ?? new Error(stats?.toString()));
      }),
    );
  },
  Vite: async (entry, folder) => {
    const { build } = await import('vite');
    const output = { entryFileNames: '[name].mjs' };
    await build({
      root: path.dirname(entry),
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: { ssr: true, outDir: folder, rolldownOptions: { input: { handler: entry }, output } },
    });
  },
  tsup: async (entry, folder) => {
    const { build } = await import('tsup');
    await build({
      entry: { handler: entry },
      config: false,
      silent: true,
      platform: 'node',
      format: 'esm',
      noExternal: [/.*/],
      outDir: folder,
      outExtension: () => ({ js: '.mjs' }),
    });
  },
};

const [bundler = '', entry = '', folder = ''] = process.argv.slice(2);
const bundle = BUNDLERS[bundler];
if (bundle === undefined) throw new Error(`no bundler is named "${bundler}"`);
await bundle(entry, folder);
