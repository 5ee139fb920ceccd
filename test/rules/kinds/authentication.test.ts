import { expect } from 'chai';
import fc from 'fast-check';
import { useFakeTimers } from 'sinon';
import { compileAuthentication } from '../../../lib/rules/kinds/authentication.ts';
import { runs } from '../../support/property-runs.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, subjectOf } from '../subjects.ts';

const CODE = 'insufficient_authentication';
const NOW = 1_795_334_400;
const TOLERANCE = 5;
const compile = (value: unknown, tolerance = TOLERANCE) => compileAuthentication(value, 'x', tolerance);

describe('the rule authentication', () => {
  let clock: ReturnType<typeof useFakeTimers>;
  beforeEach(() => {
    clock = useFakeTimers({ now: NOW * 1000 + 999, toFake: ['Date'] });
  });
  afterEach(() => clock.restore());

  const cases: readonly [option: unknown, claims: Record<string, unknown>, passes: boolean][] = [
    [{ acr: ['silver', 'gold'] }, { acr: 'gold' }, true],
    [{ acr: ['silver', 'gold'] }, { acr: 'bronze' }, false],
    [{ acr: ['gold'] }, {}, false],
    [{ acr: ['gold'] }, { acr: null }, false],
    [{ acr: ['gold'] }, { acr: ['gold'] }, false],
    [{ amr: ['mfa', 'pwd'] }, { amr: ['pwd', 'mfa', 'otp'] }, true],
    [{ amr: ['mfa', 'pwd'] }, { amr: ['mfa'] }, false],
    [{ amr: ['mfa'] }, { amr: 'mfa' }, false],
    [{ amr: ['mfa'] }, { amr: [['mfa']] }, false],
    [{ amr: ['mfa'] }, { amr: [] }, false],
    [{ amr: ['mfa'] }, { amr: null }, false],
    [{ amr: ['mfa'] }, {}, false],
    [{ maxAge: 300 }, { auth_time: NOW }, true],
    [{ maxAge: 300 }, { auth_time: NOW - 305 }, true],
    [{ maxAge: 300 }, { auth_time: NOW - 306 }, false],
    [{ maxAge: 300 }, { auth_time: NOW + 5 }, true],
    [{ maxAge: 300 }, { auth_time: NOW + 6 }, false],
    [{ maxAge: 300 }, { auth_time: NOW - 0.5 }, true],
    [{ maxAge: 300 }, { auth_time: String(NOW) }, false],
    [{ maxAge: 300 }, { auth_time: NOW * 1000 }, false],
    [{ maxAge: 300 }, { auth_time: Number.NEGATIVE_INFINITY }, false],
    [{ maxAge: 300 }, { auth_time: Number.NaN }, false],
    [{ maxAge: 300 }, { auth_time: null }, false],
    [{ maxAge: 300 }, { iat: NOW }, false],
    [{ maxAge: 300, amr: ['mfa'] }, { auth_time: NOW, amr: ['mfa'] }, true],
    [{ maxAge: 300, amr: ['mfa'] }, { auth_time: NOW }, false],
    [{ maxAge: 300, amr: ['mfa'] }, { amr: ['mfa'] }, false],
    [
      { acr: ['gold'], claims: { acr: 'https://example.com/acr' } },
      { 'https://example.com/acr': 'gold' },
      true,
    ],
    [{ acr: ['gold'], claims: { acr: 'https://example.com/acr' } }, { acr: 'gold' }, false],
    [{ amr: ['mfa'], claims: { amr: 'm' } }, { m: ['mfa'] }, true],
    [{ maxAge: 300, claims: { authTime: 't' } }, { t: NOW }, true],
    [{ maxAge: 300, claims: { authTime: 'constructor' } }, {}, false],
    [{ amr: ['mfa'], claims: { amr: '__proto__' } }, {}, false],
  ];
  for (const [option, claims, passes] of cases) {
    it(`${JSON.stringify(option)} ${passes ? 'passes' : 'refuses'} ${JSON.stringify(claims)}`, async () => {
      expect(await codeOf(compile(option), subjectOf({}, claims))).to.equal(passes ? null : CODE);
    });
  }

  it('widens both ends by the clock tolerance, and by nothing when that is 0', async () => {
    const strict = compile({ maxAge: 300 }, 0);
    const at = (time: number) => codeOf(strict, subjectOf({}, { auth_time: time }));
    expect(await at(NOW - 300)).to.equal(null);
    expect(await at(NOW - 301)).to.equal(CODE);
    expect(await at(NOW + 1)).to.equal(CODE);
  });

  it('judges the same token again as time passes', async () => {
    const rule = compile({ maxAge: 300 });
    const subject = subjectOf({}, { auth_time: NOW });
    expect(await codeOf(rule, subject)).to.equal(null);
    clock.setSystemTime((NOW + 306) * 1000);
    expect(await codeOf(rule, subject)).to.equal(CODE);
  });

  it('says what is wrong and what a better login needs, without a value of the token', async () => {
    const rule = compile({ maxAge: 300, acr: ['silver', 'gold'], amr: ['mfa'] });
    const refusalFor = async (claims: Record<string, unknown>) =>
      (await judge(rule, subjectOf({}, claims))).refusal;
    const good = { acr: 'gold', amr: ['mfa'], auth_time: NOW };
    expect(await refusalFor({ ...good, acr: 'secret' })).to.deep.equal({
      code: CODE,
      rule: 'authentication',
      detail: 'acr is none of silver, gold',
      challenge: { acr_values: 'silver gold', max_age: 300 },
    });
    expect((await refusalFor({}))?.challenge).to.be.frozen;
    const detailFor = async (claims: Record<string, unknown>) => (await refusalFor(claims))?.detail;
    expect(await detailFor({ ...good, amr: ['pwd'] })).to.equal('amr lacks one of mfa');
    const both = await judge(compile({ amr: ['mfa', 'otp'] }), subjectOf());
    expect(both.refusal?.detail).to.equal('amr lacks one of mfa, otp');
    expect(await detailFor({ ...good, auth_time: '5' })).to.equal('auth_time is not a time');
    expect(await detailFor({ ...good, auth_time: NOW + 60 })).to.equal('auth_time is in the future');
    expect(await detailFor({ ...good, auth_time: 0 })).to.equal('auth_time is more than 300 seconds ago');
  });

  it('leaves out of the challenge what it does not demand', async () => {
    const challengeOf = async (option: unknown) =>
      (await judge(compile(option), subjectOf())).refusal?.challenge;
    expect(await challengeOf({ maxAge: 60 })).to.deep.equal({ max_age: 60 });
    expect(await challengeOf({ acr: ['gold'] })).to.deep.equal({ acr_values: 'gold' });
    expect(await challengeOf({ amr: ['mfa'] })).to.deep.equal({});
  });

  it('is remembered by its verdict without maxAge, and ends with the login with it', () => {
    const claims = { acr: 'c', authTime: 't' };
    const memoOf = (held: Record<string, unknown>) =>
      compile({ acr: ['a'], claims }).memo?.({ iss: 'x', exp: 1, ...held } as never);
    expect([memoOf({ c: 'a' }), memoOf({ c: 'b' })]).to.deep.equal(['passed', 'refused']);
    expect(compile({ acr: ['a'], amr: ['b'] })).to.not.have.property('expiry');
    const timed = compile({ maxAge: 60, acr: ['a'], claims });
    expect(timed).to.not.have.any.keys('claims', 'memo');
    expect(timed.expiry).to.deep.equal({ claim: 't', maxAge: 60 });
  });

  it('passes exactly the tokens that meet every demand, whatever their other claims', async () => {
    const words = ['a', 'b', 'c'];
    const some = fc.subarray(words, { minLength: 1 });
    const option = fc
      .record({ acr: some, amr: some, maxAge: fc.integer({ min: 1, max: 50 }) }, { requiredKeys: [] })
      .filter((one) => Object.keys(one).length > 0);
    const junk = fc.constantFrom<unknown>(null, '', 'a', [], ['a'], {}, 0, true, NOW);
    const claims = fc.record(
      {
        acr: fc.oneof(fc.constantFrom<unknown>(...words), junk),
        amr: fc.oneof(fc.subarray<unknown>(words), junk),
        auth_time: fc.oneof(fc.integer({ min: NOW - 60, max: NOW + 10 }), junk),
        sub: fc.string(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(option, claims, async ({ acr, amr, maxAge }, held) => {
        const methods: readonly unknown[] = Array.isArray(held.amr) ? held.amr : [];
        const time = typeof held.auth_time === 'number' ? held.auth_time : Number.NaN;
        const meets = [
          acr === undefined || acr.some((one) => one === held.acr),
          amr === undefined || amr.filter((one) => !methods.includes(one)).length === 0,
          maxAge === undefined || (time >= NOW - maxAge - TOLERANCE && time <= NOW + TOLERANCE),
        ];
        const rule = compile(JSON.parse(JSON.stringify({ acr, amr, maxAge })));
        expect(await codeOf(rule, subjectOf({}, held))).to.equal(meets.every(Boolean) ? null : CODE);
      }),
      { numRuns: runs(300, 5000) },
    );
  });

  it('refuses an anonymous caller as missing_token', async () => {
    expect(await codeOf(compile({ maxAge: 60 }), subjectOf({}, null))).to.equal('missing_token');
  });

  it('may only report', () => {
    expect(compile({ maxAge: 60, reportOnly: true }).reportOnly).to.equal(true);
    expect(compile({ maxAge: 60 }).reportOnly).to.equal(false);
  });

  refusesOptions(
    (value, path) => compileAuthentication(value, path, TOLERANCE),
    [
      [{}, 'rules.it', /demands nothing/],
      [{ reportOnly: true }, 'rules.it', /demands nothing/],
      [{ claims: { acr: 'x' } }, 'rules.it', /demands nothing/],
      [true, 'rules.it', /must be an object/],
      [{ maxAge: undefined, acr: ['a'] }, 'rules.it.maxAge', /undefined/],
      [{ maxAge: 0 }, 'rules.it.maxAge', /from 1 to 31536000/],
      [{ maxAge: 1.5 }, 'rules.it.maxAge', /whole number/],
      [{ maxAge: '300' }, 'rules.it.maxAge', /whole number/],
      [{ maxAge: Number.POSITIVE_INFINITY }, 'rules.it.maxAge', /whole number/],
      [{ acr: [] }, 'rules.it.acr', /at least one item/],
      [{ acr: 'gold' }, 'rules.it.acr', /a list/],
      [{ acr: ['gold silver'] }, 'rules.it.acr[0]', /without white space/],
      [{ acr: ['a"b'] }, 'rules.it.acr[0]', /quotes/],
      [{ acr: [''] }, 'rules.it.acr[0]', /non-empty string/],
      [{ amr: ['mfa', 'mfa'] }, 'rules.it.amr[1]', /twice/],
      [{ amr: [1] }, 'rules.it.amr[0]', /non-empty string/],
      [{ amr: ['mfa'], claims: {} }, 'rules.it.claims', /has no claim/],
      [{ amr: ['mfa'], claims: { amr: '' } }, 'rules.it.claims.amr', /non-empty string/],
      [{ amr: ['mfa'], claims: { auth_time: 'x' } }, 'rules.it.claims.auth_time', /not an option/],
      [{ amr: ['mfa'], reportOnly: 'x' }, 'rules.it.reportOnly', /true or false/],
      [{ amr: ['mfa'], ttl: 1 }, 'rules.it.ttl', /not an option/],
    ],
  );
});
