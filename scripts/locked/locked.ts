import fs from 'node:fs';
import path from 'node:path';
import { run } from '../examples/run.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Flags of every installation: no script of a package runs. */
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund'];

/** What a locked project installs. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
}

/** The folder of a locked project: a package.json and its package-lock.json. */
export function lockedFolder(name: string): string {
  return path.join(import.meta.dirname, name);
}

const readJson = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
const writeJson = (file: string, value: unknown) =>
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

/** What `npm ci` reads of this package, apart from its address. */
function ownEntry(): Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string } {
  const manifest = readJson(path.join(ROOT, 'package.json')) as Record<string, unknown>;
  const read = ['name', 'version', 'bin', 'engines', 'dependencies', 'peerDependencies'];
  const members = [...read, 'peerDependenciesMeta'].map((member) => [member, manifest[member]]);
  return Object.fromEntries(members);
}

/** The version and content of a package that a locked project installs. */
export function lockedPackage(
  project: string,
  name: string,
): { readonly version: string; readonly integrity: string } {
  const { packages } = readJson(path.join(lockedFolder(project), 'package-lock.json')) as Lock;
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`${project} does not lock ${name}`);
  return { version, integrity };
}

/**
 * Installs a locked project into a folder with `npm ci`: exactly the content that its lock file names. The tarball of
 * this package, if one is given, goes beside it: it is the only package that no lock file can name, since it was just
 * made.
 *
 * @param name - of a folder in scripts/locked/
 * @param folder - where the project is installed; made if it does not exist
 */
export async function installLocked(name: string, folder: string, tarball?: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const manifest = readJson(path.join(lockedFolder(name), 'package.json')) as Manifest;
  const lock = readJson(path.join(lockedFolder(name), 'package-lock.json')) as Lock;
  const own = ownEntry();
  const ownDependency = tarball === undefined ? {} : { [own.name]: own.version };
  const ownPackage =
    tarball === undefined ? {} : { [`node_modules/${own.name}`]: { ...own, resolved: `file:${tarball}` } };
  const withOwn = { ...manifest, dependencies: { ...manifest.dependencies, ...ownDependency } };
  const root = { ...lock.packages[''], dependencies: withOwn.dependencies };
  writeJson(path.join(folder, 'package.json'), withOwn);
  writeJson(path.join(folder, 'package-lock.json'), {
    ...lock,
    packages: { ...lock.packages, '': root, ...ownPackage },
  });
  await run(folder, 'npm', ['ci', '--prefer-offline', ...QUIET]);
}

/** Writes the manifest of a locked project, and its lock file anew if the manifest has changed. */
export async function lock(name: string, manifest: Manifest): Promise<'changed' | 'unchanged'> {
  const folder = lockedFolder(name);
  const file = path.join(folder, 'package.json');
  const wanted = { private: true, ...manifest };
  if (fs.existsSync(file) && JSON.stringify(readJson(file)) === JSON.stringify(wanted)) return 'unchanged';
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  writeJson(file, wanted);
  // A lock file names content, not the address of the registry that it came from.
  const address = '--omit-lockfile-registry-resolved';
  await run(folder, 'npm', ['install', '--package-lock-only', address, ...QUIET]);
  return 'changed';
}
