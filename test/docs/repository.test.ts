import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/docs/type-reader.ts';
import { lockedProjects } from '../../scripts/locked/projects.ts';
import { checkShell } from './check-block.ts';
import { npmScripts } from './compile-blocks.ts';
import { anchorsOf, codeBlocks, linksOf } from './markdown.ts';

/** Not part of the project, or generated from it. */
const FOREIGN = new Set(['node_modules', '.git', 'dist', 'coverage', 'build', 'cdk.out', '.serverless']);

function filesBelow(folder: string): readonly string[] {
  return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (FOREIGN.has(entry.name) || entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? filesBelow(name) : [name];
  });
}

const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

describe('the repository', () => {
  const files = filesBelow('');
  const documents = files.filter((file) => file.endsWith('.md') || file === 'llms.txt');

  it('has the documents that users look for', () => {
    expect(documents).to.include.members(['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']);
  });

  it('has no broken link between its documents, anchors included', () => {
    const broken = documents.flatMap((file) =>
      linksOf(read(file))
        .filter((link) => !isAddress(link) && !leadsSomewhere(file, link))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).to.deep.equal([]);
  });

  it('has no broken link to its own files on GitHub', () => {
    const own = 'https://github.com/middy-auth0-authorizer/middy-auth0-authorizer/blob/main/';
    const broken = documents.flatMap((file) =>
      linksOf(read(file))
        .filter((link) => link.startsWith(own) && !leadsSomewhere('README.md', link.slice(own.length)))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).to.deep.equal([]);
  });

  it('links from documents of the package to other files of the package only', () => {
    const { files: published } = JSON.parse(read('package.json')) as { files: readonly string[] };
    const always = ['package.json', 'README.md', 'LICENSE'];
    const isPublished = (file: string) =>
      always.includes(file) ||
      published.some((name) => path.matchesGlob(file, name) || file.startsWith(`${name}/`));
    const missing = documents.filter(isPublished).flatMap((file) =>
      linksOf(read(file))
        .filter((link) => !isAddress(link) && !isPublished(targetOf(file, link)))
        .map((link) => `${file}: ${link}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it('shows only existing commands in its documents', () => {
    for (const file of documents) {
      const known = scriptsKnownTo(file);
      for (const block of codeBlocks(read(file))) if (block.language === 'sh') checkShell(block, known);
    }
    const table = [...read('CONTRIBUTING.md').matchAll(/`npm run (?<script>[\w:]+)/g)];
    const { scripts } = JSON.parse(read('package.json'));
    for (const { groups } of table) expect(scripts).to.have.property(groups?.['script'] ?? '');
  });

  it('names only existing files and folders in CONTRIBUTING.md', () => {
    const named = [
      ...read('CONTRIBUTING.md').matchAll(/`(?<file>(?:lib|docs|test|bench|scripts)\/[^`<>*]*)`/g),
    ];
    expect(named).not.to.be.empty;
    const missing = named
      .map(({ groups }) => groups?.['file'] ?? '')
      .filter((file) => !fs.existsSync(path.join(ROOT, file)));
    expect(missing).to.deep.equal([]);
  });

  it('has a README for each example that says how to install, test, deploy, call and remove it', () => {
    const readmes = documents.filter((file) => /^examples\/[\w-]+\/README\.md$/.test(file));
    expect(readmes).to.have.length(9);
    for (const file of readmes) {
      const text = read(file);
      expect(text, file).to.include(`npm run examples:install -- ${file.split('/')[1]}\n`);
      const anchors = [...anchorsOf(text)];
      expect(anchors, file).to.include.members(['install', 'test', 'deploy', 'call-it', 'tear-down']);
    }
  });

  it('has the version of the package as the newest changelog entry', () => {
    const { version } = JSON.parse(read('package.json'));
    const versions = [...read('CHANGELOG.md').matchAll(/^## \[(?<version>\d[^\]]*)\] - \d{4}-\d\d-\d\d$/gm)];
    expect(versions[0]?.groups?.['version']).to.equal(version);
  });

  it('contains no local path of a machine', () => {
    const local = /(?<![\w.:$}/-])\/(?:home|Users|root|work)\/\w/;
    expect(files.filter((file) => local.test(read(file)))).to.deep.equal([]);
  });

  it('contains no note of unfinished work in the code', () => {
    const note = new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);
    const code = files.filter((file) => /\.(?:ts|js|mjs|cjs|yml)$/.test(file));
    expect(code.filter((file) => note.test(read(file)))).to.deep.equal([]);
  });

  const locks = files.filter((file) => path.posix.basename(file) === 'package-lock.json');

  it('locks its packages by content, without their address', () => {
    for (const file of locks) {
      const { packages } = JSON.parse(read(file)) as {
        packages: Record<string, { resolved?: string; integrity?: string; inBundle?: boolean }>;
      };
      for (const [name, entry] of Object.entries(packages)) {
        // A bundled package is part of the archive of the package that brings it, whose content is locked.
        if (name === '' || entry.inBundle === true) continue;
        expect(entry.integrity, `${file}: ${name}`).to.match(/^sha512-/);
        expect(entry.resolved, `${file}: ${name}`).to.equal(undefined);
      }
    }
  });

  it('has a lock file for all that is installed outside its own node_modules (npm run lock)', () => {
    const projects = lockedProjects();
    expect(locks).to.have.members([
      'package-lock.json',
      ...Object.keys(projects).map((name) => `scripts/locked/${name}/package-lock.json`),
    ]);
    for (const [name, manifest] of Object.entries(projects)) {
      const folder = `scripts/locked/${name}`;
      expect(JSON.parse(read(`${folder}/package.json`)), name).to.deep.equal({ private: true, ...manifest });
      const { packages } = JSON.parse(read(`${folder}/package-lock.json`));
      expect(packages[''], name).to.deep.equal(manifest);
    }
  });

  it('installs nothing in CI without a lock file', () => {
    const code = files.filter((file) => !file.endsWith('.json'));
    const inCi = code.filter((file) =>
      /^(?:\.ci\/|\.github\/workflows\/|scripts\/|test\/package\/)/.test(file),
    );
    const unlocked = inCi.flatMap((file) => unlockedInstalls(read(file)).map((found) => `${file}: ${found}`));
    expect(inCi).to.include.members(['.ci/run', '.github/workflows/release.yml', 'scripts/examples.ts']);
    expect(unlocked).to.deep.equal([]);
  });

  it('would notice an unlocked install', () => {
    const commands = [
      'npm install',
      'npm i left-pad',
      'npx cowsay',
      'npm exec cowsay',
      'npm add a',
      'bunx a',
    ];
    for (const command of [...commands, "run(folder, 'npm', ['install', tarball])", 'yarn add a']) {
      expect(unlockedInstalls(`first\n  ${command}\n`), command).to.have.length(1);
    }
    const locked = ['npm ci', 'npx --no-install a', 'npm exec --no -- a', "'npm', ['ci']", '# npm install'];
    for (const command of locked) expect(unlockedInstalls(command), command).to.deep.equal([]);
  });

  it('has workflows with read permission only, and actions pinned by commit', () => {
    const workflows = files.filter((file) => file.startsWith('.github/workflows/'));
    expect(workflows).not.to.be.empty;
    for (const file of workflows) {
      expect(parse(read(file))).to.have.deep.property('permissions', { contents: 'read' });
      for (const [, action = ''] of read(file).matchAll(/uses: (\S+)/g)) {
        expect(action).to.match(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
      }
    }
  });

  it('publishes in a job that runs no code but that of npm, with a tarball that another job checked', () => {
    const { jobs } = parse(read('.github/workflows/release.yml')) as {
      jobs: Record<
        string,
        { permissions?: object; environment?: string; steps: { run?: string; uses?: string }[] }
      >;
    };
    const mayPublish = Object.values(jobs).filter(({ permissions = {} }) => 'id-token' in permissions);
    expect(mayPublish).to.have.length(1);
    const [{ permissions, environment, steps }] = mayPublish as [(typeof jobs)[string]];
    expect(permissions).to.deep.equal({ 'id-token': 'write' });
    expect(environment).to.equal('npm');
    expect(steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout'))).to.deep.equal([]);
    const commands = steps.flatMap(({ run = [] }) => run);
    expect(commands).to.have.length(2);
    expect(commands[0]).to.include('sha256sum --check --strict');
    expect(commands[1]).to.match(/^npm publish "\$\{TARBALL\}" .*--ignore-scripts/);
  });

  it('has a valid and executable CI script', () => {
    const script = path.join(ROOT, '.ci/run');
    fs.accessSync(script, fs.constants.X_OK);
    const { status, stderr } = spawnSync('bash', ['-n', script], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
});

/** Commands that take from the registry what it holds at that time. Comments do not count. */
function unlockedInstalls(text: string): readonly string[] {
  const code = text.replace(/^\s*(?:#|\/\/|\*|\/\*\*).*$/gm, '');
  const shell =
    /\b(?:npm (?:install|i|add|update|x|exec(?! --no\b))|npx (?!--no-install)|bunx|yarn|pnpm)\b.*/g;
  const program = /'npm',\s*\[\s*'(?:install|i|add|update|exec)',(?!\s*'--package-lock-only').*/g;
  return [...code.matchAll(shell), ...code.matchAll(program)].map(([found]) => found);
}

/** The scripts of the repository, and for a document of an example those of the example, too. */
function scriptsKnownTo(document: string): ReadonlySet<string> {
  const example = /^examples\/[\w-]+(?=\/)/.exec(document)?.[0];
  return new Set([...npmScripts(), ...(example === undefined ? [] : npmScripts(example))]);
}

const isAddress = (link: string) => /^[a-z]+:/i.test(link);

/** The file that a relative link leads to, from the root of the repository. */
function targetOf(from: string, link: string): string {
  const [target = ''] = decodeURI(link).split('#');
  return target === '' ? from : path.posix.join(path.posix.dirname(from), target);
}

function leadsSomewhere(from: string, link: string): boolean {
  const file = targetOf(from, link);
  const anchor = link.split('#')[1];
  if (!fs.existsSync(path.join(ROOT, file))) return false;
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(read(file)).has(anchor);
}

describe('the check of the Node version before scripts run', () => {
  const checkUnder = (version: string) => {
    const fake = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`;
    const code = `${fake} await import('./scripts/check-node.js');`;
    const args = ['--input-type=module', '--eval', code];
    return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  };

  it('prints nothing if Node runs TypeScript', () => {
    for (const version of ['22.18.0', '24.0.0']) {
      expect(checkUnder(version)).to.include({ status: 0, stdout: '', stderr: '' });
    }
  });

  it('says what is missing and what to do under an older Node', () => {
    for (const version of ['20.19.0', '22.17.1']) {
      const { status, stderr } = checkUnder(version);
      expect(status).to.equal(1);
      expect(stderr).to.include(`Node ${version}`).and.include('npm ci').and.include('install Node 24');
    }
  });
});
