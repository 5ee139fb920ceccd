/**
 * npm run layer [-- FILE]
 *
 * Writes a Lambda layer with this package, Middy and what they import at run time: `layer.zip` by default. Expects a
 * built dist/.
 */
import fs from 'node:fs';
import path from 'node:path';
import { layerFiles } from './layer/layer-files.ts';
import { zipOf } from './layer/zip.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

const [file = 'layer.zip'] = process.argv.slice(2);
const zip = zipOf(await layerFiles(ROOT));
fs.writeFileSync(file, zip);
console.log(`${file}: ${zip.length.toLocaleString('en')} bytes`);
