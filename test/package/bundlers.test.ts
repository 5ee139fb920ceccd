import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createTestIssuer, restTokenEvent } from '../../lib/testing.ts';
import { installedPackage, run } from './packed.ts';

/** The bundlers, and the file that each writes for an entry named `handler`. */
const BUNDLERS = {
  'esbuild, ES module': 'handler.mjs',
  'esbuild, ES module with splitting': 'handler.mjs',
  'esbuild, CommonJS': 'handler.cjs',
  rollup: 'handler.mjs',
  webpack: 'handler.mjs',
  Vite: 'handler.mjs',
  tsup: 'handler.mjs',
} as const;

describe('a function that bundles the package', function () {
  this.timeout(240_000);
  let project: string;
  const issuer = createTestIssuer();

  before(async () => {
    ({ project } = await installedPackage());
  });

  /** Deploys the entry file alone, and has it answer one event in a process of its own. */
  async function deployed(file: string): Promise<readonly Record<string, unknown>[]> {
    const folder = fs.mkdtempSync(path.join(project, '../deployed-'));
    const entry = path.join(folder, path.basename(file));
    fs.copyFileSync(file, entry);
    const env = {
      HANDLER: entry,
      AUTHORIZER_OPTIONS: JSON.stringify(issuer.options),
      EVENT: JSON.stringify(restTokenEvent({ token: issuer.token() })),
      POWERTOOLS_SERVICE_NAME: 'orders',
    };
    const output = await run(process.execPath, [path.join(project, 'invoke.mjs')], { cwd: folder, env });
    return output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  for (const [bundler, file] of Object.entries(BUNDLERS)) {
    it(`is one file that decides and logs without any other, bundled by ${bundler}`, async () => {
      const folder = fs.mkdtempSync(path.join(project, '../bundled-'));
      const script = path.join(import.meta.dirname, 'bundlers/bundle.ts');
      const args = ['--no-warnings', script, bundler, path.join(project, 'handler.js'), folder];
      await run(process.execPath, args, { cwd: project });
      const files = fs.readdirSync(folder, { recursive: true }).map(String);
      expect(files.filter((name) => /\.[cm]?js$/.test(name))).to.deep.equal([file]);

      const [line, { answer }] = (await deployed(path.join(folder, file))) as [
        Record<string, unknown>,
        Record<string, unknown>,
      ];
      expect(answer).to.include({ principalId: 'auth0|test' });
      expect(line).to.include({ level: 'INFO', message: 'authorizer decision', service: 'orders' });
      expect(line).to.include({ decision: 'allow', coldStart: true, sampling_rate: 0 });
    });
  }
});
