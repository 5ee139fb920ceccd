import { expect } from 'chai';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { arnOf } from './support/arns.ts';
import { ARN, allowed, documentOf, explain, HTTP } from './support/documents.ts';
import { parse } from './support/tables.ts';

describe('the bounds of the policy compiler', () => {
  it('has an exact document for each single route among many, with undeclared paths denied', () => {
    const kinds = ['apks', 'bundles', 'images', 'listings', 'tracks', 'testers', 'details', 'texts'];
    const paths = kinds.flatMap((kind) => [
      `/apps/{app}/edits/{edit}/${kind}`,
      `/apps/{app}/edits/{edit}/${kind}/{id}`,
      `/apps/{app}/edits/{edit}/${kind}/{id}/${kind}/{part}`,
      `/apps/{app}/${kind}/{id}/files/{file}`,
    ]);
    const keys = paths.map((path) => `POST ${path}`);
    for (const routing of ['rest', 'http'] as const) {
      for (const granted of keys) {
        const table = Object.fromEntries(keys.map((key) => [key, key === granted]));
        const { kind, document, bytes } = explain(table, { mode: 'deny', routing, undeclared: false });
        expect({ granted, kind }).to.deep.equal({ granted, kind: 'exact' });
        expect(bytes, granted).to.be.below(6000);
        const own = granted.replace('POST ', 'POST').replaceAll(/\{\w+\}/g, 'a7');
        const longer = [own.replace('a7', 'a7/b'), own.replace(/a7(?!.*a7)/, 'a7/b'), `${own}/b`];
        expect(allowed(document, [own, ...longer]), granted).to.deep.equal([own]);
      }
    }
  });

  it('gives up on tables beyond its bounds instead of running on', () => {
    const deep = `GET /${'a/'.repeat(27)}b`;
    expect(explain({ [deep]: true }).document).to.equal(null);
    const intertwined = Array.from({ length: 20 }, (_, at) => {
      const segments = Array.from({ length: 20 }, (_, index) => (index === at ? 'a' : `{p${index}}`));
      return [`GET /${segments.join('/')}/${at}`, at % 2 === 0] as const;
    });
    const compiler = createPolicyCompiler({ routes: parse(intertwined.map(([key]) => key)) });
    const grants = { routes: intertwined.map(([, granted]) => granted), undeclared: true };
    expect(documentOf(compiler, grants)).to.equal(null);
    expect(compiler.analysis).to.deep.include({ exact: false, conflicts: [] });
    expect(documentOf(compiler, grants, arnOf('$connect'))).to.not.equal(null);
  });

  it('has one more bound: on how far its paths are followed', () => {
    const table = Array.from({ length: 15 }, (_, at) => {
      const segments = Array.from({ length: 15 }, (_, index) => (index === at ? 'a' : `{p${index}}`));
      return `GET /${segments.join('/')}/${at}/{x}/{y}/{z}`;
    });
    const compiler = createPolicyCompiler({ routes: parse(table) });
    const grants = { routes: table.map(() => true), undeclared: false };
    const { kind } = compiler.compile(grants, ARN, { routing: HTTP, asked: [0] });
    expect(kind).to.not.equal('exact');
  });
});

describe('the work on a policy', () => {
  /** Behind one to four parameters, in turn: what an Allow of one opens of the others is beyond counting. */
  const table = Array.from(
    { length: 200 },
    (_, at) => `GET /${'{x}/'.repeat(1 + (at % 4)).replace(/x/g, () => `p`)}`,
  ).map((start, at) => `${start.replace(/\{p\}/g, (_, offset: number) => `{p${offset}}`)}x${at}/{z}`);

  it('is bounded, whoever asks and whatever he is granted', () => {
    const compiler = createPolicyCompiler({ routes: parse(table) });
    for (const every of [2, 3, 5]) {
      const grants = { routes: table.map((_, at) => at % every === 0), undeclared: true };
      const { kind } = compiler.compile(grants, ARN, { routing: HTTP, asked: [0] });
      expect(kind).to.not.equal('exact');
    }
  });

  it('is bounded where each Allow opens all the others, and a single route is closed', () => {
    const tenants = Array.from({ length: 300 }, (_, at) => `GET /{tenant}/r${at}/{id}`);
    const compiler = createPolicyCompiler({ routes: parse(tenants), undeclaredRequirement: false });
    const grants = { routes: tenants.map((_, at) => at > 0), undeclared: false };
    const { kind } = compiler.compile(grants, ARN, { routing: HTTP, asked: [1] });
    expect(kind).to.not.equal('exact');
  });

  it('is bounded at start-up, where the table is then said to be beyond it', () => {
    const { exact, warning } = createPolicyCompiler({ routes: parse(table) }).analysis;
    expect(exact).to.equal(false);
    expect(warning).to.contain('No IAM policy is exact');
  });
});
