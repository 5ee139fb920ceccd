import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readDocuments } from '../../lib/checking/documents/read-document.ts';

describe('readDocuments', () => {
  it('reads JSON and YAML behind a byte order mark', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bom-'));
    try {
      for (const [name, text] of [
        ['a.json', '{"openapi":"3.0.3"}'],
        ['a.yaml', 'openapi: 3.0.3'],
      ] as const) {
        const file = path.join(folder, name);
        fs.writeFileSync(file, `\uFEFF${text}`);
        const [document] = await readDocuments(file);
        expect(document?.root).to.deep.equal({ openapi: '3.0.3' });
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
