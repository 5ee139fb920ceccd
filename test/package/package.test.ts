import fs from 'node:fs';
import { expect } from 'chai';
import { pages } from '../../scripts/docs/documents.ts';
import { compileErrors, install, type PackedTarball, pack, run, temporaryFolder } from './packed.ts';

const MODES: Readonly<Record<string, readonly string[]>> = {
  nodenext: ['--module', 'nodenext', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

describe('the packed package', function () {
  this.timeout(240_000);
  let folder: string;
  let tarball: PackedTarball;
  let project: string;

  before(async () => {
    folder = temporaryFolder();
    tarball = await pack(folder);
    project = await install(tarball.file, folder);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const runConsumer = async (file: string): Promise<Record<string, unknown>> =>
    JSON.parse(await run(process.execPath, ['--no-warnings', file], { cwd: project }));

  it('contains what users need to use, debug and judge it, and nothing else', () => {
    const outside = tarball.files.filter((file) => !/^(?:dist|lib|docs)\//.test(file));
    expect(outside).to.have.members([
      ...['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'llms.txt'],
    ]);
    expect(tarball.files.filter((file) => file.startsWith('docs/'))).to.have.members([...pages()]);
    const modules = tarball.files
      .filter((file) => /^lib\/.*\.ts$/.test(file))
      .map((file) => file.slice('lib/'.length, -'.ts'.length));
    const built = modules.flatMap((name) =>
      [`.js`, `.js.map`, `.d.ts`, `.d.ts.map`].map((end) => name + end),
    );
    expect(tarball.files.filter((file) => file.startsWith('dist/'))).to.have.members(
      built.map((file) => `dist/${file}`),
    );
  });

  it('contains every entry point and command that package.json names', () => {
    const { exports, bin = {} } = JSON.parse(
      fs.readFileSync(`${project}/node_modules/middy-auth0-authorizer/package.json`, 'utf8'),
    ) as { exports: Record<string, string | Record<string, string>>; bin?: Record<string, string> };
    const targets = [...Object.values(exports), bin].flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    expect(tarball.files).to.include.members(targets.map((target) => target.replace(/^\.\//, '')));
  });

  it('stays small', () => {
    // The pages of docs/ take about 31,000 bytes of it.
    expect(tarball.size).to.be.below(465_000);
    expect(tarball.unpackedSize).to.be.below(2_000_000);
  });

  it('has source maps that lead to the sources in the package', () => {
    const map = JSON.parse(
      fs.readFileSync(`${project}/node_modules/middy-auth0-authorizer/dist/rules/kinds/ip.js.map`, 'utf8'),
    );
    expect(map.sources).to.deep.equal(['../../../lib/rules/kinds/ip.ts']);
    expect(tarball.files).to.include('lib/rules/kinds/ip.ts');
  });

  for (const [mode, options] of Object.entries(MODES)) {
    it(`compiles for a strict TypeScript user in ${mode} mode`, async () => {
      expect(await compileErrors(project, 'compiles.ts', options)).to.deep.equal([]);
    });

    it(`refuses misuse at compile time in ${mode} mode`, async () => {
      expect(await compileErrors(project, 'must-not-compile.ts', options)).to.deep.equal([]);
    });
  }

  it('reports each misuse as a compile error', async () => {
    const misuse = fs.readFileSync(`${project}/must-not-compile.ts`, 'utf8');
    const expected = misuse.match(/^ *\/\/ @ts-expect-error/gm)?.length ?? 0;
    fs.writeFileSync(`${project}/misuse.ts`, misuse.replaceAll('@ts-expect-error', ''));
    const errors = await compileErrors(project, 'misuse.ts', MODES['nodenext'] ?? []);
    expect(errors)
      .to.have.length(expected)
      .and.satisfy(() => expected > 0);
  });

  it('answers events of plain JavaScript users: allowed, forbidden, expired and foreign tokens', async () => {
    const answers = await runConsumer('consumer.mjs');
    const arn = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/*';
    expect(answers['allowed']).to.deep.include({ principalId: 'auth0|1' });
    expect(JSON.stringify(answers['allowed'])).to.include('"Effect":"Allow"').and.include(arn);
    expect(answers['allowed']).to.have.nested.property('context.plan', 'gold');
    expect(JSON.stringify(answers['forbidden'])).to.include('"Effect":"Deny"');
    expect(answers['expired']).to.match(/: Unauthorized$/);
    expect(answers['foreign']).to.match(/: Unauthorized$/);
  });

  it('can be required from CommonJS', async () => {
    expect(await runConsumer('consumer.cjs')).to.deep.equal({ refused: 'audience', status: 401 });
  });
});
