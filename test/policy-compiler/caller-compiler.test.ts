import { expect } from 'chai';
import { createCallerCompiler } from '../../lib/policy-compiler/caller-compiler.ts';
import type { CoveringPolicy } from '../../lib/policy-compiler/compiled-policy.ts';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { analyseDenials } from '../../lib/policy-compiler/denial-analysis.ts';
import type { Binding } from '../../lib/policy-compiler/own-text.ts';
import { OWN } from '../../lib/rules/kinds/organization-match.ts';
import type { AccessTokenClaims } from '../../lib/token/verified-token.ts';
import { policyReader } from '../support/policy-reader.ts';
import { arnOf, PREFIX } from './support/arns.ts';
import { parse } from './support/tables.ts';

const ID = 'org_fYa2nP9Xp9t6dXqW';

/** Routes with the bound segment, if any: `{ 'GET /orgs/{org}': 1 }`. */
function compilerOf(
  table: Readonly<Record<string, number | null>>,
  by: keyof typeof OWN = 'id',
  more: object = {},
) {
  const routes = parse(Object.keys(table));
  const bindings = Object.values(table).map((segment): readonly Binding[] =>
    segment === null ? [] : [{ segment, own: OWN[by] }],
  );
  const compiler = createCallerCompiler({ routes, bindings, undeclared: 'deny', ...more });
  const all = { routes: routes.map(() => true), undeclared: false };
  const compile = (claims: object | null, granted = all, asked: readonly number[] = []) =>
    compiler.compile(granted, arnOf('GET/'), {
      routing: 'rest',
      asked,
      claims: claims as AccessTokenClaims | null,
    });
  return { compiler, compile, all, routes, bindings };
}

const allows = (policy: unknown, tail: string) =>
  policyReader((policy as CoveringPolicy).document)(`${PREFIX}${tail}`);

describe('a compiler of tables with bound parameters', () => {
  const TABLE = { 'GET /orgs/{org}': 1, 'GET /orgs/{org}/users/{user}': 1, 'GET /health': null };

  it('is the plain compiler if no parameter is bound', () => {
    const routes = parse(['GET /orgs/{org}']);
    const [plain, other] = [createPolicyCompiler, createCallerCompiler].map((create) =>
      create({ routes, bindings: [[]] }).compile({ routes: [true], undeclared: true }, arnOf('GET/'), {
        routing: 'rest',
        asked: [0],
      }),
    );
    expect(other?.document).to.deep.equal(plain?.document);
  });

  it("allows the caller's own paths only", () => {
    const policy = compilerOf(TABLE).compile({ org_id: ID });
    expect(policy).to.include({ kind: 'exact' });
    for (const tail of [`GET/orgs/${ID}`, `GET/orgs/${ID}/users/7`, 'GET/health'])
      expect(allows(policy, tail), tail).to.equal(true);
    for (const other of [
      'org_b',
      `${ID}x`,
      ID.slice(0, -1),
      ID.toUpperCase(),
      `%6frg${ID.slice(3)}`,
      '%',
      '*',
    ])
      for (const tail of [`GET/orgs/${other}`, `GET/orgs/${other}/users/7`])
        expect(allows(policy, tail), tail).to.equal(false);
  });

  it('names each route of a conflict, also if a twin is opened on other paths than its usual one', () => {
    const { analysis } = compilerOf({
      'ANY /{p0}/a/a': null,
      'GET /': null,
      'GET /a/{p1}': null,
      'GET /b/{rest+}': null,
      'GET /{p0}/{p1}/{p2}': 0,
    }).compiler;
    for (const { opens, shuts } of analysis.conflicts) {
      expect(opens).to.match(/^(?:GET|ANY) /);
      expect(shuts).to.match(/^(?:GET|ANY) /);
    }
  });

  it('compiles one document for all callers with the same grant, and remembers that of each caller', () => {
    const { compile } = compilerOf(TABLE);
    const one = compile({ org_id: ID }) as CoveringPolicy;
    const other = compile({ org_id: 'org_b' }) as CoveringPolicy;
    expect(compile({ org_id: ID }).document).to.equal(one.document);
    expect(other.document).not.to.equal(one.document);
    expect(JSON.parse(JSON.stringify(other.document).replaceAll('org_b', ID))).to.deep.equal(one.document);
    expect(Object.isFrozen(one.document.Statement[0]?.Resource)).to.equal(true);
    for (const { document, bytes } of [one, other]) expect(JSON.stringify(document)).to.have.length(bytes);
  });

  it('writes printable ASCII for callers without the text', () => {
    const { compile } = compilerOf({ ...TABLE, 'GET /orgs/{org}/logo': null });
    const granted = { routes: [false, false, true, true], undeclared: false };
    for (const claims of [null, {}]) {
      const policy = compile(claims, granted);
      expect(JSON.stringify(policy.document)).to.match(/^[\x20-\x7e]+$/);
      expect(allows(policy, 'GET/orgs/org_b/logo')).to.equal(true);
      expect(allows(policy, 'GET/orgs/org_b')).to.equal(false);
    }
  });

  const unusual: readonly (readonly [by: keyof typeof OWN, text: string, why: string])[] = [
    ['id', `org_${'x'.repeat(30)}`, 'is too long'],
    ['id', 'health', 'is a literal'],
    ['id', 'orgs', 'is a literal'],
    ['name', 'user', 'is the beginning of a literal'],
  ];
  it('has a document for a text as long as its placeholder', () => {
    const { compile } = compilerOf(TABLE);
    const long = `org_${'x'.repeat(20)}`;
    expect([compile({ org_id: long }).kind, compile({ org_id: `${long}x` }).kind]).to.deep.equal([
      'exact',
      'none',
    ]);
  });

  for (const [by, text, why] of unusual) {
    it(`has no document for a caller whose text ${why}`, () => {
      const { compile } = compilerOf(TABLE, by);
      expect(compile({ [`org_${by}`]: text })).to.deep.equal({ kind: 'none', document: null });
      expect(compile({ [`org_${by}`]: by === 'id' ? ID : 'zeta' }).kind).to.equal('exact');
    });
  }

  it('has no document for a caller whose text a partial glob matches, unless the placeholder does, too', () => {
    const table = {
      'POST /{org}/{id}': 0,
      'GET /admin/{rest+}': null,
      'GET /org/{rest+}': null,
      'GET /': null,
    };
    const granted = { routes: [true, true, true, false], undeclared: false };
    const compile = (by: 'id' | 'name', claims: object) =>
      compilerOf(table, by, { undeclared: 'absent' }).compile(claims, granted);
    const policy = compile('name', { org_name: 'zeta' });
    expect(JSON.stringify(policy)).to.include('/GET/admin*"').and.to.include('/GET/org*"');
    expect(compile('name', { org_name: 'administration' }).kind).to.equal('none');
    expect(compile('id', { org_id: ID }).kind).to.equal('exact');
  });

  it('has a document if the placeholder itself begins a partial glob', () => {
    const table = { 'PUT /{p0}/a/c': null, 'GET /{p0}': 0, 'PUT /c': null };
    const granted = { routes: [true, true, false], undeclared: false };
    const policy = compilerOf(table, 'id', { undeclared: 'absent' }).compile({ org_id: ID }, granted);
    expect(policy.kind).to.equal('exact');
    expect(JSON.stringify(policy)).to.include(`/PUT/${ID}*"`);
    expect(allows(policy, 'PUT/c')).to.equal(false);
    for (const tail of [`GET/${ID}`, `PUT/${ID}/a/c`, 'PUT/x/a/c'])
      expect(allows(policy, tail), tail).to.equal(true);
  });

  it('does not take a pattern for verbs for a partial glob', () => {
    const table = { 'PUT /{p}': null, 'GET /{p}': 0, 'POST /{p}': null };
    const granted = { routes: [false, true, false], undeclared: false };
    const policy = compilerOf(table, 'id', { undeclared: 'absent' }).compile({ org_id: 'Pa7' }, granted);
    expect(JSON.stringify(policy)).to.include('/P*/?*"');
    expect(policy.kind).to.equal('exact');
  });

  it('has no document for a caller of whom one text begins like the other', () => {
    const routes = parse(['GET /ids/{id}', 'GET /names/{name}']);
    const bindings = [[{ segment: 1, own: OWN.id }], [{ segment: 1, own: OWN.name }]];
    const compiler = createCallerCompiler({ routes, bindings, undeclared: 'deny' });
    const compile = (claims: object) =>
      compiler.compile({ routes: [true, true], undeclared: false }, arnOf('GET/'), {
        routing: 'http',
        asked: [],
        claims: claims as AccessTokenClaims,
      });
    expect(compile({}).kind).to.equal('exact');
    expect(compile({ org_name: 'org' }).kind).to.equal('exact');
    expect(compile({ org_id: ID, org_name: ID.toLowerCase() }).kind).to.equal('exact');
    expect(compile({ org_id: ID, org_name: 'n'.repeat(51) }).kind).to.equal('none');
    expect(compile({ org_id: 'org_a', org_name: 'org_a' }).kind).to.equal('none');
    expect(compile({ org_id: 'org_ab', org_name: 'org_a' }).kind).to.equal('none');
    const policy = compile({ org_id: ID, org_name: 'Acme' });
    expect(['ids', 'names'].map((first) => allows(policy, `GET/${first}/${ID}`))).to.deep.equal([
      true,
      false,
    ]);
    expect(['ids', 'names'].map((first) => allows(policy, `GET/${first}/acme`))).to.deep.equal([false, true]);
    expect(allows(policy, 'GET/names/Acme')).to.equal(false);
  });

  it('binds parameters below each other', () => {
    const { compile } = compilerOf({ 'GET /a/{x}/b/{y}': 3, 'GET /a/{x}/c': 1, 'GET /a/{x}': 1 });
    const policy = compile({ org_id: ID });
    expect(policy.kind).to.equal('exact');
    for (const path of [`a/${ID}`, `a/1/b/${ID}`, `a/${ID}/b/${ID}`, `a/${ID}/c`])
      expect(allows(policy, `GET/${path}`), path).to.equal(true);
    for (const path of ['a/1', 'a/1/c', 'a/1/b/1', `a/${ID}/b/1`])
      expect(allows(policy, `GET/${path}`), path).to.equal(false);
  });

  it('tells what a document leaves out by the declared routes', () => {
    const table = { 'GET /a/{x}': null, 'GET /a/{x}/b/{y}': 3, 'GET /a/{x}/b/{y}/c': null };
    const { compiler, compile, all } = compilerOf(table);
    const claims = { org_id: ID } as unknown as AccessTokenClaims;
    const policy = compile(claims, all, [0]) as CoveringPolicy;
    expect(policy.kind).to.equal('partial');
    expect(policy.leftOut).to.have.members([1, 2]);
    expect([0, 2].map(policy.allowsAllOf)).to.deep.equal([true, false]);
    expect(policy.obstacle).to.deep.equal({ opens: 0, denied: null, shuts: 2 });
    const lacking = { routes: [true, false, true], undeclared: false };
    const served = compilerOf(table, 'id', { undeclared: 'absent' }).compile(claims, lacking);
    expect(served).to.have.deep.property('obstacle', { opens: 0, denied: 1, shuts: 2 });
    const verdict = (tail: string) => compiler.verdictOn(policy, all, arnOf(tail), 'rest', claims);
    expect(verdict('GET/a/1')).to.equal('allowed');
    expect(verdict('GET/a/1/b/2/c')).to.equal('left-out');
    expect(verdict('GET/a/1/b/2')).to.equal('denied');
    expect(verdict(`GET/a/1/b/${ID}`)).to.equal('left-out');
    // A text that is a literal is read as the literal.
    const sameText = { org_id: 'a' } as unknown as AccessTokenClaims;
    expect(compile(sameText, all, [0])).to.equal(policy);
    const other = compiler.verdictOn(policy, all, arnOf('GET/a/1/b/2/c'), 'rest', sameText);
    expect(other).to.equal('left-out');
    expect(compiler.analysis.warning).to.include("who may use 'GET /a/{x}' and 'GET /a/{x}/b/{y}/c'");
  });

  it('does not allow all of a route that it allows for the own text alone', () => {
    const { compile, all } = compilerOf({ 'GET /{p}/c': 0, 'GET /{p}': null }, 'id', {
      undeclared: 'absent',
    });
    const policy = compile({ org_id: ID }, all, [0]) as CoveringPolicy;
    expect([allows(policy, `GET/${ID}`), allows(policy, 'GET/7')]).to.deep.equal([true, false]);
    expect(policy.leftOut).to.deep.equal([1]);
    expect([0, 1].map(policy.allowsAllOf)).to.deep.equal([true, false]);
  });

  it('reads what is granted once for the same object', () => {
    const { compile } = compilerOf(TABLE);
    let reads = 0;
    const routes = new Proxy([true, true, true], {
      get(target, name) {
        reads += 1;
        return Reflect.get(target, name);
      },
    });
    const granted = { routes, undeclared: false };
    const first = compile({ org_id: ID }, granted);
    expect(reads).to.be.above(0);
    reads = 0;
    expect(compile({ org_id: ID }, granted).document).to.equal(first.document);
    expect(reads).to.equal(0);
  });

  it('has no document if the size allows none', () => {
    const { compile, all } = compilerOf(TABLE, 'id', { maxBytes: 500 });
    expect(compile({ org_id: ID }, all, [0]).kind).to.equal('none');
  });

  it('reads a path as it is for a caller without a text, or with one that is a literal', () => {
    const { compiler, all } = compilerOf({ 'GET /a/{x}': 1, 'GET /b': null });
    const connect = arnOf('$connect');
    for (const claims of [null, { org_id: 'a' }] as readonly (AccessTokenClaims | null)[]) {
      const granted = { routes: [false, true], undeclared: false };
      const request = { routing: 'rest', asked: [], claims } as const;
      const policy = compiler.compile(granted, arnOf('GET/'), request) as CoveringPolicy;
      const verdict = (tail: string) => compiler.verdictOn(policy, granted, arnOf(tail), 'rest', claims);
      expect(['GET/a/a', 'GET/b'].map(verdict)).to.deep.equal(['denied', 'allowed']);
      expect(compiler.verdictOn(policy, all, connect, null, claims)).to.equal('denied');
    }
  });

  it('decides on $connect by the declared route', () => {
    const { compile } = compilerOf({ 'GET /orgs/{org}': 1, $connect: null });
    const arn = arnOf('$connect');
    const { compiler } = compilerOf({ 'GET /orgs/{org}': 1, $connect: null });
    const connect = (isGranted: boolean) =>
      compiler.compile({ routes: [true, isGranted], undeclared: false }, arn, { routing: null, asked: [1] });
    expect([true, false].map((granted) => connect(granted).document?.Statement[0]?.Effect)).to.deep.equal([
      'Allow',
      'Deny',
    ]);
    expect(compile({ org_id: ID }).kind).to.equal('exact');
  });

  it('lists the denials of declared routes, with the name of the claim in place of its text', () => {
    const { routes, bindings } = compilerOf({ 'GET /a/b/{x}': null, 'GET /{p}/{org}': 1 });
    expect(analyseDenials({ routes, bindings, undeclared: 'deny' })).to.deep.equal({
      reserved: [{ route: 'GET /a/b/{x}', values: ['<org_id>'] }],
      implicit: ['GET /{p}/{org}'],
    });
  });

  it('writes no guards for the spellings of a text', () => {
    const table = { 'GET /orgs/{org}/users': 1, 'GET /orgs/{org}/x/users': null };
    const { compile } = compilerOf(table);
    const policy = compile({ org_id: ID }, { routes: [false, true], undeclared: false });
    const text = JSON.stringify(policy.document);
    expect(text).to.include(`/GET/orgs/${ID}/users"`).and.to.include('*%75*').and.not.to.include('*%5F*');
    expect(allows(policy, 'GET/orgs/7/x/users')).to.equal(true);
  });
});
