// `npm run docs` rewrites the generated tables of the README and of docs/.
import fs from 'node:fs';
import path from 'node:path';
import { documents, markdownOf } from './docs/documents.ts';
import { withGeneratedSections } from './docs/generated.ts';
import { PROOF_PAGE, proofPage } from './docs/proof-report.ts';
import { ROOT } from './docs/type-reader.ts';

const report = await proofPage();
if (!fs.existsSync(path.join(ROOT, PROOF_PAGE)) || markdownOf(PROOF_PAGE) !== report) {
  fs.writeFileSync(path.join(ROOT, PROOF_PAGE), report);
  console.log(`${PROOF_PAGE}: rewritten`);
}

for (const document of documents()) {
  const before = markdownOf(document);
  const after = withGeneratedSections(before);
  if (after === before) continue;
  fs.writeFileSync(path.join(ROOT, document), after);
  console.log(`${document}: tables rewritten`);
}
console.log('all generated tables are up to date');
