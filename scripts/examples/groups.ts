import fs from 'node:fs';
import path from 'node:path';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Examples with the same dependencies. They share one installation. */
export interface ExampleGroup {
  readonly names: readonly string[];
  /** All but this package. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The folder of its lock file in scripts/locked/. */
  readonly lock: string;
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

export function exampleGroups(): readonly ExampleGroup[] {
  const groups = new Map<string, string[]>();
  for (const name of exampleNames()) {
    const key = JSON.stringify(dependenciesOf(name));
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].map(([key, names]) => ({
    names,
    dependencies: JSON.parse(key) as ExampleGroup['dependencies'],
    lock: `example-${names[0]}`,
  }));
}

function dependenciesOf(name: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(fs.readFileSync(path.join(sourceOf(name), 'package.json'), 'utf8')) as Manifest;
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  return Object.fromEntries(all.filter(([dependency]) => dependency !== 'middy-auth0-authorizer'));
}
