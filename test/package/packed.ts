import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { installLocked } from '../../scripts/locked/locked.ts';
import { MIDDY_MAJOR } from '../support/middy.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SOURCES = [
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'lib', 'docs', 'examples', 'scripts'],
  ...['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'llms.txt'],
];

/** The report of `npm pack` about a tarball. */
export interface PackedTarball {
  readonly file: string;
  /** Bytes of the tarball, and of what it unpacks to. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly string[];
}

/** The tarball, and a project in an empty folder in which it is installed beside Middy. */
export interface InstalledPackage {
  /** The copy of the repository that the tarball was made of, with dist/. */
  readonly copy: string;
  readonly tarball: PackedTarball;
  readonly project: string;
}

let installed: Promise<InstalledPackage> | undefined;

/** Packs and installs once for all test files; the folder goes when the process ends. */
export function installedPackage(): Promise<InstalledPackage> {
  installed ??= packAndInstall();
  return installed;
}

async function packAndInstall(): Promise<InstalledPackage> {
  const folder = temporaryFolder();
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const tarball = await pack(folder);
  return { copy: path.join(folder, 'copy'), tarball, project: await install(tarball.file, folder) };
}

/** Packs the package as `npm publish` does, from a copy: parallel runs must not share `dist/`. */
async function pack(folder: string): Promise<PackedTarball> {
  const copy = path.join(folder, 'copy');
  fs.mkdirSync(copy);
  for (const name of SOURCES) fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  const out = await npm(copy, ['pack', '--json', '--pack-destination', folder]);
  // Since npm 11 the scripts of a package may print to the same stream, before the JSON.
  const [report] = JSON.parse(out.slice(out.search(/^\[/m))) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  return {
    file: path.join(folder, report.filename),
    size: report.size,
    unpackedSize: report.unpackedSize,
    files: report.files.map((file) => file.path),
  };
}

/** Installs a tarball beside Middy in an empty folder. */
async function install(tarball: string, folder: string): Promise<string> {
  const project = path.join(folder, 'project');
  await installLocked(`user-of-middy-${MIDDY_MAJOR}`, project, tarball);
  const manifest = path.join(project, 'package.json');
  const installedManifest = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  fs.writeFileSync(manifest, JSON.stringify({ ...installedManifest, type: 'module' }));
  fs.cpSync(path.join(import.meta.dirname, 'fixtures'), project, { recursive: true });
  return project;
}

/** Runs npm without the variables that the npm which runs the tests added to the environment. */
export function npm(cwd: string, args: readonly string[]): Promise<string> {
  const inherited = /^(?:npm_(?!config_)|npm_config_local_prefix$|INIT_CWD$)/;
  const env = Object.fromEntries(
    Object.entries(cleanEnvironment()).filter(([name]) => !inherited.test(name)),
  );
  return run('npm', args, { cwd, env });
}

/** The environment without the parent's coverage setting, which would cover the wrong files. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  return env;
}

/** @returns what the command wrote to its standard output */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const settings = { env: cleanEnvironment(), maxBuffer: 10_000_000, ...options };
  const { stdout } = await promisify(execFile)(command, args, settings).catch((error) => {
    throw new Error(`${command} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

/** A folder outside the repository. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
}

/**
 * Compiles one file of a project with the repository's compiler, and checks our declarations with it.
 *
 * @param compiler - its script, in node_modules/
 * @returns the errors, without those inside other packages (Middy 7 names a package that few install)
 */
export async function compileErrors(
  project: string,
  file: string,
  options: readonly string[],
  compiler = 'typescript/bin/tsc',
): Promise<readonly string[]> {
  const script = path.join(ROOT, 'node_modules', compiler);
  const shared = ['--noEmit', '--strict', '--target', 'es2023', '--types', 'node'];
  // TypeScript 7 refuses files beside a tsconfig.json without it, TypeScript 5 does not know it.
  if (compiler === 'typescript/bin/tsc') shared.push('--ignoreConfig');
  const args = [script, ...shared, '--pretty', 'false', ...options, file];
  const output = await run(process.execPath, args, { cwd: project }).catch((error: Error) => error.message);
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  return errors.filter((line) => !/^node_modules\/(?!middy-auth0-authorizer\/)/.test(line));
}
