import { expect } from 'chai';
import { AuthorizerFault, Forbidden, Unauthorized } from '../../../lib/decision/errors.ts';
import { type CustomRuleInput, compileCustom } from '../../../lib/rules/kinds/custom.ts';
import { PASSED } from '../../../lib/rules/rule.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, faultOf, judge, subjectOf } from '../subjects.ts';

const ruleOf = (check: unknown) => compileCustom('mine', check, 'x');

describe('a custom rule', () => {
  it('passes on true, at once or later', async () => {
    expect(ruleOf(() => true).judge(subjectOf(), { clientIp: null, country: null })).to.equal(PASSED);
    expect(
      await codeOf(
        ruleOf(async () => true),
        subjectOf(),
      ),
    ).to.equal(null);
    expect(await codeOf(ruleOf({ check: () => true }), subjectOf())).to.equal(null);
  });

  for (const answer of [false, undefined, null, 1, 'true', {}, []]) {
    it(`refuses on ${JSON.stringify(answer)}, at once or later`, async () => {
      expect(
        await codeOf(
          ruleOf(() => answer),
          subjectOf(),
        ),
      ).to.equal('custom_rule');
      const { refusal } = await judge(
        ruleOf(async () => answer),
        subjectOf(),
      );
      expect(refusal).to.deep.equal({
        code: 'custom_rule',
        rule: 'custom.mine',
        detail: `returned ${answer === false || answer === null ? answer : typeof answer}`,
      });
    });
  }

  it('waits for any thenable', async () => {
    const thenable = Object.defineProperty({}, 'then', {
      value: (settle: (answer: boolean) => void) => settle(true),
    });
    expect(
      await codeOf(
        ruleOf(() => thenable),
        subjectOf(),
      ),
    ).to.equal(null);
  });

  it('gets the request, the claims and what other rules found', async () => {
    const inputs: CustomRuleInput[] = [];
    const rule = ruleOf((input: CustomRuleInput) => inputs.push(input) > 0);
    const subject = subjectOf({}, { org_id: 'org_1' });
    await rule.judge(subject, { clientIp: '192.0.2.1', country: 'DE' });
    await rule.judge(subjectOf({}, null), { clientIp: null, country: null });
    expect(inputs[0]).to.include({
      request: subject.request,
      token: subject.token,
      clientIp: '192.0.2.1',
      country: 'DE',
    });
    expect(inputs[0]?.claims).to.have.property('org_id', 'org_1');
    expect(inputs[1]).to.include({ token: null, claims: null, clientIp: null, country: null });
  });

  it('is a fault with its name and the cause when it throws anything else, at once or later', async () => {
    const cause = new Error('mine');
    const atOnce = ruleOf(() => {
      throw cause;
    });
    for (const rule of [atOnce, ruleOf(async () => Promise.reject(cause))]) {
      expect(await faultOf(rule, subjectOf()))
        .to.be.instanceOf(AuthorizerFault)
        .that.includes({ code: 'rule_error', rule: 'custom.mine', cause });
    }
  });

  it('refuses when it throws Unauthorized or Forbidden, at once or later', async () => {
    const unauthorized = ruleOf(() => {
      throw new Unauthorized('expired session');
    });
    expect((await judge(unauthorized, subjectOf())).refusal).to.deep.equal({
      code: 'handler_unauthorized',
      rule: 'custom.mine',
      detail: 'expired session',
    });
    const forbidden = ruleOf(async () => Promise.reject(new Forbidden()));
    expect((await judge(forbidden, subjectOf())).refusal).to.deep.equal({
      code: 'handler_forbidden',
      rule: 'custom.mine',
    });
  });

  it('declares that it reads anything', () => {
    expect(ruleOf(() => true)).to.include({ name: 'custom.mine', reportOnly: false });
    expect(ruleOf(() => true).inputs).to.deep.equal(['anything']);
    expect(ruleOf({ check: () => true }).reportOnly).to.equal(false);
    expect(ruleOf({ check: () => true, reportOnly: true }).reportOnly).to.equal(true);
  });

  refusesOptions(
    (value, path) => compileCustom('mine', value, path),
    [
      [true, 'rules.it', /must be a function, or \{ check \} with one, not true/],
      [1, 'rules.it', /must be a function/],
      [null, 'rules.it', /must be a function/],
      [[() => true], 'rules.it', /must be an object/],
      [{}, 'rules.it.check', /must be a function/],
      [{ check: 'x' }, 'rules.it.check', /must be a function/],
      [{ check: () => true, reportOnly: 'x' }, 'rules.it.reportOnly', /true or false/],
      [{ check: () => true, when: 'x' }, 'rules.it.when', /not an option/],
    ],
  );
  refusesOptions(
    (value, path) => compileCustom(' ', value, path),
    [[() => true, 'rules.it', /needs a name/]],
  );
});
