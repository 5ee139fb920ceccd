import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { check } from '../../lib/checking/check.ts';
import { readDocuments } from '../../lib/checking/documents/read-document.ts';
import { loadOptions } from '../../lib/cli/options-module.ts';
import { type AuthorizerOptions, identitySources } from '../../lib/index.ts';
import { memoryStore } from '../support/memory-store.ts';
import { IS_FULL } from '../support/property-runs.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

const optionsOf = (name: string, module = 'options.ts') => loadOptions(path.join(EXAMPLES, name, module));

type Option = '--template' | '--terraform-plan';

/** Findings for the documents of an example, as text. */
async function findingsOf(options: AuthorizerOptions, file: string, option: Option = '--template') {
  const documents = (await readDocuments(file)).map((document) => ({ document, option }));
  const assumptions = { authorizer: null, open: new Set<string>() };
  const { findings, checked } = check({
    file: 'options.ts',
    options,
    environment: {},
    documents,
    assumptions,
  });
  expect(checked, 'the number of APIs').to.have.length(1);
  return findings.map(({ code, place, problem }) => `${code} ${place.path}: ${problem}`);
}

describe('check of the examples', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'check-examples-'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [name, module] of [
    ['sam', 'options.ts'],
    ['layer', 'src/options.mjs'],
  ] as const) {
    it(`finds nothing in ${name}`, async () => {
      const options = await optionsOf(name, module);
      expect(await findingsOf(options, path.join(EXAMPLES, name, 'template.yaml'))).to.deep.equal([]);
    });
  }

  it('finds nothing in revocation, whose options need a table', async () => {
    const options: AuthorizerOptions = {
      routes: { 'GET /orders': { scopes: ['read:orders'] }, 'POST /orders': { scopes: ['write:orders'] } },
      undeclared: 'absent',
      revocations: { store: memoryStore({ now: () => 0 }) },
    };
    expect(await findingsOf(options, path.join(EXAMPLES, 'revocation/template.yaml'))).to.deep.equal([]);
  });

  for (const name of ['serverless.yml', 'serverless.v4.yml']) {
    it(`finds nothing in ${name} with what its build writes, and says what is undecided without`, async () => {
      const serverless = await optionsOf('serverless');
      const file = path.join(folder, name);
      fs.copyFileSync(path.join(EXAMPLES, 'serverless', name), file);
      expect(await findingsOf(serverless, file)).to.satisfy(
        (findings: string[]) =>
          findings.length === 2 && findings.every((text) => /^undecided .*build\/api\.json/.test(text)),
      );
      const advice = identitySources(serverless, 'http-api-2.0');
      fs.mkdirSync(path.join(folder, 'build'));
      fs.writeFileSync(path.join(folder, 'build/api.json'), JSON.stringify({ ...advice, ttl: 300 }));
      expect(await findingsOf(serverless, file)).to.deep.equal([]);
      fs.rmSync(path.join(folder, 'build'), { recursive: true });
    });
  }

  it('finds nothing in the plan of terraform', async () => {
    const file = path.join(import.meta.dirname, 'fixtures/terraform-plan.json');
    expect(await findingsOf(await optionsOf('terraform'), file, '--terraform-plan')).to.deep.equal([]);
  });

  it('finds nothing in those that the CDK synthesizes', async function () {
    // The CDK takes 5 seconds.
    if (!IS_FULL) this.skip();
    const apps = ['cdk-rest', 'cdk-http-api', 'websocket', 'appsync'];
    const script = path.join(import.meta.dirname, 'support/synthesize.ts');
    const { status, stderr } = spawnSync(process.execPath, [script, folder, ...apps], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    for (const name of apps) {
      expect(await findingsOf(await optionsOf(name), path.join(folder, name)), name).to.deep.equal([]);
    }
  });
});
