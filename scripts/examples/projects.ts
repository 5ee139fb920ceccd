import fs from 'node:fs';
import path from 'node:path';
import { run } from './run.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLES = path.join(ROOT, 'examples');

/** What building and deploying an example leaves behind. */
const GENERATED = /^(?:node_modules|build|cdk\.out|\.serverless|package-lock\.json|layer\.zip)$/;

/** A copy of an example with its dependencies, outside the repository. */
export interface Project {
  readonly name: string;
  readonly folder: string;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Names of the folders in examples/. */
export function exampleNames(): readonly string[] {
  const entries = fs.readdirSync(EXAMPLES, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The path of an example in the repository. */
export function sourceOf(name: string): string {
  return path.join(EXAMPLES, name);
}

/** Packs the package as `npm publish` does. Returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const output = await run(ROOT, 'npm', ['pack', '--json', '--pack-destination', folder]);
  // The scripts of the package print to the same stream, before the JSON.
  const [{ filename }] = JSON.parse(output.slice(output.search(/^\[/m))) as [{ filename: string }];
  return path.join(folder, filename);
}

/**
 * Copies examples into a scratch folder and installs what they depend on, with the tarball as this package. Examples
 * with the same dependencies share one installation, a folder above theirs.
 */
export async function install(
  names: readonly string[],
  tarball: string,
  scratch: string,
): Promise<readonly Project[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = JSON.stringify(dependenciesOf(name));
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const projects: Project[] = [];
  for (const [dependencies, group] of groups) {
    const shared = path.join(scratch, `installation-${projects.length}`);
    fs.mkdirSync(shared);
    for (const name of group) projects.push({ name, folder: copyOf(name, shared) });
    const manifest = { ...JSON.parse(dependencies), 'middy-auth0-authorizer': `file:${tarball}` };
    fs.writeFileSync(
      path.join(shared, 'package.json'),
      JSON.stringify({ private: true, dependencies: manifest }),
    );
    await run(shared, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund']);
  }
  return projects;
}

function copyOf(name: string, parent: string): string {
  const folder = path.join(parent, name);
  const filter = (source: string) => !GENERATED.test(path.basename(source));
  fs.cpSync(sourceOf(name), folder, { recursive: true, filter });
  return folder;
}

function dependenciesOf(name: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(fs.readFileSync(path.join(sourceOf(name), 'package.json'), 'utf8')) as Manifest;
  return { ...manifest.dependencies, ...manifest.devDependencies };
}
