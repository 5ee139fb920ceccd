import fs from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import type { Files } from './zip.ts';

/** Where Lambda's Node.js runtimes look for the packages of a layer. */
const FOLDER = 'nodejs/node_modules';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Target;
}

/** A file, or files by conditions or subpaths, of `exports` in a `package.json`. */
type Target = string | { readonly [key: string]: Target };

/**
 * Returns the files of a layer with this package, Middy and the run-time dependencies: code and licences, without
 * sources, declarations and source maps.
 *
 * Other packages are bundled file by file of their `exports`: unbundled, `@middy/core` imports all of `@middy/util`, and
 * with it `node:http`, which takes longer to load than everything else.
 *
 * @param root - the folder of this package, whose dist/ is built
 */
export async function layerFiles(root: string): Promise<Files> {
  const manifest = manifestIn(root);
  const names = ['@middy/core', ...Object.keys(manifest.dependencies ?? {})];
  const packages = names.filter((name) => !name.startsWith('@types/'));
  const others = await Promise.all(packages.map((name) => bundledPackage(root, name, packages)));
  return new Map([...ownFiles(root, manifest.name), ...others.flat()]);
}

function ownFiles(root: string, name: string): [string, Buffer][] {
  const built = fs.readdirSync(path.join(root, 'dist'), { recursive: true }).map(String);
  // No function runs the command line, which is as large as all the rest.
  const files = built
    .filter((file) => /\.(?:js|txt)$/.test(file) && !/^cli\b/.test(file))
    .map((file) => path.join('dist', file));
  return ['package.json', 'LICENSE', ...files].map((file) => [
    `${FOLDER}/${name}/${file.replaceAll('\\', '/')}`,
    fs.readFileSync(path.join(root, file)),
  ]);
}

/** The exported files of a package, each with what it imports of packages that are not in the layer themselves. */
async function bundledPackage(
  root: string,
  name: string,
  inLayer: readonly string[],
): Promise<[string, Buffer][]> {
  const folder = path.join(root, 'node_modules', name);
  const files = [...new Set(modulesOf(manifestIn(folder).exports))];
  const build = await rolldown({
    input: Object.fromEntries(files.map((file) => [file.slice(0, -'.js'.length), path.join(folder, file)])),
    platform: 'node',
    external: (id) => inLayer.includes(id) || isMissing(root, id),
    treeshake: { moduleSideEffects: false },
  });
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
    minifyInternalExports: false,
  });
  await build.close();
  const chunks = output.flatMap((file) =>
    file.type === 'chunk' ? [[file.fileName, file.code] as const] : [],
  );
  return [
    [`${FOLDER}/${name}/package.json`, fs.readFileSync(path.join(folder, 'package.json'))],
    ...chunks.map(([file, code]): [string, Buffer] => [`${FOLDER}/${name}/${file}`, Buffer.from(code)]),
  ];
}

/** The JavaScript files among the targets of `exports`, relative to the package. */
function modulesOf(target: Target): readonly string[] {
  if (typeof target === 'string') return target.endsWith('.js') ? [target.replace(/^\.\//, '')] : [];
  return Object.values(target).flatMap(modulesOf);
}

/** An optional peer that is not installed here, such as a durable execution SDK. */
function isMissing(root: string, id: string): boolean {
  const name = /^(?:@[^/]+\/)?[^./@][^/]*/.exec(id)?.[0];
  return (
    name !== undefined && !id.startsWith('node:') && !fs.existsSync(path.join(root, 'node_modules', name))
  );
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}
