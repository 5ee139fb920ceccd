import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { PROJECTS } from '../../lib/cli/init/projects.ts';
import { entryPointsOf } from '../../scripts/build/entry-points.ts';
import { pages } from '../../scripts/docs/documents.ts';
import { compileErrors, installedPackage, type PackedTarball, run } from './packed.ts';

const MODES: Readonly<Record<string, readonly string[]>> = {
  nodenext: ['--module', 'nodenext', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

describe('the packed package', function () {
  this.timeout(240_000);
  let tarball: PackedTarball;
  let project: string;

  before(async () => {
    ({ tarball, project } = await installedPackage());
  });

  const inPackage = (file: string) => path.join(project, 'node_modules/middy-auth0-authorizer', file);

  const runConsumer = async (file: string): Promise<Record<string, unknown>> =>
    JSON.parse(await run(process.execPath, ['--no-warnings', file], { cwd: project }));

  /** Whether a file only exports what another one contains, as index.js does with shared.js. It has no source map. */
  const onlyExports = (file: string): boolean =>
    fs
      .readFileSync(inPackage(file), 'utf8')
      .split('\n')
      .every((line) => /^(?:(?:import|export) .*)?$/.test(line));

  it('contains what users need to use, debug and judge it, and nothing else', () => {
    const outside = tarball.files.filter((file) => !/^(?:dist|lib|docs|examples)\//.test(file));
    expect(outside).to.have.members([
      ...['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'llms.txt'],
    ]);
    expect(tarball.files.filter((file) => file.startsWith('docs/'))).to.have.members([...pages()]);
    const sources = tarball.files.filter((file) => /^lib\/.*\.ts$/.test(file));
    // The page of `explore` is built into the command line.
    const modules = sources
      .filter((file) => !file.startsWith('lib/exploring/page/'))
      .map((file) => file.slice('lib/'.length, -'.ts'.length));
    const bundles = ['shared', 'tools', ...Object.keys(entryPointsOf(inPackage('.')))];
    expect(tarball.files.filter((file) => file.startsWith('dist/'))).to.have.members([
      ...bundles.map((name) => `dist/${name}.js`),
      ...bundles.filter((name) => !onlyExports(`dist/${name}.js`)).map((name) => `dist/${name}.js.map`),
      ...modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.d.ts.map`]),
      'dist/third-party-licenses.txt',
    ]);
  });

  it('contains the examples that init writes projects from', async () => {
    const examples = tarball.files.filter((file) => file.startsWith('examples/'));
    const folders = new Set(examples.map((file) => file.split('/')[1]));
    expect([...folders]).to.have.members(PROJECTS.map(({ example }) => example));
    for (const { example, deployer, gateway } of PROJECTS) {
      const folder = path.join(project, 'new', example);
      const trust = ['--domain', 'tenant.eu.auth0.com', '--audience', 'x', '--json'];
      const args = ['init', folder, '--deployer', deployer, '--gateway', gateway, ...trust];
      const written = await run(process.execPath, [inPackage('dist/cli/main.js'), ...args], { cwd: project });
      const { files } = JSON.parse(written) as { files: string[] };
      expect(files.map((file) => `examples/${example}/${file}`)).to.have.members([
        // npm would leave it out of the package.
        `examples/${example}/.gitignore`,
        ...examples.filter((file) => file.startsWith(`examples/${example}/`)),
      ]);
    }
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
    expect(tarball.size).to.be.below(1_500_000);
    expect(tarball.unpackedSize).to.be.below(5_500_000);
  });

  it('is written in ASCII, which V8 reads twice as fast as a file with one other character', () => {
    for (const file of tarball.files.filter((name) => /^dist\/.*\.js$/.test(name))) {
      expect(fs.readFileSync(inPackage(file), 'latin1'), file).to.match(/^[\0-\x7f]*$/);
    }
  });

  it('has source maps that lead to the sources in the package', () => {
    for (const map of tarball.files.filter((file) => /^dist\/.*\.map$/.test(file))) {
      const { sources } = JSON.parse(fs.readFileSync(inPackage(map), 'utf8')) as { sources: string[] };
      expect(sources, map).not.to.be.empty;
      expect(tarball.files).to.include.members(
        sources.map((source) => path.posix.join(path.posix.dirname(map), source)),
      );
    }
  });

  it('shows functions by their names in stack traces, and their lines in lib/ with --enable-source-maps', async () => {
    const script =
      "import { auth0Authorizer } from 'middy-auth0-authorizer'; try { auth0Authorizer({ audience: 1 }) } catch ({ stack }) { console.log(stack) }";
    const stackOf = (...options: string[]) =>
      run(process.execPath, [...options, '--input-type=module', '--eval', script], { cwd: project });
    expect(await stackOf()).to.match(/ at auth0Authorizer \(\S+\/dist\/(?:index|shared)\.js:\d+:\d+\)/);
    const frame = / at (?:new )?auth0Authorizer \((?<file>\S+\/lib\/\S+\.ts):(?<line>\d+):\d+\)/;
    const { file = '', line = '' } = frame.exec(await stackOf('--enable-source-maps'))?.groups ?? {};
    expect(fs.readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).to.include('parse');
  });

  it('leaves out of a bundle what the user does not import', async () => {
    const sizeOf = async (contents: string) => {
      const stdin = { contents, resolveDir: project };
      const built = await build({
        stdin,
        bundle: true,
        minify: true,
        write: false,
        logLevel: 'error',
        format: 'esm',
        platform: 'node',
      });
      return (built.outputFiles[0] as { contents: Uint8Array }).contents.length;
    };
    const from = (names: string) => `export { ${names} } from 'middy-auth0-authorizer';`;
    expect(await sizeOf("import 'middy-auth0-authorizer';")).to.equal(0);
    expect(await sizeOf(from('REFUSALS, Forbidden'))).to.be.below(8500);
    expect(await sizeOf(from('evaluatePolicy'))).to.be.below(6000);
    expect(await sizeOf(from('headerParser'))).to.be.below(36_000);
    expect(await sizeOf(from('headerParser, auth0JwtVerifier'))).to.be.below(85_000);
  });

  it('loads nothing for an authorizer that only tests, tools and deployments use', () => {
    const imported = (file: string) =>
      [...fs.readFileSync(inPackage(file), 'utf8').matchAll(/^(?:import|export) .*"(?<name>[^"]+)";$/gm)].map(
        ({ groups }) => groups?.['name'],
      );
    expect(new Set(imported('dist/index.js'))).to.deep.equal(new Set(['./shared.js']));
    expect(imported('dist/decryption.js')).to.deep.equal(['./shared.js']);
    expect(imported('dist/shared.js').filter((name) => !/^node:/.test(name ?? ''))).to.deep.equal([]);
  });

  it('has a backend entry point that is tiny, and imports nothing', async () => {
    const stdin = { contents: "export * from 'middy-auth0-authorizer/backend';", resolveDir: project };
    const options = { stdin, bundle: true, minify: true, write: false, metafile: true } as const;
    const built = await build({ ...options, format: 'esm', platform: 'node', logLevel: 'error' });
    const inputs = Object.keys(built.metafile.inputs).filter((input) => input.includes('node_modules'));
    expect(inputs).to.satisfy(
      (files: string[]) => files.length === 1 && files[0]?.endsWith('dist/backend.js'),
    );
    expect((built.outputFiles[0] as { contents: Uint8Array }).contents.length).to.be.below(2000);
  });

  it('imports nothing on demand: a bundler would write a second file for it', () => {
    // The command line loads the user's module. Nobody bundles it.
    const built = tarball.files.filter((file) => /^dist\/(?!cli\/).*\.js$/.test(file));
    const onDemand = built.filter((file) => /\bimport\(/.test(fs.readFileSync(inPackage(file), 'utf8')));
    expect(onDemand).to.deep.equal([]);
  });

  it('names the packages whose code it contains, with their licences', () => {
    const text = fs.readFileSync(inPackage('dist/third-party-licenses.txt'), 'utf8');
    for (const name of ['@aws-lambda-powertools/logger', '@aws-lambda-powertools/commons'])
      expect(text).to.match(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\nLicense: MIT-0$`, 'm'));
    expect(text).to.match(/^@aws\/lambda-invoke-store [\d.]+\nLicense: Apache-2\.0$/m);
    expect(text).to.include('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  });

  for (const [mode, options] of Object.entries(MODES)) {
    it(`compiles for a strict TypeScript user in ${mode} mode`, async () => {
      expect(await compileErrors(project, 'compiles.ts', options)).to.deep.equal([]);
    });

    it(`refuses misuse at compile time in ${mode} mode`, async () => {
      expect(await compileErrors(project, 'must-not-compile.ts', options)).to.deep.equal([]);
    });
  }

  it('compiles in node10 mode, with TypeScript 5: version 7 has no such mode', async () => {
    const options = ['--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop'];
    const compiler = 'typescript-api/bin/tsc';
    expect(await compileErrors(project, 'compiles.ts', options, compiler)).to.deep.equal([]);
  });

  it('has types in node10 mode for every entry point', () => {
    const manifest = fs.readFileSync(inPackage('package.json'), 'utf8');
    const { exports, types, typesVersions } = JSON.parse(manifest) as {
      exports: Record<string, string | { types: string }>;
      types: string;
      typesVersions: { '*': Record<string, string[]> };
    };
    const listed = Object.entries({ '': [types], ...typesVersions['*'] }).map(([name, [file]]) => [
      name === '' ? '.' : `./${name}`,
      file,
    ]);
    const exported = Object.entries(exports).flatMap(([name, target]) =>
      typeof target === 'string' ? [] : [[name, target.types]],
    );
    expect(listed).to.have.deep.members(exported);
  });

  it('reports each misuse as a compile error', async () => {
    const misuse = fs.readFileSync(`${project}/must-not-compile.ts`, 'utf8');
    const expected = misuse.match(/^ *\/\/ @ts-expect-error/gm)?.length ?? 0;
    fs.writeFileSync(`${project}/misuse.ts`, misuse.replaceAll('@ts-expect-error', ''));
    const errors = await compileErrors(project, 'misuse.ts', MODES['nodenext'] ?? []);
    expect(errors)
      .to.have.length(expected)
      .and.satisfy(() => expected > 0);
  });

  it('fails with the codes of docs/12 where require() of ES modules is off, as in Lambda', async () => {
    const required = async (name: string) => {
      const code = `try { require('${name}'); } catch ({ code }) { console.log(code); }`;
      const args = ['--no-experimental-require-module', '--input-type=commonjs', '--eval', code];
      return (await run(process.execPath, args, { cwd: project })).trim();
    };
    const page = fs.readFileSync(inPackage('docs/12-troubleshooting.md'), 'utf8');
    for (const name of ['middy-auth0-authorizer', '@middy/core']) {
      expect(page).to.include(`\`${await required(name)}\``);
    }
    expect(await required('middy-auth0-authorizer')).to.equal('ERR_REQUIRE_ESM');
  });

  it('answers events of plain JavaScript users: allowed, forbidden, expired and foreign tokens', async () => {
    const answers = await runConsumer('consumer.mjs');
    // The handler adds to the answer, which then covers its own request alone.
    const arn = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/orders';
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

  it('is a construct for a CDK app in TypeScript that compiles to CommonJS', async () => {
    const packages = path.join(project, 'node_modules');
    fs.mkdirSync(path.join(packages, '.bin'), { recursive: true });
    // The CDK finds esbuild in the folder of commands.
    for (const name of ['aws-cdk-lib', 'constructs', '.bin/esbuild']) {
      fs.symlinkSync(path.join(import.meta.dirname, '../../node_modules', name), path.join(packages, name));
    }
    const options = ['--module', 'nodenext', '--skipLibCheck', '--outDir', '.', '--noEmit', 'false'];
    expect(await compileErrors(project, 'cdk-app.cts', options)).to.deep.equal([]);
    const { authorizers, responses, expected, bundles } = await runConsumer('cdk-app.cjs');
    expect(authorizers).to.have.length(1);
    expect((authorizers as object[])[0]).to.include({
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: 'method.request.header.Authorization,context.identity.sourceIp',
    });
    expect(responses).to.equal(expected);
    expect(bundles).to.have.length(1);
    expect((bundles as string[])[0]).to.include('authorizer decision');
  });
});
