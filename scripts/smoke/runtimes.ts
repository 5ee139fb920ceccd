import fs from 'node:fs';
import path from 'node:path';
import { installLocked } from '../locked/locked.ts';

/** A runtime, and the command that runs a file under it. */
export interface Runtime {
  readonly name: string;
  readonly command: readonly string[];
}

const NAMES = ['node-22', 'node-24', 'node-26', 'bun', 'deno'];

/** Permissions of the program: its files, the environment and loopback. */
const DENO = ['run', '--node-modules-dir=manual', '--allow-read', '--allow-env', '--allow-net=127.0.0.1'];

/**
 * The runtimes of scripts/locked/runtimes that this platform has.
 *
 * @param folder - where they are installed. Without it they are installed into `scratch`.
 */
export async function installedRuntimes(
  [folder]: readonly string[],
  scratch: string,
): Promise<readonly Runtime[]> {
  const place = folder ?? path.join(scratch, 'runtimes');
  if (folder === undefined) await installLocked('runtimes', place);
  return NAMES.flatMap((name) => {
    const file = executable(path.resolve(place, 'node_modules'), name);
    if (file !== null) return [{ name, command: name === 'deno' ? [file, ...DENO] : [file] }];
    console.log(`  skipped: ${name} is not installed on ${process.platform} ${process.arch}`);
    return [];
  });
}

/** The executable of a runtime. The packages `bun` and `deno` find it with an install script, which does not run. */
function executable(modules: string, name: string): string | null {
  const { platform, arch } = process;
  const places: Readonly<Record<string, string>> = {
    bun: `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}/bin/bun`,
    deno: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}/deno`,
  };
  const file = path.join(modules, places[name] ?? `${name}-${platform}-${arch}/bin/node`);
  return fs.existsSync(file) ? file : null;
}
