import { expect } from 'chai';
import { gatewayKinds } from '../../lib/gateways/index.ts';
import { markdownOf } from '../../scripts/docs/documents.ts';
import { circlesIn, type Import, importsOf, libraryFiles, stringLiteralsOf } from './imports.ts';

/** The floors of lib/ from top to bottom. A room may import from itself and from any floor below its own. */
const FLOORS: readonly (readonly string[])[] = [
  [
    'index.ts',
    'backend.ts',
    'binding.ts',
    'cdk.ts',
    'cli',
    'connections.ts',
    'decryption.ts',
    'monitoring.ts',
    'openapi.ts',
    'refresher.ts',
    'responses.ts',
    'revocations.ts',
    'testing.ts',
  ],
  ['exploring'],
  ['proving'],
  ['explaining'],
  ['local-gateway'],
  ['personas'],
  ['checking'],
  ['backend', 'cdk', 'connections', 'openapi', 'testing'],
  ['monitoring', 'responses'],
  ['binding'],
  ['authorizer'],
  ['middlewares'],
  ['observing'],
  ['answer'],
  ['invocation'],
  ['rules'],
  ['policy-compiler'],
  ['routes'],
  ['gateways'],
  ['iam', 'net', 'token'],
  ['revocations'],
  ['jwks'],
  ['refreshing'],
  ['util'],
  ['decision'],
];

/** Built-in modules whose ESM import costs 15 to 36 ms of a cold start, and 50 ms of each command. `process.getBuiltinModule` is lazy. */
const SLOW_MODULES = /^(?:node:)?(?:https?|http2|tls|undici)$/;

const roomOf = (file: string) => file.split('/')[0] ?? file;
const floorOf = (file: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
const shown = ({ from, to }: Import) => `${from} imports ${to}`;

describe('the architecture of lib/', () => {
  const files = libraryFiles();
  const imports = files.flatMap((file) => importsOf(file));

  it('has a floor for every room', () => {
    expect(files.filter((file) => floorOf(file) === -1)).to.deep.equal([]);
  });

  it('has the rooms that CONTRIBUTING.md lists, in the same order', () => {
    const [, section = ''] = /## The rooms of lib\/\n(.*?)\n## /s.exec(markdownOf('CONTRIBUTING.md')) ?? [];
    const cells = [...section.matchAll(/^\| (?<rooms>`.*?) \|/gm)].map((row) => row.groups?.['rooms'] ?? '');
    const listed = cells.flatMap((cell) =>
      [...cell.matchAll(/`([\w.-]+)\/?`/g)].map(([, room = '']) => room),
    );
    expect(listed).to.have.members(FLOORS.flat());
    expect(listed.map(floorOf)).to.deep.equal(listed.map(floorOf).toSorted((one, other) => one - other));
  });

  it('imports downwards only', () => {
    const upwards = imports.filter(
      ({ from, to, external }) => !external && roomOf(from) !== roomOf(to) && floorOf(from) >= floorOf(to),
    );
    expect(upwards.map(shown)).to.deep.equal([]);
  });

  it('has no circles, not even of types', () => {
    expect(circlesIn(imports)).to.deep.equal([]);
  });

  it('imports Middy in rooms with middlewares and in invocation/ only, and only as a type; the command line and explaining/ run it', () => {
    const middy = imports.filter(
      ({ from, to }) => to.startsWith('@middy/') && !['cli', 'explaining'].includes(roomOf(from)),
    );
    expect(middy).not.to.be.empty;
    expect(middy.filter(({ typeOnly }) => !typeOnly).map(shown)).to.deep.equal([]);
    expect(middy.map(({ from }) => roomOf(from))).to.satisfy((rooms: string[]) =>
      rooms.every((room) => ['middlewares', 'invocation', 'authorizer', 'backend'].includes(room)),
    );
  });

  it('imports the event types of AWS in rooms that read or build events only', () => {
    const aws = imports.filter(({ to }) => to === 'aws-lambda' || to === '@types/aws-lambda');
    const strangers = aws.filter(
      ({ from }) => !/^(?:gateways|middlewares|invocation|testing|authorizer|backend|index)\b/.test(from),
    );
    expect(strangers.map(shown)).to.deep.equal([]);
  });

  it('imports testing/ in no file that users deploy', () => {
    const isForTests = (file: string) =>
      /^(?:testing|local-gateway|personas|explaining|exploring|proving|cli)\b/.test(file);
    const deployed = imports.filter(({ from, to }) => isForTests(to) && !isForTests(from));
    expect(deployed.map(shown)).to.deep.equal([]);
  });

  it('names a gateway in gateways/, and in tools for tests and deployments, only not even by a prefix of its name', () => {
    const isGateway = (text: string) =>
      text.length > 2 && gatewayKinds().some((kind) => kind.startsWith(text));
    const others = files.filter(
      (file) =>
        !/^(?:gateways\/|checking\/|cdk\/|cli\/|local-gateway\/|openapi\/|testing\/[a-z0-9-]*event)/.test(
          file,
        ),
    );
    const named = others.flatMap((file) =>
      stringLiteralsOf(file)
        .filter(isGateway)
        .map((text) => `${file} names ${text}`),
    );
    expect(named).to.deep.equal([]);
  });

  it('imports the CDK in cdk/ only', () => {
    const others = imports.filter(
      ({ from, to }) => /^(?:aws-cdk-lib|constructs)\b/.test(to) && !/^cdk\//.test(from),
    );
    expect(others.map(shown)).to.deep.equal([]);
  });

  it('imports no slow built-in module', () => {
    const slow = imports.filter(({ to, typeOnly }) => SLOW_MODULES.test(to) && !typeOnly);
    expect(slow.map(shown)).to.deep.equal([]);
  });

  it('has .ts in relative imports, for Node', () => {
    const bare = imports.filter(({ to, external }) => !external && !to.endsWith('.ts'));
    expect(bare.map(shown)).to.deep.equal([]);
  });

  it('loads every file', async () => {
    const loaded = await Promise.allSettled(files.map((file) => import(`../../lib/${file}`)));
    const failures = loaded.flatMap((result, at) =>
      result.status === 'rejected' ? [`${files[at]}: ${result.reason}`] : [],
    );
    expect(failures).to.deep.equal([]);
  });
});

describe('reading imports', () => {
  const one = (text: string) => importsOf('rules/a.ts', text)[0];

  it('distinguishes values from types, and packages from files', () => {
    expect(one("import { a } from '../token/b.ts';")).to.deep.equal({
      from: 'rules/a.ts',
      to: 'token/b.ts',
      external: false,
      typeOnly: false,
    });
    expect(one("import type { A } from 'jose';")).to.include({ to: 'jose', external: true, typeOnly: true });
    expect(one("import { type A, type B } from 'jose';")).to.include({ typeOnly: true });
    expect(one("import { type A, b } from 'jose';")).to.include({ typeOnly: false });
    expect(one("import c, { type A } from 'jose';")).to.include({ typeOnly: false });
    expect(one("import 'jose';")).to.include({ typeOnly: false });
    expect(one("export { type A } from './b.ts';")).to.include({ to: 'rules/b.ts', typeOnly: true });
    expect(one("export * from './b.ts';")).to.include({ typeOnly: false });
  });

  it('finds dynamic imports, import types and require', () => {
    expect(one("const a = await import('jose');")).to.include({ to: 'jose', typeOnly: false });
    expect(one("type A = import('jose').JWK;")).to.include({ to: 'jose', typeOnly: true });
    expect(one("const a = require('jose');")).to.include({ to: 'jose', typeOnly: false });
    expect(importsOf('a.ts', 'const from = "./b.ts"; export { from };')).to.deep.equal([]);
  });

  it('finds string literals anywhere, but not in comments', () => {
    const text = "// 'd'\nif (kind === 'a') f({ 'b': `c` } satisfies Record<'e', string>);";
    expect(stringLiteralsOf('a.ts', text)).to.deep.equal(['a', 'b', 'c', 'e']);
  });

  it('finds circles, long and short', () => {
    const to = (from: string, ...targets: string[]) =>
      targets.map((target) => ({ from, to: target, external: false, typeOnly: false }));
    expect(circlesIn([...to('a', 'b', 'c'), ...to('b', 'c'), ...to('c', 'd')])).to.deep.equal([]);
    expect(circlesIn([...to('a', 'b'), ...to('b', 'c'), ...to('c', 'b')])).to.deep.equal([['b', 'c', 'b']]);
    expect(circlesIn(to('a', 'a'))).to.deep.equal([['a', 'a']]);
  });
});
