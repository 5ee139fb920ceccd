// `npm run docs` writes the generated tables of README.md anew.
import fs from 'node:fs';
import path from 'node:path';
import { withGeneratedSections } from './docs/generated.ts';
import { ROOT } from './docs/type-reader.ts';

const readme = path.join(ROOT, 'README.md');
const before = fs.readFileSync(readme, 'utf8');
const after = withGeneratedSections(before);
if (after === before) {
  console.log('README.md is up to date');
} else {
  fs.writeFileSync(readme, after);
  console.log('README.md: tables written anew');
}
