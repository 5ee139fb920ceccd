import fs from 'node:fs';
import path from 'node:path';
import { layerFiles } from '../../scripts/layer/layer-files.ts';
import { type Bundled, bundle } from './bundle.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MODULES = 'node_modules';

/** How a function finds its packages: in its bundle, in `node_modules`, in the layer of `npm run layer`. */
export const PACKAGINGS = ['bundled', 'unbundled', 'layer'] as const;
export type Packaging = (typeof PACKAGINGS)[number];

/** Writes a function of this kind below `folder`, and returns its file. */
export async function packaged(contender: Bundled, packaging: Packaging, folder: string): Promise<string> {
  const own = path.join(folder, packaging);
  fs.mkdirSync(own, { recursive: true });
  if (packaging === 'bundled') return (await bundle(contender, own)).file;
  const modules = path.join(own, MODULES);
  if (!fs.existsSync(modules)) {
    if (packaging === 'layer') await writeLayer(modules);
    else linkPackages(modules);
  }
  return (await bundle(contender, own, 'external')).file;
}

/** The packages of this repository, and this package itself with its dist/. */
function linkPackages(modules: string): void {
  fs.mkdirSync(modules);
  const installed = path.join(ROOT, MODULES);
  for (const name of fs.readdirSync(installed).filter((entry) => !entry.startsWith('.')))
    fs.symlinkSync(path.join(installed, name), path.join(modules, name));
  fs.symlinkSync(ROOT, path.join(modules, 'middy-auth0-authorizer'));
}

async function writeLayer(modules: string): Promise<void> {
  for (const [name, content] of await layerFiles(ROOT)) {
    const file = path.join(modules, name.slice(`nodejs/${MODULES}/`.length));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}
