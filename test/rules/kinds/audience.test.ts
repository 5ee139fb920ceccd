import { expect } from 'chai';
import { compileAudience } from '../../../lib/rules/kinds/audience.ts';
import { createRuleBook } from '../../../lib/rules/rule-book.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, subjectOf } from '../subjects.ts';

describe('the rule audience', () => {
  const cases: readonly [option: unknown, aud: unknown, passes: boolean][] = [
    [['orders'], 'orders', true],
    [['orders'], ['bills', 'orders'], true],
    [['orders', 'bills'], 'bills', true],
    [{ any: ['orders'] }, 'orders', true],
    [['orders'], 'bills', false],
    [['orders'], 'orders/', false],
    [['orders'], 'Orders', false],
    [['orders'], ['bills', 'admin'], false],
    [['orders'], [], false],
  ];
  for (const [option, aud, passes] of cases) {
    it(`${JSON.stringify(option)} ${passes ? 'passes' : 'refuses'} ${JSON.stringify(aud)}`, async () => {
      const code = await codeOf(compileAudience(option, 'x'), subjectOf({}, { aud }));
      expect(code).to.equal(passes ? null : 'audience_not_allowed');
    });
  }

  it('does not count an audience that is not accepted from the issuer of the token', async () => {
    const subject = subjectOf({}, { aud: ['bills', 'orders'] });
    const bound = { ...subject, token: { ...subject.token, audiences: ['bills'] } } as typeof subject;
    expect(await codeOf(compileAudience(['orders'], 'x'), bound)).to.equal('audience_not_allowed');
    expect(await codeOf(compileAudience(['bills'], 'x'), bound)).to.equal(null);
  });

  it('is judged apart for each issuer, though the tokens name the same audience', () => {
    const book = createRuleBook({ routes: { 'GET /a': { audience: ['orders'] } } });
    const grantedTo = (iss: string, audiences: readonly string[]) => {
      const { request, token } = subjectOf({}, { aud: 'orders', iss });
      return book.begin(request, token && { ...token, audiences }).grants().routes[0];
    };
    expect(grantedTo('https://one.example.com/', ['orders'])).to.equal(1);
    expect(grantedTo('https://other.example.com/', [])).to.equal(0);
  });

  it('names the audiences of the option in the detail', async () => {
    const detailOf = async (option: unknown) =>
      (await judge(compileAudience(option, 'x'), subjectOf({}, { aud: 'secret' }))).refusal;
    const refusal = { code: 'audience_not_allowed', rule: 'audience' };
    expect(await detailOf(['a'])).to.deep.equal({ ...refusal, detail: 'missing a' });
    expect(await detailOf({ any: ['a', 'b'] })).to.deep.equal({ ...refusal, detail: 'missing any of a, b' });
  });

  it('refuses an anonymous caller as missing_token', async () => {
    expect(await codeOf(compileAudience(['a'], 'x'), subjectOf({}, null))).to.equal('missing_token');
  });

  it('is one rule for options that mean the same', () => {
    const [one, other, third] = [['a'], { any: ['a'] }, { any: ['a'], reportOnly: true }].map((option) =>
      compileAudience(option, 'x'),
    );
    expect(one?.fingerprint).to.equal(other?.fingerprint);
    expect(one?.fingerprint).not.to.equal(third?.fingerprint);
    expect([one?.reportOnly, third?.reportOnly]).to.deep.equal([false, true]);
  });

  refusesOptions(compileAudience, [
    ['a', 'rules.it', /must be a list such as \['https:\/\/api\.example\.com\/'\]/],
    [[], 'rules.it', /at least one item/],
    [['a', ''], 'rules.it[1]', /non-empty/],
    [['a', 'a'], 'rules.it[1]', /twice/],
    [{ reportOnly: true }, 'rules.it.any', /at least one item/],
    [{ any: ['a'], all: ['b'] }, 'rules.it.all', /is not an option/],
    [{ any: ['a'], reportOnly: 1 }, 'rules.it.reportOnly', /true or false/],
  ]);
});
