import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { readCompactJwe } from '../../../lib/token/decryption/compact-jwe.ts';
import { parseDecryptionOptions } from '../../../lib/token/decryption/decryption-settings.ts';
import { openJwe } from '../../../lib/token/decryption/open-jwe.ts';

interface Example {
  readonly name: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly content: string;
}

const file = path.join(import.meta.dirname, 'rfc-examples.json');
const EXAMPLES = JSON.parse(fs.readFileSync(file, 'utf8')) as readonly Example[];

describe('the examples of the RFCs for encrypted content', () => {
  for (const { name, key, token, content } of EXAMPLES) {
    it(`decrypts the one of ${name}`, async () => {
      const settings = parseDecryptionOptions(
        {
          keys: [{ kid: 'the key of the RFC', ...key }],
          algorithms: ['RSA-OAEP'],
          encryption: ['A128GCM', 'A256GCM'],
        },
        'decryption',
      );
      const jwe = readCompactJwe(token, settings);
      if (typeof jwe === 'string') throw new Error(jwe);
      expect((await openJwe(jwe, settings.findKey))?.toString()).to.equal(content);
    });
  }
});
