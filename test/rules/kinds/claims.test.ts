import { expect } from 'chai';
import { AuthorizerFault, Forbidden } from '../../../lib/decision/errors.ts';
import { compileClaims } from '../../../lib/rules/kinds/claims.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, faultOf, judge, subjectOf } from '../subjects.ts';

const ROLES = 'https://example.com/roles';

describe('the rule claims', () => {
  const cases: readonly [
    option: Record<string, unknown>,
    claims: Record<string, unknown>,
    passes: boolean,
  ][] = [
    [{ org_id: 'org_1' }, { org_id: 'org_1' }, true],
    [{ org_id: 'org_1' }, { org_id: 'org_2' }, false],
    [{ org_id: 'org_1' }, {}, false],
    [{ org_id: ['org_1', 'org_2'] }, { org_id: 'org_2' }, true],
    [{ level: 3 }, { level: 3 }, true],
    [{ level: 3 }, { level: '3' }, false],
    [{ verified: true }, { verified: true }, true],
    [{ verified: true }, { verified: 'true' }, false],
    [{ verified: false }, { verified: false }, true],
    [{ verified: false }, {}, false],
    [{ [ROLES]: 'editor' }, { [ROLES]: ['viewer', 'editor'] }, true],
    [{ [ROLES]: 'editor' }, { [ROLES]: ['viewer'] }, false],
    [{ [ROLES]: 'editor' }, { [ROLES]: [['editor']] }, false],
    [{ [ROLES]: ['admin', 'editor'] }, { [ROLES]: ['viewer', 'admin'] }, true],
    [{ [ROLES]: 'editor' }, { [ROLES]: [] }, false],
    [{ 'a.b': 'x' }, { a: { b: 'x' } }, false],
    [{ 'a.b': 'x' }, { 'a.b': 'x' }, true],
    [{ org_id: 'org_1', level: 3 }, { org_id: 'org_1', level: 2 }, false],
    [{ constructor: 'x' }, {}, false],
    [{ age: (age: unknown) => typeof age === 'number' && age >= 18 }, { age: 18 }, true],
    [{ age: (age: unknown) => typeof age === 'number' && age >= 18 }, { age: 17 }, false],
    [{ age: () => true }, {}, false],
    [{ age: () => 1 }, { age: 17 }, false],
    [{ age: () => ({}) }, { age: 17 }, false],
    [{ age: () => [] }, { age: 17 }, false],
    [{ toString: () => true }, {}, false],
    [{ age: () => true }, { age: null }, false],
    [{ org_id: 'null' }, { org_id: null }, false],
    [{ act: { absent: true } }, {}, true],
    [{ act: { absent: true } }, { act: null }, true],
    [{ act: { absent: true } }, { act: { sub: 'agent' } }, false],
    [{ act: { absent: true } }, { act: false }, false],
    [{ act: { absent: true } }, { act: '' }, false],
    [{ act: { absent: true } }, { act: [] }, false],
    [{ constructor: { absent: true } }, {}, true],
    [{ org_id: { present: true } }, { org_id: 'org_1' }, true],
    [{ org_id: { present: true } }, { org_id: false }, true],
    [{ org_id: { present: true } }, { org_id: 0 }, true],
    [{ org_id: { present: true } }, {}, false],
    [{ org_id: { present: true } }, { org_id: null }, false],
    [{ toString: { present: true } }, {}, false],
    [{ act: { absent: true }, org_id: { present: true } }, { org_id: 'org_1' }, true],
    [{ act: { absent: true }, org_id: { present: true } }, {}, false],
  ];
  for (const [option, claims, passes] of cases) {
    it(`${JSON.stringify(option)} ${passes ? 'passes' : 'refuses'} ${JSON.stringify(claims)}`, async () => {
      const code = await codeOf(compileClaims(option, 'x'), subjectOf({}, claims));
      expect(code).to.equal(passes ? null : 'claim_mismatch');
    });
  }

  it('reads claims with the names of members of Object.prototype', async () => {
    const rule = compileClaims(JSON.parse('{"__proto__": "x", "constructor": "y"}'), 'x');
    const passes = { claims: JSON.parse('{"__proto__": "x", "constructor": "y"}') };
    const subject = subjectOf();
    expect(await codeOf(rule, { ...subject, token: { ...subject.token, ...passes } as never })).to.equal(
      null,
    );
    expect(await codeOf(rule, subject)).to.equal('claim_mismatch');
  });

  it('names the claim and says what is wrong, but not its value or the expected value', async () => {
    const detailOf = async (expected: unknown, claims: Record<string, unknown>) => {
      const { refusal } = await judge(compileClaims({ org_id: expected }, 'x'), subjectOf({}, claims));
      expect(refusal).to.include({ code: 'claim_mismatch', rule: 'claims' });
      return refusal?.detail;
    };
    expect(await detailOf('wanted', { org_id: 'secret' })).to.equal('org_id is different');
    expect(await detailOf(['wanted'], { org_id: ['secret'] })).to.equal('org_id is different');
    expect(await detailOf(() => false, { org_id: 'secret' })).to.equal('org_id is different');
    expect(await detailOf('wanted', {})).to.equal('org_id is absent');
    expect(await detailOf({ present: true }, { org_id: null })).to.equal('org_id is absent');
    expect(await detailOf({ absent: true }, { org_id: 'secret' })).to.equal('org_id is present');
  });

  it('refuses an anonymous caller as missing_token', async () => {
    expect(await codeOf(compileClaims({ a: 'x' }, 'x'), subjectOf({}, null))).to.equal('missing_token');
  });

  it('is remembered by its verdict, not by the values of claims, unless it calls a function', () => {
    const memoOf = (option: Record<string, unknown>, claims: Record<string, unknown>) =>
      compileClaims(option, 'x').memo?.({ iss: 'x', exp: 1, ...claims } as never);
    expect(memoOf({ jti: { present: true } }, { jti: 'a' })).to.equal('passed');
    expect(memoOf({ jti: { present: true } }, { jti: 'b' })).to.equal('passed');
    expect(memoOf({ org_id: ['a', 'b'] }, { org_id: 'c' })).to.equal('refused');
    expect(compileClaims({ org_id: 'a', age: () => true }, 'x')).to.not.have.property('memo');
  });

  it('reserves the name reportOnly', async () => {
    const rule = compileClaims({ a: 'x', reportOnly: true }, 'x');
    expect(rule.reportOnly).to.equal(true);
    expect(await codeOf(rule, subjectOf({}, { a: 'x' }))).to.equal(null);
    expect(compileClaims({ a: 'x', reportOnly: false }, 'x').reportOnly).to.equal(false);
    expect(compileClaims({ a: 'x' }, 'x').reportOnly).to.equal(false);
  });

  it('is a fault with the cause when a predicate throws', async () => {
    const cause = new Error('mine');
    const rule = compileClaims(
      {
        a: () => {
          throw cause;
        },
      },
      'x',
    );
    expect(await faultOf(rule, subjectOf({}, { a: 1 })))
      .to.be.instanceOf(AuthorizerFault)
      .that.includes({ code: 'rule_error', cause });
  });

  it('refuses when a predicate throws Forbidden', async () => {
    const rule = compileClaims(
      {
        a: () => {
          throw new Forbidden('not you');
        },
      },
      'x',
    );
    expect((await judge(rule, subjectOf({}, { a: 1 }))).refusal).to.deep.equal({
      code: 'handler_forbidden',
      detail: 'not you',
      rule: 'claims',
    });
  });

  it('is a fault when a predicate returns a promise, and handles its rejection', async () => {
    for (const promise of [() => Promise.resolve(true), () => Promise.reject(new Error('later'))]) {
      const rule = compileClaims({ a: promise as never }, 'x');
      expect(await faultOf(rule, subjectOf({}, { a: 1 })))
        .to.be.instanceOf(AuthorizerFault)
        .that.includes({ code: 'rule_error', rule: 'claims' })
        .with.property('message')
        .that.includes('custom rule');
    }
  });

  it('is a fault when a predicate returns a broken thenable', async () => {
    const hostile = [
      {
        // biome-ignore lint/suspicious/noThenProperty: the point of this test
        then() {
          throw new Error('mine');
        },
      },
      {
        // biome-ignore lint/suspicious/noThenProperty: the point of this test
        get then() {
          throw new Error('mine');
        },
      },
    ];
    for (const answer of hostile) {
      const rule = compileClaims({ a: () => answer }, 'x');
      expect(await faultOf(rule, subjectOf({}, { a: 1 })))
        .to.be.instanceOf(AuthorizerFault)
        .with.property('code', 'rule_error');
    }
  });

  refusesOptions(compileClaims, [
    [{}, 'rules.it', /has no claim/],
    [{ reportOnly: true }, 'rules.it', /has no claim/],
    [{ a: 'x', reportOnly: 'x' }, 'rules.it.reportOnly', /true or false/],
    [['a'], 'rules.it', /must be an object/],
    ['a', 'rules.it', /must be an object/],
    [{ a: '' }, "rules.it['a']", /non-empty string/],
    [{ a: null }, "rules.it['a']", /not null/],
    [{ a: undefined }, "rules.it['a']", /not undefined/],
    [{ a: Number.NaN }, "rules.it['a']", /not NaN/],
    [{ a: {} }, "rules.it['a']", /must be \{ absent: true \} or \{ present: true \} if/],
    [{ a: { absent: false } }, "rules.it['a']", /\{ absent: true \} or/],
    [{ a: { present: false } }, "rules.it['a']", /\{ absent: true \} or/],
    [{ a: { present: undefined } }, "rules.it['a']", /\{ absent: true \} or/],
    [{ a: { absent: true, present: true } }, "rules.it['a']", /\{ absent: true \} or/],
    [{ a: { absent: true, values: [] } }, "rules.it['a']", /\{ absent: true \} or/],
    [{ a: { equals: true } }, "rules.it['a']", /\{ absent: true \} or/],
    [{ a: [{ absent: true }] }, "rules.it['a'][0]", /not an object/],
    [{ a: async () => true }, "rules.it['a']", /asynchronous work in a rule under `custom`/],
    [{ a: Number.POSITIVE_INFINITY }, "rules.it['a']", /not Infinity/],
    [{ [ROLES]: [] }, `rules.it['${ROLES}']`, /at least one item/],
    [{ [ROLES]: ['a', ['b']] }, `rules.it['${ROLES}'][1]`, /not an array/],
    [{ a: ['x', () => true] }, "rules.it['a'][1]", /not a function/],
  ]);
});
