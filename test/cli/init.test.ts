import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { PROJECTS } from '../../lib/cli/init/projects.ts';
import { main } from '../../lib/cli/main.ts';
import { optionsModule } from '../../lib/openapi/options-module.ts';
import { compilerArguments, folderWithPackage } from '../support/new-projects.ts';
import { IS_FULL } from '../support/property-runs.ts';

const TRUST = ['--domain', 'tenant.eu.auth0.com', '--audience', 'https://api.example.com/'];
const COMMAND_LINE = path.resolve(import.meta.dirname, '../../lib/cli/main.ts');
const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

describe('init, the command', function () {
  this.timeout(120_000);
  let root: string;
  let out = '';
  let err = '';

  before(() => {
    root = folderWithPackage();
  });
  after(() => fs.rmSync(root, { recursive: true }));

  const at = (...names: string[]) => path.join(root, ...names);
  const start = (input: PassThrough, args: readonly string[]) => {
    out = '';
    err = '';
    return main(
      args,
      { write: (text: string) => (out += text) },
      { write: (text: string) => (err += text) },
      input,
    );
  };
  const run = (...args: string[]) => start(new PassThrough().end() as PassThrough, args);
  /** Runs the command on a terminal on which the user types these lines. */
  const answer = (lines: string, ...args: string[]) => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    terminal.end(lines);
    return start(terminal, args);
  };

  describe('writes projects', () => {
    const nameOf = ({ deployer, gateway }: (typeof PROJECTS)[number]) => `${deployer}-${gateway}`;

    const written = new Map<string, { readonly files: readonly string[] }>();

    before(async () => {
      for (const project of PROJECTS) {
        const { deployer, gateway } = project;
        const args = ['--deployer', deployer, '--gateway', gateway, ...TRUST];
        expect(await run('init', at(nameOf(project)), ...args, '--json'), err).to.equal(0);
        written.set(nameOf(project), JSON.parse(out));
      }
    });

    it('that compile', () => {
      const { compilerOptions } = JSON.parse(fs.readFileSync(at('cdk-rest', 'tsconfig.json'), 'utf8'));
      const include = PROJECTS.map((project) => `${nameOf(project)}/*.ts`);
      // The types of the CDK take longer than all others. `npm run examples` compiles them too.
      const exclude = IS_FULL ? [] : ['*/app.ts'];
      fs.writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions, include, exclude }));
      const routes = {
        "GET /it's/{id}": { scopes: { all: ['a'], any: ["it's", 'c'] }, permissions: ['p'] },
        $default: { permissions: { any: ['a', 'b'], reportOnly: true } },
        'GET /none': { token: 'optional' },
      } as const;
      fs.writeFileSync(at('cdk-rest', 'from-openapi.ts'), optionsModule({ source: 'x', routes, open: [] }));
      const misuse = '// @ts-expect-error\nexport const options: AuthorizerOptions = { routes: 1 };\n';
      fs.writeFileSync(
        at('cdk-rest', 'misuse.ts'),
        `import type { AuthorizerOptions } from 'middy-auth0-authorizer';\n\n${misuse}`,
      );
      const { stdout } = spawnSync(process.execPath, compilerArguments(root), { encoding: 'utf8' });
      // The sources of this package are checked with its own settings. Users have declarations.
      const errors = stdout
        .split('\n')
        .filter((line) => /^\S+: error /.test(line) && !line.startsWith('lib/'));
      expect(errors).to.deep.equal([]);
      expect(stdout).not.to.match(/^error /m);
    });

    it('whose tests pass', () => {
      // The test of SAM reads the template in the current folder.
      const cwd = at('sam-rest');
      const tests = PROJECTS.map((project) => at(nameOf(project), 'authorizer.test.ts'));
      // Its name in Node 22 has the prefix.
      const isolation = process.version.startsWith('v22.')
        ? '--experimental-test-isolation'
        : '--test-isolation';
      const args = ['--test', `${isolation}=none`, 'template.test.ts', ...tests];
      const { stdout, status } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
      expect(status, stdout).to.equal(0);
      expect(stdout).to.match(/fail 0/);
    });

    for (const project of PROJECTS) {
      const { example, deployer } = project;
      const name = nameOf(project);

      it(`in which check finds nothing: ${name}`, async () => {
        const template = { sam: 'template.yaml', serverless: 'serverless.yml' }[deployer as string];
        if (deployer === 'serverless') {
          fs.mkdirSync(at(name, 'build'));
          expect(spawnSync(process.execPath, ['api.ts'], { cwd: at(name) }).status).to.equal(0);
        }
        const templates = template === undefined ? [] : ['--template', at(name, template)];
        expect(await run('check', at(name, 'options.ts'), ...templates, '--json'), err + out).to.equal(0);
        expect(JSON.parse(out).findings).to.deep.equal([]);
      });

      it(`of the files of examples/${example}, but for domain and audience: ${name}`, () => {
        const { files } = written.get(name) as { readonly files: readonly string[] };
        expect(files[0]).to.equal('.gitignore');
        for (const file of files.slice(1)) {
          const text = fs.readFileSync(at(name, file), 'utf8');
          const lines = new Set(fs.readFileSync(path.join(EXAMPLES, example, file), 'utf8').split('\n'));
          const added = text.split('\n').filter((line) => !lines.has(line));
          expect(
            added.filter((line) => !line.includes("lambda('authorizer')")),
            file,
          ).to.deep.equal(
            file === 'options.ts'
              ? ["  domain: 'tenant.eu.auth0.com',", "  audience: 'https://api.example.com/',"]
              : [],
          );
          expect(text, file)
            .not.to.match(/auth0_?(?:domain|audience)\b/i)
            .and.not.match(/\n\n\n/);
        }
      });
    }
  });

  it('says what to do next', async () => {
    expect(await run('init', at('next 1'), '--deployer', 'sam', '--gateway', 'rest', ...TRUST)).to.equal(0);
    expect(out).to.match(/^wrote \.gitignore, authorizer\.test\.ts, .*tsconfig\.json\n\nNext:\n\n {2}cd '/);
    expect(out).to.include(
      '  npx middy-auth0-authorizer check options.ts\n  npm run build\n  sam deploy --guided\n',
    );
    const args = ['--deployer', 'terraform', '--gateway', 'http', ...TRUST, '--json'];
    expect(await run('init', at('next'), ...args)).to.equal(0);
    expect(JSON.parse(out).next).to.include(`cd ${at('next')}`);
    expect(JSON.parse(out).files).to.include('main.tf');
  });

  it('quotes the folder for the shell', async () => {
    const folder = at(`-a "b" $(echo c) \`d\` it's`);
    const args = ['--deployer', 'sam', '--gateway', 'rest', ...TRUST, '--json'];
    expect(await run('init', folder, ...args)).to.equal(0);
    const [cd = ''] = JSON.parse(out).next as readonly string[];
    expect(spawnSync('sh', ['-c', `${cd} && pwd`], { encoding: 'utf8' }).stdout).to.equal(`${folder}\n`);
    const cwd = process.cwd();
    process.chdir(root);
    try {
      expect(await run('init', ...args, '--', '-option')).to.equal(0);
    } finally {
      process.chdir(cwd);
    }
    expect(JSON.parse(out).next[0]).to.equal('cd ./-option');
  });

  it('writes which files Git ignores, unless there is such a list', async () => {
    const args = ['--deployer', 'terraform', '--gateway', 'http', ...TRUST];
    expect(await run('init', at('ignored'), ...args)).to.equal(0);
    expect(fs.readFileSync(at('ignored', '.gitignore'), 'utf8')).to.equal(
      'node_modules/\nbuild/\n*.zip\n.terraform/\nterraform.tfstate*\n.env\n',
    );
    fs.mkdirSync(at('kept'));
    fs.writeFileSync(at('kept', '.gitignore'), 'mine\n');
    expect(await run('init', at('kept'), ...args)).to.equal(0);
    expect(out).to.match(/^wrote api\.ts, /);
    expect(fs.readFileSync(at('kept', '.gitignore'), 'utf8')).to.equal('mine\n');
  });

  it('runs as a process, and writes into the current folder', () => {
    fs.mkdirSync(at('here'));
    const args = [COMMAND_LINE, 'init', '--deployer', 'sam', '--gateway', 'rest', ...TRUST];
    const { stdout } = spawnSync(process.execPath, args, { cwd: at('here'), encoding: 'utf8' });
    expect(stdout).to.include('\nNext:\n\n  npm install\n');
    expect(fs.existsSync(at('here', 'options.ts'))).to.equal(true);
  });

  it('writes nothing if a file of the same name exists', async () => {
    fs.mkdirSync(at('taken'));
    fs.writeFileSync(at('taken', 'options.ts'), 'mine');
    expect(await run('init', at('taken'), '--deployer', 'cdk', '--gateway', 'http', ...TRUST)).to.equal(1);
    expect(err).to.equal(`nothing is written, because these files exist in ${at('taken')}: options.ts\n`);
    expect(fs.readdirSync(at('taken'))).to.deep.equal(['options.ts']);
  });

  it('asks on a terminal for what is not given, again after a wrong answer', async () => {
    const lines = 'pulumi\nsam\nrest\nhttps://x/y\ntenant.eu.auth0.com\n\nit\'s "mine"\n';
    expect(await answer(lines, 'init', at('asked')), err).to.equal(0);
    expect(err).to.include("deployer: must be 'cdk' or 'sam'").and.include('API (rest): ');
    expect(err)
      .to.match(/domain: .*\n/)
      .and.include('audience: must be a non-empty string');
    expect(fs.readFileSync(at('asked', 'options.ts'), 'utf8')).to.include('audience: "it\'s \\"mine\\"",');
  });

  it('refuses flags that make no sense, and missing ones where it cannot ask', async () => {
    expect(await run('init', at('none'))).to.equal(2);
    expect(err).to.match(/^--deployer is missing: Deployed with \(cdk, /);
    expect(await answer('cdk\n', 'init', at('none'))).to.equal(2);
    expect(err).to.include('--gateway is missing');
    expect(await run('init', at('none'), '--deployer', 'sam', '--gateway', 'http', ...TRUST)).to.equal(2);
    expect(err).to.match(/^--gateway: must be 'rest', not 'http'/);
    expect(
      await run('init', at('none'), '--deployer', 'sam', '--gateway', 'rest', '--domain', 'a b'),
    ).to.equal(2);
    expect(await run('init', 'a', 'b')).to.equal(2);
    expect(fs.existsSync(at('none'))).to.equal(false);
  });
});
