import { expect } from 'chai';
import { type NodePath, wording } from '../../scripts/mutation/wording.ts';

const TEXT = { type: 'StringLiteral' };

/** The path of an argument of `name(...)` or `new name(...)`, as Babel gives it. */
function argument(
  type: 'CallExpression' | 'NewExpression',
  name: string,
  key: number,
  node = TEXT,
): NodePath {
  const call = { node: { type, callee: { type: 'Identifier', name } }, parentPath: null };
  return { node, parentPath: call, listKey: 'arguments', key };
}

const within = (parentPath: NodePath, listKey?: string): NodePath => ({
  node: TEXT,
  parentPath,
  ...(listKey === undefined ? { key: 'left' } : { listKey, key: 0 }),
});

const isIgnored = (path: NodePath) => wording.shouldIgnore(path) !== undefined;

describe('mutants of the wording of errors', () => {
  const texts: [string, 'CallExpression' | 'NewExpression', ignored: boolean[]][] = [
    ['Error', 'NewExpression', [true, false, false]],
    ['OptionError', 'NewExpression', [false, true, false]],
    ['JwksError', 'NewExpression', [false, true, false]],
    ['AuthorizerFault', 'NewExpression', [false, true, false]],
    ['Map', 'NewExpression', [false, false, false]],
    ['refuse', 'CallExpression', [false, true, false]],
    ['refuseValue', 'CallExpression', [false, true, false]],
    ['refused', 'CallExpression', [false, false, false]],
    ['OptionError', 'CallExpression', [false, false, false]],
  ];
  for (const [name, type, ignored] of texts) {
    it(`are ignored in the text of ${name}, and in no other argument`, () => {
      expect([0, 1, 2].map((key) => isIgnored(argument(type, name, key)))).to.deep.equal(ignored);
    });
  }

  it('are ignored in a part of the text', () => {
    for (const type of ['BinaryExpression', 'TemplateLiteral']) {
      expect(isIgnored(within(argument('CallExpression', 'refuse', 1, { type }))), type).to.equal(true);
      expect(isIgnored(within(argument('CallExpression', 'refuse', 0, { type }))), type).to.equal(false);
    }
  });

  it('are not ignored in a call within the text', () => {
    const call = argument('CallExpression', 'refuse', 1, { type: 'CallExpression' });
    expect(isIgnored(within(call, 'arguments'))).to.equal(false);
    expect(isIgnored({ ...call, node: { type: 'ObjectExpression' } })).to.equal(false);
  });

  it('are not ignored elsewhere', () => {
    expect(isIgnored({ node: TEXT, parentPath: null })).to.equal(false);
    expect(isIgnored(within({ node: { type: 'VariableDeclarator' }, parentPath: null }))).to.equal(false);
  });
});
