import { expect } from 'chai';
import { compileScopes } from '../../../lib/rules/kinds/scopes.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, subjectOf } from '../subjects.ts';

describe('the rule scopes', () => {
  const cases: readonly [option: unknown, scope: unknown, passes: boolean][] = [
    [['read:a'], 'read:a', true],
    [['read:a'], 'openid read:a profile', true],
    [['read:a', 'write:a'], 'write:a read:a', true],
    [['read:a', 'write:a'], 'read:a', false],
    [['read:a'], 'read:ab', false],
    [['read:a'], 'xread:a', false],
    [['read:a'], 'READ:A', false],
    [['read:a'], '', false],
    [['read:a'], undefined, false],
    [['read:a'], ['read:a'], false],
    [['read:a'], 'openid\tread:a', false],
    [{ any: ['a', 'b'] }, 'b', true],
    [{ any: ['a', 'b'] }, 'c', false],
    [{ all: ['a'], any: ['b', 'c'] }, 'a c', true],
    [{ all: ['a'], any: ['b', 'c'] }, 'a', false],
    [{ all: ['a'], any: ['b', 'c'] }, 'b c', false],
  ];
  for (const [option, scope, passes] of cases) {
    it(`${JSON.stringify(option)} ${passes ? 'passes' : 'refuses'} ${JSON.stringify(scope)}`, async () => {
      const code = await codeOf(compileScopes(option, 'rules.scopes'), subjectOf({}, { scope }));
      expect(code).to.equal(passes ? null : 'insufficient_scope');
    });
  }

  it('names the missing scope, and nothing of the token', async () => {
    const one = await judge(compileScopes(['a', 'b'], 'x'), subjectOf({}, { scope: 'a secret' }));
    expect(one.refusal).to.deep.equal({ code: 'insufficient_scope', rule: 'scopes', detail: 'missing b' });
    const any = await judge(compileScopes({ any: ['b', 'c'] }, 'x'), subjectOf({}, { scope: 'a secret' }));
    expect(any.refusal).to.have.property('detail', 'missing any of b, c');
  });

  it('refuses an anonymous caller as missing_token', async () => {
    expect(await codeOf(compileScopes(['a'], 'x'), subjectOf({}, null))).to.equal('missing_token');
  });

  it('reads only the token, and is enforced without reportOnly', () => {
    expect(compileScopes(['a'], 'x')).to.deep.include({ inputs: [], reportOnly: false });
    expect(compileScopes({ all: ['a'], reportOnly: true }, 'x')).to.have.property('reportOnly', true);
  });

  refusesOptions(compileScopes, [
    [[], 'rules.it', /at least one item/],
    ['read:a', 'rules.it', /must be a list such as \['read:orders'\], .*not 'read:a'/],
    [true, 'rules.it', /must be a list/],
    [null, 'rules.it', /must be a list/],
    [new Date(0), 'rules.it', /must be an object/],
    [{}, 'rules.it', /requires nothing/],
    [{ reportOnly: true }, 'rules.it', /requires nothing/],
    [{ every: ['a'] }, 'rules.it.every', /not an option/],
    [{ all: [] }, 'rules.it.all', /at least one item/],
    [{ all: ['a'], any: [] }, 'rules.it.any', /at least one item/],
    [['read:a write:a'], 'rules.it[0]', /one scope without spaces/],
    [['a', ''], 'rules.it[1]', /one scope without spaces/],
    [[7], 'rules.it[0]', /one scope without spaces/],
    [['a', 'a'], 'rules.it[1]', /twice/],
    [[undefined], 'rules.it[0]', /one scope/],
    [new Array(1), 'rules.it[0]', /one scope/],
    [{ all: ['a'], any: ['b', 'a'] }, 'rules.it.any[1]', /is in `all` too/],
    [{ all: ['a'], reportOnly: 'yes' }, 'rules.it.reportOnly', /true or false/],
  ]);
});
