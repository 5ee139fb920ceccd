import fs from 'node:fs';
import path from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/**
 * Returns name, version and licence of each package that one of the files belongs to, with the text of the licence if
 * the package has one.
 */
export function thirdPartyLicenses(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
  const notices = [...folders].toSorted().map((folder) => {
    const manifest = fs.readFileSync(path.join(folder, 'package.json'), 'utf8');
    const { name, version, license } = JSON.parse(manifest) as Manifest;
    const text = path.join(folder, 'LICENSE');
    const head = `${name} ${version}\nLicense: ${license}\nhttps://www.npmjs.com/package/${name}\n`;
    return fs.existsSync(text) ? `${head}\n${fs.readFileSync(text, 'utf8').trim()}\n` : head;
  });
  return `The files of this folder contain code of these packages.\n\n${notices.join('\n---\n\n')}`;
}
