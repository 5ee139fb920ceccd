import { expect } from 'chai';
import { withPureStatements } from '../../scripts/build/pure-statements.ts';

describe('withPureStatements', () => {
  const marked = (source: string) => withPureStatements(source, 'a.ts');

  it('annotates calls, nested ones too', () => {
    expect(marked('const a = new Map([[1, made(2)]]);')).to.equal(
      'const a = /* @__PURE__ */ new Map([[1, /* @__PURE__ */ made(2)]]);',
    );
    expect(marked('export const b = Object.freeze({ c: made() }) as const;')).to.equal(
      'export const b = /* @__PURE__ */ Object.freeze({ c: /* @__PURE__ */ made() }) as const;',
    );
  });

  it('wraps what no annotation can mark: spreads, property accesses, templates, calls of methods', () => {
    for (const value of [
      '[...a]',
      '{ ...a }',
      'A.b',
      'a[0]',
      '`${a}`',
      'a.map(b)',
      'new RegExp([].join())',
      'f(A.b)',
    ]) {
      expect(marked(`const x = ${value};`)).to.equal(`const x = /* @__PURE__ */ (() => (${value}))();`);
    }
  });

  it('does not change what bundlers treat as pure', () => {
    for (const source of [
      "const a = 'text';",
      'const b = { c: [1, /x/], d: () => made(), e() { return [...f]; } };',
      'const g = function () { made(); } as H;',
      "const i = 'x' satisfies typeof import('y')['z'];",
      'let j: Map<string, number>;',
      'function k() { const l = made(); }',
      'made();',
    ]) {
      expect(marked(source)).to.equal(source);
    }
  });

  it('keeps each statement on its line', () => {
    const source = 'const a = [\n  ...b,\n];\nconst c = made(\n  1,\n);\nconst d = 1;\n';
    expect(marked(source).split('\n')).to.have.length(source.split('\n').length);
    expect(marked(source)).to.match(/\nconst d = 1;\n$/);
  });
});
