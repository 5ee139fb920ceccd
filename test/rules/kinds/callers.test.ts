import { expect } from 'chai';
import { compileCallers, impliedCallers } from '../../../lib/rules/kinds/callers.ts';
import { createRuleBook } from '../../../lib/rules/rule-book.ts';
import { refusesOptions } from '../option-refusals.ts';
import { codeOf, judge, requestOf, subjectOf, tokenOf } from '../subjects.ts';

const KINDS = ['user', 'machine', 'agent', 'anonymous'] as const;
const CLAIMS = {
  user: { sub: 'auth0|1' },
  machine: { sub: 'c@clients', azp: 'c' },
  agent: { sub: 'auth0|1', act: { sub: 'agt_1', act: { sub: 'spa' } } },
  anonymous: { sub: 'anon@1' },
};

describe('the rule callers', () => {
  for (const kind of KINDS) {
    it(`passes the kind ${kind} alone if that is allowed`, async () => {
      const rule = compileCallers({ allow: [kind] }, 'x');
      for (const other of KINDS) {
        const refusal = other === 'anonymous' ? 'anonymous_not_allowed' : 'caller_not_allowed';
        const expected = other === kind ? null : refusal;
        expect(await codeOf(rule, subjectOf({}, CLAIMS[other])), other).to.equal(expected);
      }
      expect(await codeOf(rule, subjectOf({}, { sub: 'x' }))).to.equal('caller_not_allowed');
    });
  }

  it('names the kind, or what is wrong, and no value of the token', async () => {
    const rule = compileCallers({ allow: ['user', 'agent'], actors: ['agt_2'], maxDelegation: 1 }, 'x');
    const detailOf = async (claims: object) =>
      (await judge(rule, subjectOf({}, { ...claims }))).refusal?.detail;
    expect(await detailOf(CLAIMS.machine)).to.equal('machine');
    expect(await detailOf({ ...CLAIMS.user, sub_profile: 's3cret' })).to.match(/^sub_profile has an unknown/);
    expect((await judge(rule, subjectOf({}, CLAIMS.agent))).refusal).to.deep.equal({
      code: 'actor_not_allowed',
      rule: 'callers',
      detail: 'act is nested deeper than 1',
    });
    expect(await detailOf({ ...CLAIMS.user, act: { sub: 's3cret' } })).to.equal('not in actors');
    expect(await detailOf({ ...CLAIMS.user, client_profile: 'ai_agent' })).to.match(/names no actor/);
  });

  it('judges the outermost actor alone', async () => {
    const actors = async (...names: string[]) =>
      codeOf(compileCallers({ allow: ['agent'], actors: names }, 'x'), subjectOf({}, CLAIMS.agent));
    expect(await actors('agt_1')).to.equal(null);
    expect(await actors('spa')).to.equal('actor_not_allowed');
  });

  it('judges an agent that acts for itself by its sub', async () => {
    const rule = compileCallers({ allow: ['agent'], actors: ['agt_1'], maxDelegation: 0 }, 'x');
    const alone = (sub: string) => subjectOf({}, { sub, sub_profile: 'ai_agent' });
    expect(await codeOf(rule, alone('agt_1'))).to.equal(null);
    expect(await codeOf(rule, alone('agt_2'))).to.equal('actor_not_allowed');
    expect(await codeOf(rule, subjectOf({}, CLAIMS.agent))).to.equal('actor_not_allowed');
  });

  it('accepts five levels of act unless maxDelegation says otherwise', async () => {
    const nested = (levels: number): object | undefined =>
      levels === 0 ? undefined : { sub: 'a', ...(levels > 1 ? { act: nested(levels - 1) } : {}) };
    const codeAt = async (levels: number, options: object) =>
      codeOf(
        compileCallers({ allow: ['agent'], ...options }, 'x'),
        subjectOf({}, { sub: 'auth0|1', act: nested(levels) }),
      );
    expect(await codeAt(5, {})).to.equal(null);
    expect(await codeAt(6, {})).to.equal('actor_not_allowed');
    expect(await codeAt(2, { maxDelegation: 2 })).to.equal(null);
    expect(await codeAt(3, { maxDelegation: 2 })).to.equal('actor_not_allowed');
  });

  it('needs both kinds for an agent that acts for an anonymous session', async () => {
    const mixed = subjectOf({}, { ...CLAIMS.agent, ...CLAIMS.anonymous });
    const codeWith = async (...allow: string[]) => codeOf(compileCallers({ allow }, 'x'), mixed);
    expect(await codeWith('anonymous')).to.equal('caller_not_allowed');
    expect(await codeWith('agent')).to.equal('anonymous_not_allowed');
    expect(await codeWith('agent', 'anonymous')).to.equal(null);
    const refusalWith = async (allow: string) =>
      (await judge(compileCallers({ allow: [allow] }, 'x'), mixed)).refusal;
    expect(await refusalWith('anonymous')).to.deep.equal({
      code: 'caller_not_allowed',
      rule: 'callers',
      detail: 'agent',
    });
    expect(await refusalWith('agent')).to.deep.equal({ code: 'anonymous_not_allowed', rule: 'callers' });
    const malformed = subjectOf({}, { ...CLAIMS.anonymous, act: 7 });
    const rule = compileCallers({ allow: ['agent', 'anonymous'] }, 'x');
    expect(await codeOf(rule, malformed)).to.equal('caller_not_allowed');
  });

  it('refuses a request without a token as missing_token', async () => {
    const rule = compileCallers({ allow: ['anonymous'] }, 'x');
    expect(await codeOf(rule, subjectOf({}, null))).to.equal('missing_token');
  });

  it('reports only with reportOnly', () => {
    expect(compileCallers({ allow: ['user'], reportOnly: true }, 'x').reportOnly).to.equal(true);
  });

  refusesOptions(compileCallers, [
    ['user', 'rules.it', /must be an object/],
    [{}, 'rules.it.allow', /list with at least one item/],
    [{ allow: [] }, 'rules.it.allow', /list with at least one item/],
    [{ allow: ['unknown'] }, 'rules.it.allow[0]', /must be 'user' or 'machine'/],
    [{ allow: ['user', 'user'] }, 'rules.it.allow[1]', /twice/],
    [{ allow: ['user'], actors: ['a'] }, 'rules.it.actors', /add 'agent' to `allow`/],
    [{ allow: ['user'], maxDelegation: 1 }, 'rules.it.maxDelegation', /add 'agent' to `allow`/],
    [{ allow: ['agent'], actors: [''] }, 'rules.it.actors[0]', /non-empty string/],
    [{ allow: ['agent'], maxDelegation: -1 }, 'rules.it.maxDelegation', /from 0 to 32/],
    [{ allow: ['agent'], maxDelegation: undefined }, 'rules.it.maxDelegation', /is undefined/],
    [{ allow: ['agent'], reportOnly: 1 }, 'rules.it.reportOnly', /true or false/],
    [{ allow: ['agent'], deny: ['user'] }, 'rules.it.deny', /is not an option/],
  ]);
});

describe('the implied rule callers', () => {
  const codesFor = (isAuth0: boolean) => async (claims: Record<string, unknown> | null) =>
    codeOf(impliedCallers(isAuth0), subjectOf({}, claims));

  for (const isAuth0 of [true, false]) {
    it(`refuses anonymous sessions and unknown claims about agents ${isAuth0 ? 'of Auth0' : 'of others'}`, async () => {
      const codes = codesFor(isAuth0);
      expect(await codes(CLAIMS.anonymous)).to.equal('anonymous_not_allowed');
      for (const claims of [
        { sub_profile: 'robot' },
        { client_profile: 'robot' },
        { act: {} },
        { sub_profile: 'browser_app' },
      ])
        expect(await codes({ sub: 'auth0|1', ...claims })).to.equal('caller_not_allowed');
      for (const kind of ['user', 'machine', 'agent'] as const)
        expect(await codes(CLAIMS[kind])).to.equal(null);
      expect(await codes(null)).to.equal(null);
    });
  }

  it('is judged apart for a token without a kind and for one with a flaw', () => {
    const [plain, flawed] = [{ sub: 'x' }, { sub: 'x', sub_profile: 'robot' }];
    for (const order of [
      [plain, flawed],
      [flawed, plain],
    ]) {
      const book = createRuleBook({ routes: { 'GET /a': {} }, isAuth0: false });
      const granted = order.map((claims) => book.begin(requestOf(), tokenOf(claims)).grants().routes[0]);
      expect(granted).to.deep.equal(order.map((claims) => (claims === plain ? 1 : 0)));
    }
  });

  it('refuses a `sub` that Auth0 gives to no user, from Auth0 only', async () => {
    for (const claims of [{ sub: '32adf091-e7aa-4c6e-acbd-55e8cad4f66f' }, { sub: 'x' }]) {
      expect(await codesFor(true)(claims)).to.equal('caller_not_allowed');
      expect(await codesFor(false)(claims)).to.equal(null);
    }
  });
});
