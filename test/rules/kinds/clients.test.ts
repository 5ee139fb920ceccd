import { expect } from 'chai';
import { compileClients } from '../../../lib/rules/kinds/clients.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, subjectOf } from '../subjects.ts';

describe('the rule clients', () => {
  for (const option of [['web', 'cli'], { allow: ['web', 'cli'] }]) {
    it(`accepts the application in either profile with ${JSON.stringify(option)}`, async () => {
      const rule = compileClients(option, 'x');
      const detailOf = async (claims: Record<string, unknown>) =>
        (await judge(rule, subjectOf({}, claims))).refusal?.detail ?? null;
      expect(await detailOf({ azp: 'web' })).to.equal(null);
      expect(await detailOf({ client_id: 'cli' })).to.equal(null);
      expect(await detailOf({ azp: 'web', client_id: 'web' })).to.equal(null);
      expect(await detailOf({ azp: 'web', client_id: 'cli' })).to.equal('azp and client_id differ');
      expect(await detailOf({ azp: 's3cret' })).to.equal('not in the list');
      expect(await detailOf({ azp: 'WEB' })).to.equal('not in the list');
      expect(await detailOf({})).to.equal('azp and client_id are absent');
    });
  }

  it('refuses as client_not_allowed, and a request without a token as missing_token', async () => {
    const rule = compileClients(['web'], 'x');
    expect((await judge(rule, subjectOf({}, { azp: 'x' }))).refusal).to.deep.equal({
      code: 'client_not_allowed',
      rule: 'clients',
      detail: 'not in the list',
    });
    expect(await codeOf(rule, subjectOf({}, null))).to.equal('missing_token');
  });

  it('reports only with reportOnly', () => {
    expect(compileClients({ allow: ['web'], reportOnly: true }, 'x').reportOnly).to.equal(true);
    expect(compileClients(['web'], 'x').reportOnly).to.equal(false);
  });

  refusesOptions(compileClients, [
    ['web', 'rules.it', /must be a list such as \['\w{20,}'\], or an object/],
    [[], 'rules.it', /list with at least one item/],
    [[''], 'rules.it[0]', /non-empty string/],
    [{}, 'rules.it.allow', /list with at least one item/],
    [{ allow: ['a', 'a'] }, 'rules.it.allow[1]', /twice/],
    [{ allow: ['a'], reportOnly: 'x' }, 'rules.it.reportOnly', /true or false/],
  ]);
});
