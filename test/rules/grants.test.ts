import { expect } from 'chai';
import fc from 'fast-check';
import { createGrants, type Grants, REMEMBERED_GRANTS } from '../../lib/rules/grants.ts';
import { compileCallers } from '../../lib/rules/kinds/callers.ts';
import { compileClients } from '../../lib/rules/kinds/clients.ts';
import { PASSED, type Rule, refused, type Subject, type Verdict } from '../../lib/rules/rule.ts';
import { createRuleBook, type RuleBook } from '../../lib/rules/rule-book.ts';
import type { RuleSet } from '../../lib/rules/rule-sets.ts';
import { subjectOf, tokenOf } from './subjects.ts';

function grantsOf(book: RuleBook, { request, token }: Subject): Grants {
  return book.begin(request, token).grants();
}

describe('grants', () => {
  it('grants the routes whose token rules the caller passes', () => {
    const book = createRuleBook({
      rules: { scopes: ['base'] },
      routes: {
        'GET /a': {},
        'GET /b': { scopes: ['b'] },
        'GET /c': { scopes: false, permissions: ['p'], claims: { org_id: 'x' } },
        'GET /d': { scopes: false },
      },
      undeclared: 'rules',
    });
    const granted = (claims: Record<string, unknown>) => {
      const { routes, undeclared } = grantsOf(book, subjectOf({}, claims));
      return [[...routes], undeclared];
    };
    expect(granted({ scope: 'base' })).to.deep.equal([[1, 0, 0, 1], true]);
    expect(granted({ scope: 'b', permissions: ['p'], org_id: 'x' })).to.deep.equal([[0, 1, 1, 1], false]);
    expect(granted({ permissions: ['p'] })).to.deep.equal([[0, 0, 0, 1], false]);
  });

  for (const undeclared of ['deny', 'absent']) {
    it(`grants nothing undeclared under ${undeclared}`, () => {
      const book = createRuleBook({ routes: { 'GET /a': {} }, undeclared });
      expect(grantsOf(book, subjectOf({}, {}))).to.deep.equal({
        routes: Uint8Array.of(1),
        undeclared: false,
      });
    });
  }

  it('grants anonymous callers the optional routes whose rules need no token', () => {
    const book = createRuleBook({
      routes: {
        'GET /a': {},
        'GET /b': { token: 'optional' },
        'GET /c': { token: 'optional', scopes: ['s'] },
      },
      undeclared: 'rules',
    });
    expect(grantsOf(book, subjectOf({}, null))).to.deep.equal({
      routes: Uint8Array.of(0, 1, 0),
      undeclared: false,
    });
    expect(grantsOf(book, subjectOf({}, {}))).to.deep.equal({
      routes: Uint8Array.of(1, 1, 0),
      undeclared: true,
    });
  });

  it('leaves out rules that only report, or that read what no cache key can hold', () => {
    const routes = {
      'GET /b': { custom: { never: () => false } },
      'GET /c': { scopes: { all: ['s'], reportOnly: true } },
    };
    expect(grantsOf(createRuleBook({ routes }), subjectOf()).routes).to.deep.equal(Uint8Array.of(1, 1));
  });

  it('judges rules over the address and headers, for all routes at once', () => {
    const book = createRuleBook({
      routes: {
        'GET /office': { ip: { allow: ['198.51.100.0/24'] } },
        'GET /home': { ip: { deny: ['198.51.100.0/24'] } },
        'GET /germany': { country: { allow: ['DE'], source: 'cloudfront' } },
      },
    });
    const grantsFrom = (clientIp: string, country: string) => [
      ...grantsOf(book, subjectOf({ clientIp, headers: { 'cloudfront-viewer-country': country } })).routes,
    ];
    expect(grantsFrom('198.51.100.7', 'DE')).to.deep.equal([1, 0, 1]);
    expect(grantsFrom('203.0.113.7', 'FR')).to.deep.equal([0, 1, 0]);
  });

  it('calls a predicate again for each request, since it may depend on more than its claim', () => {
    let open = true;
    const routes = { 'GET /a': { claims: { org_id: () => open } } };
    const book = createRuleBook({ routes });
    expect(grantsOf(book, subjectOf({}, { org_id: 'x' })).routes).to.deep.equal(Uint8Array.of(1));
    open = false;
    expect(grantsOf(book, subjectOf({}, { org_id: 'x' })).routes).to.deep.equal(Uint8Array.of(0));
  });

  it('does not grant a route whose predicate throws', () => {
    const throws = () => {
      throw new Error('mine');
    };
    const book = createRuleBook({ routes: { 'GET /a': { claims: { org_id: throws } }, 'GET /b': {} } });
    expect(grantsOf(book, subjectOf({}, { org_id: 'x' })).routes).to.deep.equal(Uint8Array.of(0, 1));
  });

  it('judges each distinct rule once a request', () => {
    const asked: unknown[] = [];
    const claims = { org_id: (value: unknown) => asked.push(value) > 0 };
    const routes = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`GET /r${n}`, { claims }]));
    grantsOf(createRuleBook({ rules: { claims }, routes }), subjectOf({}, { org_id: 'x' }));
    expect(asked).to.deep.equal(['x']);
  });

  it('remembers grants by claims that are frozen, and not by others', () => {
    const book = createRuleBook({ routes: { 'GET /a': { scopes: ['s'] } } });
    const grantedTo = (subject: Subject) => grantsOf(book, subject).routes[0];
    const known = subjectOf({}, { scope: 's' });
    Object.freeze(known.token?.claims);
    expect([grantedTo(known), grantedTo(known)]).to.deep.equal([1, 1]);
    const open = subjectOf({}, { scope: 's' });
    expect(grantedTo(open)).to.equal(1);
    Object.assign(open.token?.claims ?? {}, { scope: 'other' });
    expect(grantedTo(open)).to.equal(0);
  });

  it('reads the claims of a known token once, and those of a token that may change each time', () => {
    let reads = 0;
    const memo = () => {
      reads += 1;
      return 'a';
    };
    const rule: Rule = { name: 'x', inputs: [], reportOnly: false, memo, judge: () => PASSED };
    const set: RuleSet = { kind: 'route', index: 0, route: 'GET /a', token: 'required', rules: [rule] };
    const grantsTo = createGrants([set], null, false);
    const readsFor = (token: Subject['token']) => {
      reads = 0;
      for (let again = 0; again < 3; again++) grantsTo({ token, passes: () => true });
      return reads;
    };
    expect(readsFor({ ...tokenOf(), claims: Object.freeze(tokenOf().claims) })).to.equal(1);
    expect(readsFor(tokenOf())).to.equal(3);
  });

  it('distinguishes a caller without a token from one whose token has none of the claims', () => {
    const judge = ({ token }: Subject) => (token === null ? refused({ code: 'missing_token' }) : PASSED);
    const rule: Rule = { name: 'x', inputs: [], reportOnly: false, claims: ['plan'], judge };
    const set: RuleSet = { kind: 'route', index: 0, route: 'GET /a', token: 'optional', rules: [rule] };
    const order = [subjectOf({}, {}), subjectOf({}, null)];
    for (const subjects of [order, [...order].reverse()]) {
      const grantsTo = createGrants([set], null, false);
      for (const subject of subjects) {
        const passes = () => judge(subject).kind === 'passed';
        const { routes } = grantsTo({ token: subject.token, passes });
        expect(routes[0]).to.equal(subject.token === null ? 0 : 1);
      }
    }
  });

  it('judges rules over the kind of caller once for all callers of a kind', () => {
    const rules = [compileCallers({ allow: ['user'] }, 'x'), compileClients(['web'], 'x')];
    const set: RuleSet = { kind: 'route', index: 0, route: 'GET /a', token: 'required', rules };
    const grantsTo = createGrants([set], null, false);
    const judged: string[] = [];
    const callers = [
      { sub: 'auth0|1', azp: 'web' },
      { sub: 'auth0|2', client_id: 'web' },
      { sub: 'auth0|3', azp: 'web' },
      { sub: 'anon@1', azp: 'web' },
      { sub: 'anon@2', azp: 'web' },
    ];
    const routes = callers.map((claims) => {
      const subject = subjectOf({}, claims);
      const passes = (rule: Rule) => {
        judged.push(`${rule.name} of ${claims.sub}`);
        return (rule.judge(subject, { clientIp: null, country: null }) as Verdict).kind === 'passed';
      };
      return grantsTo({ token: subject.token, passes }).routes[0];
    });
    expect(routes).to.deep.equal([1, 1, 1, 0, 0]);
    const once = ['auth0|1', 'auth0|2', 'anon@1'].flatMap((sub) => [
      `callers of ${sub}`,
      `clients of ${sub}`,
    ]);
    expect(judged).to.deep.equal(once);
  });

  it('returns the same object for the same grants, and remembers a bounded number', () => {
    const names = Array.from({ length: 9 }, (_, n) => `s${n}`);
    const book = createRuleBook({
      routes: Object.fromEntries(names.map((s) => [`GET /${s}`, { scopes: [s] }])),
    });
    const scopesOf = (bits: number) => names.filter((_, n) => (bits >> n) & 1).join(' ');
    const first = grantsOf(book, subjectOf({}, { scope: scopesOf(0) }));
    expect(grantsOf(book, subjectOf({}, { scope: 'unknown' }))).to.equal(first);
    for (let bits = 1; bits <= REMEMBERED_GRANTS; bits++) {
      grantsOf(book, subjectOf({}, { scope: scopesOf(bits) }));
    }
    const again = grantsOf(book, subjectOf({}, { scope: scopesOf(0) }));
    expect(again).to.not.equal(first);
    expect(again).to.deep.equal(first);
  });

  it('agrees with judging each route, for any caller', async () => {
    const names = ['a', 'b', 'c'];
    const some = fc.subarray(names, { minLength: 1 });
    const route = fc.record(
      {
        scopes: fc.oneof(some, fc.constant(false)),
        permissions: fc.oneof(
          some,
          some.map((any) => ({ any })),
          fc.constant(false),
        ),
        claims: fc.oneof(fc.record({ org_id: some }), fc.constant(false)),
        token: fc.constantFrom('required', 'optional'),
      },
      { requiredKeys: [] },
    );
    const caller = fc.option(
      fc.record({
        scope: fc.subarray(names).map((all) => all.join(' ')),
        permissions: fc.subarray(names),
        org_id: fc.constantFrom(...names),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(route, { minLength: 1, maxLength: 5 }),
        some,
        caller,
        async (own, scopes, claims) => {
          const routes = Object.fromEntries(own.map((rules, n) => [`GET /r${n}`, rules]));
          const book = createRuleBook({ rules: { scopes }, routes, undeclared: 'rules' });
          const granted = grantsOf(book, subjectOf({}, claims));
          const paths = [...own.map((_, n) => `/r${n}`), '/elsewhere'];
          const judged = await Promise.all(
            paths.map(async (path) => {
              const { request, token } = subjectOf({ path }, claims);
              return (await book.begin(request, token).verdict()).kind === 'passed';
            }),
          );
          expect([...[...granted.routes].map((bit) => bit === 1), granted.undeclared]).to.deep.equal(judged);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the requirements of routes', () => {
  const requirementsOf = (options: object) => createRuleBook({ undeclared: 'rules', ...options });

  it('leave out rules that every route has', () => {
    const { requirements, undeclaredRequirement } = requirementsOf({
      rules: { scopes: ['base'] },
      routes: { 'GET /a': {}, 'GET /b': { permissions: ['p'] } },
    });
    expect([requirements[0], undeclaredRequirement]).to.deep.equal([true, true]);
    expect(requirements[1]).to.be.a('string');
  });

  it('leave out rules that only report, and those that are judged for each request', () => {
    const scopes = { all: ['s'], reportOnly: true };
    const custom = { mine: () => true };
    for (const own of [{ scopes }, { custom }]) {
      const { requirements } = requirementsOf({ routes: { 'GET /a': own, 'GET /b': {} } });
      expect(requirements).to.deep.equal([true, true]);
    }
  });

  it('name the rule on callers as soon as one route has another one', () => {
    const { requirements, undeclaredRequirement } = requirementsOf({
      routes: { 'GET /a': {}, 'GET /b': { callers: { allow: ['anonymous'] } }, 'GET /c': { callers: false } },
    });
    expect(requirements[0]).to.equal(undeclaredRequirement).and.be.a('string');
    expect(requirements[1]).to.be.a('string').and.not.equal(requirements[0]);
    expect(requirements[2]).to.equal(true);
  });
});
