import fs from 'node:fs';
import path from 'node:path';
import { exampleGroups } from '../examples/groups.ts';
import type { Manifest } from './locked.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The runtimes that the suite, or the smoke test, runs under. */
const NODES = { 'node-22': '22.23.3', 'node-24': '24.21.0', 'node-26': '26.10.0' };
const PLATFORMS = ['linux-x64', 'linux-arm64'];

/** npm installs those of the machine's platform alone: each names its platform. */
function nodePackages(): Readonly<Record<string, string>> {
  const entries = Object.entries(NODES).flatMap(([name, version]) =>
    PLATFORMS.map((platform) => [`${name}-${platform}`, `npm:node-${platform}@${version}`]),
  );
  return Object.fromEntries(entries);
}

/** All that is installed outside the repository's own node_modules, by the name of its folder in scripts/locked/. */
export function lockedProjects(): Readonly<Record<string, Manifest>> {
  const examples = exampleGroups().map(({ lock, dependencies }) => [
    lock,
    { dependencies: { ...ownDependencies(), ...dependencies } },
  ]);
  return {
    runtimes: { dependencies: { bun: '1.4.5', deno: '2.9.6' }, optionalDependencies: nodePackages() },
    'runtime-client': { dependencies: { 'aws-lambda-ric': '4.0.2' } },
    'example-tools': {
      dependencies: {
        // AWS's own validator with the schemas of all resource types, as WebAssembly.
        '@aws/cloudformation-validate': '1.9.0-beta',
        // The resource types of SAM, which the validator does not look into.
        '@aws-cdk/aws-service-spec': '0.1.216',
        // HashiCorp's parser and formatter of HCL, as WebAssembly.
        '@cdktn/hcl2json': '0.24.0',
        '@cdktn/hcl-tools': '0.24.0',
      },
    },
    // What `cdk init` installs beside the CDK.
    'cdk-init': {
      dependencies: {
        '@swc/core': '1.16.22',
        '@swc/jest': '0.2.39',
        '@types/jest': '30.0.0',
        jest: '30.5.2',
        tsx: '4.23.15',
      },
    },
    'user-of-middy-6': userOf('middy-core-6'),
    'user-of-middy-7': userOf('@middy/core'),
    ...Object.fromEntries(examples),
  };
}

/** A project of a user: Middy and the types of Node.js, as this repository has them. */
function userOf(middy: string): Manifest {
  const dependencies = { '@middy/core': versionOf(middy), '@types/node': versionOf('@types/node') };
  return { dependencies: { ...ownDependencies(), ...dependencies } };
}

function versionOf(name: string): string {
  const file = path.join(ROOT, 'package-lock.json');
  const { packages } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  return packages[`node_modules/${name}`]?.version ?? '';
}

/** What this package depends on, so that an installation of its tarball needs nothing else. */
function ownDependencies(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
  return dependencies ?? {};
}
