import { expect } from 'chai';
import { compilePermissions } from '../../../lib/rules/kinds/permissions.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, subjectOf } from '../subjects.ts';

describe('the rule permissions', () => {
  const cases: readonly [option: unknown, permissions: unknown, passes: boolean][] = [
    [['admin'], ['admin', 'other'], true],
    [['admin'], ['Admin'], false],
    [['admin'], [], false],
    [['admin'], undefined, false],
    [['admin'], 'admin', false],
    [['admin'], { 0: 'admin', length: 1 }, false],
    [['a', 'b'], ['a'], false],
    [{ any: ['a', 'b'] }, ['b'], true],
    [{ all: ['a'], any: ['b', 'c'] }, ['a', 'c'], true],
    [{ all: ['a'], any: ['b', 'c'] }, ['a'], false],
  ];
  for (const [option, permissions, passes] of cases) {
    it(`${JSON.stringify(option)} ${passes ? 'passes' : 'refuses'} ${JSON.stringify(permissions)}`, async () => {
      const code = await codeOf(compilePermissions(option, 'x'), subjectOf({}, { permissions }));
      expect(code).to.equal(passes ? null : 'insufficient_permissions');
    });
  }

  it('does not accept a scope as a permission', async () => {
    const rule = compilePermissions(['admin'], 'x');
    expect((await judge(rule, subjectOf({}, { scope: 'admin' }))).refusal).to.deep.equal({
      code: 'insufficient_permissions',
      rule: 'permissions',
      detail: 'missing admin (permissions is absent)',
    });
  });

  it('refuses an anonymous caller as missing_token', async () => {
    expect(await codeOf(compilePermissions(['a'], 'x'), subjectOf({}, null))).to.equal('missing_token');
  });

  refusesOptions(compilePermissions, [
    [[], 'rules.it', /at least one item/],
    [{ any: ['a b'] }, 'rules.it.any[0]', /without spaces/],
  ]);
});
