import fs from 'node:fs';
import path from 'node:path';
import { installLocked } from '../locked/locked.ts';
import { exampleGroups, sourceOf } from './groups.ts';
import { run } from './run.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What building and deploying an example leaves behind. */
const GENERATED = /^(?:node_modules|build|cdk\.out|\.serverless|package-lock\.json|layer\.zip)$/;

/** A copy of an example with its dependencies, outside the repository. */
export interface Project {
  readonly name: string;
  readonly folder: string;
}

/** Packs the package as `npm publish` does. Returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const output = await run(ROOT, 'npm', ['pack', '--json', '--pack-destination', folder]);
  // The scripts of the package print to the same stream, before the JSON.
  const [{ filename }] = JSON.parse(output.slice(output.search(/^\[/m))) as [{ filename: string }];
  return path.join(folder, filename);
}

/**
 * Copies examples into a scratch folder and installs what their lock files name, with the tarball as this package.
 * Examples with the same dependencies share one installation, a folder above theirs.
 */
export async function install(
  names: readonly string[],
  tarball: string,
  scratch: string,
): Promise<readonly Project[]> {
  const projects: Project[] = [];
  for (const group of exampleGroups()) {
    const wanted = group.names.filter((name) => names.includes(name));
    if (wanted.length === 0) continue;
    const shared = path.join(scratch, group.lock);
    await installLocked(group.lock, shared, tarball);
    for (const name of wanted) projects.push({ name, folder: copyOf(name, shared) });
  }
  return projects;
}

function copyOf(name: string, parent: string): string {
  const folder = path.join(parent, name);
  const filter = (source: string) => !GENERATED.test(path.basename(source));
  fs.cpSync(sourceOf(name), folder, { recursive: true, filter });
  return folder;
}
