import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DocumentPackage } from './documents.ts';

/** Downloads stay here from run to run. */
const CACHE = path.join(os.tmpdir(), 'middy-auth0-authorizer-openapi');

/**
 * Returns the folder of a package that npm has downloaded and unpacked. Nothing in it is run.
 *
 * @throws {Error} if the package is not the one whose documents were measured
 */
export function fetched({ name, version, integrity }: DocumentPackage): string {
  const folder = path.join(CACHE, `${name.replaceAll(/[@/]/g, '_')}-${version}`);
  const tarball = `${folder}.tgz`;
  fs.mkdirSync(CACHE, { recursive: true });
  if (!fs.existsSync(tarball)) {
    const packed = execFileSync(
      'npm',
      ['pack', `${name}@${version}`, '--json', '--pack-destination', CACHE],
      {
        encoding: 'utf8',
      },
    );
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    fs.renameSync(path.join(CACHE, path.basename(filename)), tarball);
  }
  const found = `sha512-${createHash('sha512').update(fs.readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${tarball} is not ${name}@${version}: its integrity is ${found}`);
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(folder);
    execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  }
  return folder;
}
