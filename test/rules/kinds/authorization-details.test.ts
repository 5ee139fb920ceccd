import { expect } from 'chai';
import fc from 'fast-check';
import { compileAuthorizationDetails } from '../../../lib/rules/kinds/authorization-details.ts';
import type { VerifiedToken } from '../../../lib/token/verified-token.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, subjectOf } from '../subjects.ts';

const CODE = 'insufficient_authorization_details';
const rule = compileAuthorizationDetails({ types: ['payment', 'account'] }, 'x');
const withDetails = (details: unknown) => subjectOf({}, { authorization_details: details });

describe('the rule authorizationDetails', () => {
  const cases: readonly [details: unknown, passes: boolean][] = [
    [[{ type: 'payment' }], true],
    [[{ type: 'account', actions: ['read'] }], true],
    [[{ type: 'other' }, { type: 'payment' }], true],
    [[{ type: 'other' }], false],
    [[{ type: 'Payment' }], false],
    [[{ type: 'toString' }], false],
    [[], false],
    [null, false],
    [undefined, false],
    ['payment', false],
    [{ type: 'payment' }, false],
    [[['payment']], false],
    [[{ type: 'payment' }, {}], false],
    [[{ type: 'payment' }, { type: ['payment'] }], false],
    [[{ type: 'payment' }, 'payment'], false],
    [[{ type: 'payment' }, null], false],
  ];
  for (const [details, passes] of cases) {
    it(`${passes ? 'passes' : 'refuses'} ${JSON.stringify(details)}`, async () => {
      expect(await codeOf(rule, withDetails(details))).to.equal(passes ? null : CODE);
    });
  }

  it('names the types that it requires, or the flaw of the claim, and no value of the token', async () => {
    const detailOf = async (details: unknown) => (await judge(rule, withDetails(details))).refusal;
    expect(await detailOf([{ type: 'secret' }])).to.deep.equal({
      code: CODE,
      rule: 'authorizationDetails',
      detail: 'missing any of payment, account',
    });
    for (const absent of [undefined, null, []])
      expect((await detailOf(absent))?.detail).to.equal('missing any of payment, account');
    expect((await detailOf('secret'))?.detail).to.equal(
      'authorization_details is not a list of objects with a type',
    );
  });

  it('refuses an anonymous caller as missing_token', async () => {
    expect(await codeOf(rule, subjectOf({}, null))).to.equal('missing_token');
  });

  it('passes exactly the lists of typed objects that have one of the types', async () => {
    const type = fc.constantFrom('payment', 'account', 'other', '');
    const entry = fc.oneof(
      { weight: 4, arbitrary: fc.record({ type }) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(null, {}, 'payment', 1, ['payment'], { type: 1 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (details) => {
        const types = details.map((one) => (one as { type?: unknown } | null)?.type);
        const isSound = types.every((one) => typeof one === 'string');
        const passes = isSound && (types.includes('payment') || types.includes('account'));
        const subject = withDetails(details);
        expect(await codeOf(rule, subject)).to.equal(passes ? null : CODE);
        expect(rule.memo?.((subject.token as VerifiedToken).claims)).to.equal(passes ? 'passed' : 'refused');
      }),
    );
  });

  it('may only report', () => {
    expect(compileAuthorizationDetails({ types: ['a'], reportOnly: true }, 'x').reportOnly).to.equal(true);
    expect(rule.reportOnly).to.equal(false);
  });

  refusesOptions(compileAuthorizationDetails, [
    [['payment'], 'rules.it', /must be an object/],
    [{}, 'rules.it.types', /at least one item/],
    [{ types: undefined }, 'rules.it.types', /undefined/],
    [{ types: [] }, 'rules.it.types', /at least one item/],
    [{ types: 'payment' }, 'rules.it.types', /a list/],
    [{ types: ['a', ''] }, 'rules.it.types[1]', /non-empty string/],
    [{ types: ['a', 'a'] }, 'rules.it.types[1]', /twice/],
    [{ types: ['a'], type: 'a' }, 'rules.it.type', /not an option/],
    [{ types: ['a'], reportOnly: 1 }, 'rules.it.reportOnly', /true or false/],
  ]);
});
