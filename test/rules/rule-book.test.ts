import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import type { Refusal } from '../../lib/decision/decision.ts';
import { AuthorizerFault, OptionError } from '../../lib/decision/errors.ts';
import type { AuthorizationRequest, GatewayKind } from '../../lib/gateways/gateway.ts';
import type { FoundRules } from '../../lib/rules/judging.ts';
import { PASSED } from '../../lib/rules/rule.ts';
import { createRuleBook, type RuleBook } from '../../lib/rules/rule-book.ts';
import type { RuleSet } from '../../lib/rules/rule-sets.ts';
import { refusesOptions } from './option-refusals.ts';
import { refusalIn, requestOf, subjectOf, tokenOf } from './subjects.ts';

type Options = Parameters<typeof createRuleBook>[0];

/** The rules that apply to a request of a caller with a token, or the refusal. */
function found(book: RuleBook, request: Partial<AuthorizationRequest>): FoundRules {
  return book.begin(requestOf(request), tokenOf()).rules;
}

/** The rules that apply to a request, by name. */
function ruleNames(options: Options, path: string, method = 'GET'): readonly string[] {
  const rules = found(createRuleBook(options), { path, method });
  if (rules.kind === 'refused') throw new Error(rules.refusal.code);
  return rules.rules.map((rule) => rule.name);
}

function refusalOf(book: RuleBook, path: string): Refusal | null {
  const rules = found(book, { path });
  return rules.kind === 'refused' ? rules.refusal : null;
}

async function judge(options: Options, { request, token } = subjectOf()) {
  const judging = createRuleBook(options).begin(request, token);
  const refusal = refusalIn(await judging.verdict());
  const { reports, clientIp, country } = judging;
  return { refusal, reports, clientIp, country };
}

const IP = { deny: ['192.0.2.0/24'] };
const OWN_ORG = { organization: { matches: 'path:org' } };
const COUNTRY = { allow: ['DE'], source: 'cloudfront' };
const yes = () => true;
const no = () => false;

describe('createRuleBook', () => {
  describe('which rules apply', () => {
    it('callers alone, without options', () => expect(ruleNames({}, '/orders')).to.deep.equal(['callers']));
    it('none, with callers switched off', () =>
      expect(ruleNames({ rules: { callers: false } }, '/orders')).to.deep.equal([]));

    it('the common rules, in the order of judging', () => {
      const rules = {
        custom: { b: yes, a: yes },
        claims: { org_id: 'x' },
        permissions: ['p'],
        scopes: ['s'],
        country: COUNTRY,
        ip: IP,
      };
      const order = ['ip', 'country', 'callers', 'scopes', 'permissions', 'claims', 'custom.b', 'custom.a'];
      expect(ruleNames({ rules }, '/orders')).to.deep.equal(order);
    });

    it('the common rules and those of the route', () => {
      const routes = { 'GET /orders': { scopes: ['s'] }, 'GET /x': {} };
      const options = { rules: { ip: IP }, routes, undeclared: 'rules' };
      expect(ruleNames(options, '/orders')).to.deep.equal(['ip', 'callers', 'scopes']);
      expect(ruleNames(options, '/x')).to.deep.equal(['ip', 'callers']);
      expect(ruleNames(options, '/elsewhere')).to.deep.equal(['ip', 'callers']);
    });

    it("the route's own instead of the common one, as a whole", async () => {
      const options = { rules: { scopes: ['a'] }, routes: { 'GET /orders': { scopes: { any: ['b'] } } } };
      expect(ruleNames(options, '/orders')).to.deep.equal(['callers', 'scopes']);
      expect((await judge(options, subjectOf({}, { scope: 'b' }))).refusal).to.equal(null);
    });

    it('none if the route switches the common one off', () => {
      const routes = { 'GET /orders': { ip: false, scopes: false, country: false, callers: false } };
      expect(ruleNames({ rules: { ip: IP, scopes: ['a'] }, routes }, '/orders')).to.deep.equal([]);
    });

    it('custom rules merged by name', () => {
      const rules = { callers: false, custom: { hours: yes, beta: yes } };
      const routes = {
        'GET /all': {},
        'GET /less': { custom: { hours: false } },
        'GET /more': { custom: { mine: yes } },
        'GET /other': { custom: { beta: { check: no, reportOnly: true }, hours: false } },
        'GET /none': { custom: false },
      };
      expect(ruleNames({ rules, routes }, '/all')).to.deep.equal(['custom.hours', 'custom.beta']);
      expect(ruleNames({ rules, routes }, '/less')).to.deep.equal(['custom.beta']);
      expect(ruleNames({ rules, routes }, '/more')).to.deep.equal([
        'custom.hours',
        'custom.beta',
        'custom.mine',
      ]);
      expect(ruleNames({ rules, routes }, '/other')).to.deep.equal(['custom.beta']);
      expect(ruleNames({ rules, routes }, '/none')).to.deep.equal([]);
    });

    it("merges any options: the route's own rule, else the common one, else none", () => {
      const names = ['ip', 'country', 'scopes', 'permissions', 'claims'] as const;
      const values = { ip: IP, country: COUNTRY, scopes: ['s'], permissions: ['p'], claims: { c: 'x' } };
      const given = fc.record(
        Object.fromEntries(names.map((name) => [name, fc.constantFrom(true, undefined)])),
      );
      const own = fc.record(
        Object.fromEntries(names.map((name) => [name, fc.constantFrom(true, false, undefined)])),
      );
      const optionsOf = (flags: Record<string, boolean | undefined>) =>
        Object.fromEntries(
          Object.entries(flags)
            .filter(([, flag]) => flag !== undefined)
            .map(([name, flag]) => [name, flag && values[name as (typeof names)[number]]]),
        );
      fc.assert(
        fc.property(given, own, (common, route) => {
          const routes = { 'GET /orders': optionsOf(route) };
          const options = { rules: { callers: false, ...optionsOf(common) }, routes, undeclared: 'rules' };
          const expected = names.filter((name) => route[name] ?? common[name]);
          expect(ruleNames(options, '/orders')).to.deep.equal(expected);
          expect(ruleNames(options, '/x')).to.deep.equal(names.filter((name) => common[name]));
        }),
      );
    });

    it('the same list object if the same rules apply', () => {
      const routes = {
        'GET /a': { scopes: ['s'] },
        'GET /b': { scopes: ['s'] },
        'GET /c': { scopes: { all: ['s'] } },
        'GET /d': { scopes: ['t'] },
        'GET /e': { ip: IP },
        'GET /f': { ip: IP },
      };
      const book = createRuleBook({ routes });
      const rulesOf = (path: string) => (found(book, { path }) as RuleSet).rules;
      expect(rulesOf('/a')).to.equal(rulesOf('/b')).and.equal(rulesOf('/c')).and.not.equal(rulesOf('/d'));
      expect(rulesOf('/e')).to.equal(rulesOf('/f'));
    });

    it('the same list object if the caller must be in the same place of the path', () => {
      const organization = { matches: 'path:org' };
      const routes = {
        'GET /orgs/{org}': { organization },
        'GET /orgs/{org}/users': { organization },
        'GET /{org}': { organization },
      };
      const book = createRuleBook({ routes });
      const [one, same, other] = ['/orgs/o', '/orgs/o/users', '/o'].map(
        (path) => (found(book, { path }) as RuleSet).rules,
      );
      expect(one).to.equal(same).and.not.equal(other);
    });

    it('callers by the claims of Auth0, unless another party issues the tokens', async () => {
      const subject = subjectOf({}, { sub: 'x' });
      expect((await judge({}, subject)).refusal).to.have.property('code', 'caller_not_allowed');
      expect((await judge({ isAuth0: true }, subject)).refusal).to.have.property(
        'code',
        'caller_not_allowed',
      );
      expect((await judge({ isAuth0: false }, subject)).refusal).to.equal(null);
    });

    it('authentication with the tolerance of the options, by default that of the verifier', async () => {
      const rules = { authentication: { maxAge: 60 } };
      const codeWith = async (options: Options, seconds: number) => {
        const login = subjectOf({}, { auth_time: Math.floor(Date.now() / 1000) - seconds });
        return (await judge({ rules, ...options }, login)).refusal?.code;
      };
      expect(await codeWith({}, 62)).to.equal(undefined);
      expect(await codeWith({}, 80)).to.equal('insufficient_authentication');
      expect(await codeWith({ clockTolerance: 30 }, 80)).to.equal(undefined);
      expect(await codeWith({ clockTolerance: 0 }, 62)).to.equal('insufficient_authentication');
    });
  });

  describe('find', () => {
    it('returns the route, its index and whether it requires a token', () => {
      const routes = { 'GET /a': {}, 'GET /b': { token: 'optional' } };
      const book = createRuleBook({ routes, undeclared: 'rules' });
      expect(found(book, { path: '/a' })).to.include({
        index: 0,
        route: 'GET /a',
        token: 'required',
      });
      expect(found(book, { path: '/b' })).to.include({
        index: 1,
        route: 'GET /b',
        token: 'optional',
      });
      expect(found(book, { path: '/c' })).to.include({
        kind: 'undeclared',
        route: null,
        token: 'required',
      });
    });

    for (const undeclared of [{}, { undeclared: 'deny' }, { undeclared: 'absent' }]) {
      it(`refuses undeclared paths with routes and ${JSON.stringify(undeclared)}`, () => {
        const book = createRuleBook({ routes: { 'GET /a': {} }, ...undeclared });
        expect(refusalOf(book, '/c')).to.deep.equal({ code: 'route_not_found' });
        expect(found(book, { path: '/a' })).to.have.property('route', 'GET /a');
        expect(found(createRuleBook({ ...undeclared, routes: { $default: {} } }), { path: '/c' })).to.include(
          {
            route: '$default',
          },
        );
      });
    }

    it('refuses ambiguous paths when a path with its own rules is declared', () => {
      const path = '/a/../b';
      const routes = { 'GET /a': { scopes: ['a'] } };
      expect(refusalOf(createRuleBook({ routes }), path)).to.deep.equal({ code: 'ambiguous_path' });
      const alike = createRuleBook({ routes: { 'GET /a': {} }, undeclared: 'rules' });
      expect(found(alike, { path })).to.have.property('route', null);
      expect(found(createRuleBook({}), { path })).to.have.property('route', null);
      expect(found(createRuleBook({ routes: { $default: {} } }), { path })).to.have.property(
        'route',
        '$default',
      );
    });
  });

  describe('whether policies cover the path, and whether the path fits the route that the event names', () => {
    const routes = {
      'GET /users/{id}': {},
      'GET /a': {},
      'GET /files/{id}': { encodedSlashes: { id: 'data' } },
      $default: {},
    };
    const named = { routeTemplate: 'GET /users/{id}' };
    const cases: readonly [Partial<AuthorizationRequest>, isCovered: boolean, isShifted: boolean][] = [
      [{ path: '/users/1' }, true, false],
      [{ path: '/users/1', ...named }, true, false],
      [{ path: '/v1/users/1', ...named }, false, true],
      [{ path: '/a', ...named }, true, true],
      [{ path: '/files/a%2Fb' }, false, false],
      [{ gateway: 'websocket', method: null, path: null }, true, false],
    ];
    for (const [request, isCovered, isShifted] of cases) {
      it(JSON.stringify(request), () => {
        const judging = createRuleBook({ routes }).begin(requestOf(request), tokenOf());
        expect(judging).to.include({ isCovered, isShifted });
      });
    }

    it('without routes', () => {
      const judging = createRuleBook({}).begin(requestOf(), tokenOf());
      expect(judging).to.include({ isCovered: true, isShifted: false });
    });
  });

  it('refuses a request whose event names two methods, whatever its route', () => {
    for (const options of [{}, { routes: { 'GET /orders': {} } }]) {
      const { rules } = createRuleBook(options).begin(requestOf({ otherMethod: 'POST' }), tokenOf());
      expect(rules).to.have.property('kind', 'refused');
      expect(rules).to.have.nested.property('refusal.code', 'ambiguous_path');
    }
  });

  describe('a final slash that no route is declared with', () => {
    const withSlash = (options: Options, gateway: GatewayKind = 'http-api-2.0') =>
      found(createRuleBook({ undeclared: 'rules', ...options }), { gateway, path: '/orders/' });

    it('gets the rules of the route on REST APIs, which ignore it', () => {
      for (const gateway of ['rest-token', 'rest-request'] as const) {
        const routes = { 'GET /orders': { scopes: ['s'] }, 'ANY /{proxy+}': {} };
        expect(withSlash({ routes }, gateway)).to.include({ kind: 'route', route: 'GET /orders' });
        expect(withSlash({ routes: { 'GET /orders': {} } }, gateway)).to.include({ route: 'GET /orders' });
        const book = createRuleBook({ routes: { 'GET /orders': {} }, undeclared: 'deny' });
        expect(found(book, { gateway, path: '/orders/' })).to.include({ route: 'GET /orders' });
      }
    });

    it('gets the rules of both routes, each once and in the order of judging', () => {
      const rules = { callers: false, ip: IP, custom: { a: yes } };
      const routes = {
        'GET /orders': { scopes: ['s'], custom: { b: yes } },
        'ANY /{proxy+}': { country: COUNTRY, claims: { org_id: 'x' } },
      };
      const set = withSlash({ rules, routes }) as RuleSet;
      const names = ['ip', 'country', 'scopes', 'claims', 'custom.a', 'custom.b'];
      expect(set.rules.map(({ name }) => name)).to.deep.equal(names);
      expect(set).to.deep.include({
        kind: 'routes',
        indexes: [0, 1],
        undeclared: false,
        route: 'GET /orders',
      });
    });

    it('gets the rules of the route and those of undeclared paths', () => {
      const rules = { ip: IP, callers: false };
      const set = withSlash({ rules, routes: { 'GET /orders': { scopes: ['s'], ip: false } } }) as RuleSet;
      expect(set.rules.map(({ name }) => name)).to.deep.equal(['ip', 'scopes']);
      expect(set).to.deep.include({ kind: 'routes', indexes: [0], undeclared: true });
    });

    it('shares the list of rules if both have the same', () => {
      const rules = { scopes: ['s'] };
      const book = createRuleBook({ rules, routes: { 'GET /orders': {} }, undeclared: 'rules' });
      const set = (path: string) => found(book, { gateway: 'http-api-2.0', path }) as RuleSet;
      expect(set('/orders/').rules).to.equal(set('/orders').rules);
    });

    it('requires a token unless both routes make it optional', () => {
      const tokenOf = (one: string, other: string) =>
        withSlash({
          routes: { 'GET /orders': { token: one, scopes: ['s'] }, 'ANY /{proxy+}': { token: other } },
        });
      expect(tokenOf('optional', 'optional')).to.have.property('token', 'optional');
      expect(tokenOf('optional', 'required')).to.have.property('token', 'required');
      expect(tokenOf('required', 'optional')).to.have.property('token', 'required');
    });

    it('returns the same RuleSet object for the same pair', () => {
      const routes = { 'GET /orders': { scopes: ['s'] } };
      const book = createRuleBook({ routes, undeclared: 'rules' });
      const request = requestOf({ gateway: 'http-api-2.0', path: '/orders/' });
      const judging = book.begin(request, tokenOf());
      expect(book.begin(request, tokenOf()).rules).to.equal(judging.rules);
      expect(judging.isCovered).to.equal(true);
    });

    it('gets the rules of its own pair of routes, if several paths have one', () => {
      const routes = { 'GET /orders': { scopes: ['orders'] }, 'GET /bills': { scopes: ['bills'] } };
      const book = createRuleBook({ routes, undeclared: 'rules' });
      const routesOf = (path: string) => (found(book, { gateway: 'http-api-2.0', path }) as RuleSet).route;
      for (const path of ['/orders', '/bills', '/orders']) {
        expect(routesOf(`${path}/`)).to.equal(`GET ${path}`);
      }
    });

    it('is refused when undeclared paths are denied', () => {
      const book = createRuleBook({ routes: { 'GET /orders': {} }, undeclared: 'deny' });
      const request = requestOf({ gateway: 'http-api-2.0', path: '/orders/' });
      expect(book.begin(request, tokenOf()).rules).to.deep.include({
        kind: 'refused',
        refusal: {
          code: 'route_not_found',
          detail: 'a declared route differs from the path only by a final slash',
        },
      });
    });
  });

  describe('several routes', () => {
    const routes = { 'ANY /users/me': {}, 'GET /users/{id}': { scopes: ['admin'] }, 'GET /a': {} };
    const request = { gateway: 'http-api-2.0', path: '/users/me' } as const;
    const begin = (scope: string) => createRuleBook({ routes }).begin(requestOf(request), tokenOf({ scope }));

    it('are granted together', () => {
      for (const scope of ['', 'admin']) {
        expect(begin(scope).grantsRequest(), scope).to.equal(scope === 'admin');
      }
    });

    it('are granted with undeclared paths only if these are granted', () => {
      const book = createRuleBook({
        rules: { scopes: ['all'] },
        routes: { 'GET /orders': { scopes: false } },
        undeclared: 'rules',
      });
      const slash = requestOf({ gateway: 'http-api-2.0', path: '/orders/' });
      for (const scope of ['', 'all']) {
        expect(book.begin(slash, tokenOf({ scope })).grantsRequest(), scope).to.equal(scope === 'all');
      }
    });
  });

  describe('judge', () => {
    it('passes without waiting if no rule refuses', () => {
      const book = createRuleBook({ rules: { ip: IP } });
      const judging = book.begin(requestOf(), tokenOf());
      expect(judging.verdict()).to.equal(PASSED);
      expect(judging).to.deep.include({
        refusal: null,
        reports: [],
        clientIp: '198.51.100.7',
        country: null,
      });
    });

    it('refuses anonymous callers before any rule, unless the token is optional on the route', async () => {
      const routes = { 'GET /orders': { token: 'optional' }, 'GET /x': {} };
      const rules = { ip: { deny: ['198.51.100.0/24'] } };
      const anonymous = (path: string) => subjectOf({ path }, null);
      expect((await judge({ rules, routes }, anonymous('/x'))).refusal).to.deep.equal({
        code: 'missing_token',
      });
      expect((await judge({ rules, routes }, anonymous('/orders'))).refusal).to.have.property(
        'code',
        'ip_not_allowed',
      );
      expect((await judge({ routes }, anonymous('/orders'))).refusal).to.equal(null);
    });

    it('refuses anonymous callers by a token rule on a route with an optional token', async () => {
      const routes = { 'GET /orders': { token: 'optional', scopes: ['s'] } };
      expect((await judge({ routes }, subjectOf({}, null))).refusal).to.deep.equal({
        code: 'missing_token',
        rule: 'scopes',
      });
    });

    it('stops at the first refusal', async () => {
      const asked: string[] = [];
      const check = (name: string, answer: boolean) => async () => asked.push(name) > 0 && answer;
      const custom = { a: check('a', true), b: check('b', false), c: check('c', true) };
      expect((await judge({ rules: { custom } })).refusal).to.deep.equal({
        code: 'custom_rule',
        rule: 'custom.b',
        detail: 'returned false',
      });
      expect(asked).to.deep.equal(['a', 'b']);
    });

    it('goes on after rules that take time, in order', async () => {
      const rules = { custom: { a: async () => true, b: yes, c: async () => true, d: no } };
      expect((await judge({ rules })).refusal).to.have.property('rule', 'custom.d');
    });

    it('reports what a report-only rule would have refused, and goes on', async () => {
      const rules = {
        scopes: { all: ['s'], reportOnly: true },
        custom: {
          later: { check: async () => false, reportOnly: true },
          fine: { check: yes, reportOnly: true },
          last: no,
        },
      };
      const { refusal, reports } = await judge({ rules });
      expect(refusal).to.have.property('rule', 'custom.last');
      expect(reports).to.deep.equal([
        { rule: 'scopes', code: 'insufficient_scope' },
        { rule: 'custom.later', code: 'custom_rule' },
      ]);
    });

    it('reports a report-only rule that throws, at once or later, with the cause', async () => {
      const cause = new Error('mine');
      const fail = () => {
        throw cause;
      };
      const custom = {
        atOnce: { check: fail, reportOnly: true },
        later: { check: async () => fail(), reportOnly: true },
      };
      expect(await judge({ rules: { custom } })).to.deep.include({
        refusal: null,
        reports: [
          { rule: 'custom.atOnce', code: 'rule_error', cause },
          { rule: 'custom.later', code: 'rule_error', cause },
        ],
      });
    });

    it('waits a second for all report-only rules together, and then goes on', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
      try {
        const hangs = { check: () => new Promise<never>(() => {}), reportOnly: true };
        let isJudged = false;
        const judged = judge({ rules: { custom: { one: hangs, other: hangs } } }).finally(() => {
          isJudged = true;
        });
        await clock.tickAsync(999);
        expect(isJudged).to.equal(false);
        await clock.tickAsync(2);
        expect(isJudged).to.equal(true);
        const { refusal, reports } = await judged;
        expect(refusal).to.equal(null);
        expect(reports.map(({ rule, code }) => [rule, code])).to.deep.equal([
          ['custom.one', 'rule_error'],
          ['custom.other', 'rule_error'],
        ]);
        await judge({ rules: { custom: { quick: { check: async () => true, reportOnly: true } } } });
        expect(clock.countTimers()).to.equal(0);
      } finally {
        clock.restore();
      }
    });

    it('reports a report-only rule that fails with a foreign error', async () => {
      const cause = new TypeError('a getter threw');
      const request = requestOf();
      Object.defineProperty(request, 'clientIp', {
        get: (() => {
          let reads = 0;
          return () => {
            reads += 1;
            if (reads > 1) throw cause;
            return '192.0.2.1';
          };
        })(),
      });
      const book = createRuleBook({ rules: { ip: { ...IP, reportOnly: true } } });
      const judging = book.begin(request, tokenOf());
      await judging.verdict();
      expect(judging.reports).to.deep.equal([{ rule: 'ip', code: 'rule_error', cause }]);
    });

    it('ends in a fault when an enforced rule throws', async () => {
      const custom = { mine: async () => Promise.reject(new Error('mine')) };
      const outcome = await judge({ rules: { custom } }).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(AuthorizerFault).and.have.property('code', 'rule_error');
    });

    it('returns the address and the country that the rules found', async () => {
      const rules = {
        ip: { ...IP, source: { header: 'x-forwarded-for', trustedHops: 2 } },
        country: COUNTRY,
      };
      const headers = { 'x-forwarded-for': '203.0.113.9, 192.0.2.1', 'cloudfront-viewer-country': 'DE' };
      expect(await judge({ rules }, subjectOf({ headers }))).to.include({
        clientIp: '203.0.113.9',
        country: 'DE',
      });
    });

    it('keeps requests that are judged side by side apart', async () => {
      const rules = {
        country: {
          allow: ['DE', 'FR'],
          source: async (ip: string | null) => (ip === '192.0.2.1' ? 'DE' : 'FR'),
        },
        custom: { wait: async () => true },
      };
      const options = { rules };
      const [one, other] = await Promise.all([
        judge(options, subjectOf({ clientIp: '192.0.2.1' })),
        judge(options, subjectOf({ clientIp: '192.0.2.2' })),
      ]);
      expect([one.country, other.country]).to.deep.equal(['DE', 'FR']);
    });
  });

  describe('what it contains', () => {
    it('the routes as declared', () => {
      const book = createRuleBook({ routes: { 'GET /b': {}, $default: {}, 'GET /a': {} } });
      expect(book.routes.map(({ key }) => key)).to.deep.equal(['GET /b', '$default', 'GET /a']);
      expect(book.undeclared).to.equal('deny');
      expect(createRuleBook({}).routes).to.deep.equal([]);
      expect(createRuleBook({}).undeclared).to.equal('rules');
      const absent = createRuleBook({ routes: { 'GET /b': {} }, undeclared: 'absent' });
      expect(absent.undeclared).to.equal('absent');
    });

    it('whether anonymous callers may be admitted', () => {
      expect(createRuleBook({ routes: { 'GET /a': {} } }).admitsAnonymous).to.equal(false);
      expect(createRuleBook({ routes: { 'GET /a': { token: 'optional' } } }).admitsAnonymous).to.equal(true);
    });

    it('whether the routes differ', () => {
      const differ = (options: Options) => createRuleBook({ undeclared: 'rules', ...options }).routesDiffer;
      const rules = { scopes: ['s'] };
      expect(differ({ rules })).to.equal(false);
      expect(differ({ rules, routes: { 'GET /a': {}, 'GET /b': { scopes: ['s'] } } })).to.equal(false);
      expect(differ({ rules, routes: { 'GET /a': { scopes: false } } })).to.equal(true);
      expect(differ({ rules, routes: { 'GET /a': { token: 'optional' } } })).to.equal(true);
      expect(differ({ rules, routes: { 'GET /a': {} }, undeclared: 'deny' })).to.equal(true);
    });

    it('what the enforced rules read besides the token', () => {
      const rules = { ip: IP, scopes: ['s'], custom: { a: { check: yes, reportOnly: true } } };
      expect(createRuleBook({ rules }).inputs).to.deep.equal(['source-ip']);
      const routes = { 'GET /a': { ip: false, country: COUNTRY }, 'GET /b': { custom: { b: yes } } };
      expect(createRuleBook({ rules, routes }).inputs).to.have.members([
        'source-ip',
        'header:cloudfront-viewer-country',
        'anything',
      ]);
      expect(createRuleBook({}).inputs).to.deep.equal([]);
    });
  });

  const book = (options: unknown) => createRuleBook(options as Options);
  refusesOptions(book, [
    [{ rules: [] }, 'rules', /must be an object/],
    [{ rules: {} }, 'rules', /has no rule/],
    [{ rules: { scope: ['a'] } }, 'rules.scope', /not an option/],
    [{ rules: { token: 'optional' } }, 'rules.token', /not an option/],
    [{ rules: { ip: false } }, 'rules.ip', /leave it out/],
    [{ rules: { custom: false } }, 'rules.custom', /leave it out/],
    [{ rules: { scopes: true } }, 'rules.scopes', /must be a list/],
    [{ rules: { scopes: null } }, 'rules.scopes', /must be a list/],
    [{ rules: { ip: { allow: ['x'] } } }, 'rules.ip.allow[0]', /must be an address/],
    [{ rules: { custom: {} } }, 'rules.custom', /has no check/],
    [{ rules: { custom: yes } }, 'rules.custom', /must be an object/],
    [{ rules: { custom: { a: false } } }, "rules.custom['a']", /does not exist/],
    [{ rules: { custom: { a: 1 } } }, "rules.custom['a']", /must be a function/],
    [{ rules: { custom: { '': yes } } }, "rules.custom['']", /needs a name/],
    [{ routes: [] }, 'routes', /must be an object/],
    [{ routes: {} }, 'routes', /declares no route/],
    [{ routes: { '/a': {} } }, "routes['/a']", /method and a path/],
    [{ routes: { 'GET /a': true } }, "routes['GET /a']", /must be an object/],
    [{ routes: { 'GET /a': { scope: ['s'] } } }, "routes['GET /a'].scope", /not an option/],
    [{ routes: { 'GET /a': { token: false } } }, "routes['GET /a'].token", /'required' or 'optional'/],
    [
      { routes: { 'GET /a/{id}': { encodedSlashes: { x: 'data' } } } },
      "routes['GET /a/{id}'].encodedSlashes.x",
      /is no parameter of 'GET \/a\/\{id\}'/,
    ],
    [
      { routes: { 'GET /{org}': OWN_ORG, 'GET /a': OWN_ORG } },
      "routes['GET /a'].organization.matches",
      /\{org\}/,
    ],
    [{ routes: { 'GET /a': { ip: { deny: [] } } } }, "routes['GET /a'].ip.deny", /at least one/],
    [{ routes: { 'GET /a': { custom: {} } } }, "routes['GET /a'].custom", /has no check/],
    [{ routes: { 'GET /a': { custom: { b: false } } } }, "routes['GET /a'].custom['b']", /does not exist/],
    [
      { routes: { 'GET /a/{x}': {}, 'GET /a/{y}': {} } },
      "routes['GET /a/{y}']",
      /same route as routes\['GET \/a\/\{x\}'\]/,
    ],
    [{ undeclared: 'allow' }, 'undeclared', /'deny' or 'absent' or 'rules'/],
    [{ undeclared: 'deny' }, 'undeclared', /is 'deny'.*declares no route/],
    [{ undeclared: 'absent' }, 'undeclared', /is 'absent'.*declares no route/],
  ]);

  it('reads its options once', () => {
    const scopes = ['s'];
    const routes: Record<string, unknown> = { 'GET /a': { scopes } };
    const made = createRuleBook({ routes });
    scopes[0] = 't';
    delete routes['GET /a'];
    const { request, token } = subjectOf({ path: '/a' }, { scope: 's' });
    expect(made.begin(request, token).verdict()).to.equal(PASSED);
  });

  it('compiles 2,000 routes', () => {
    const routes = Object.fromEntries(
      Array.from({ length: 2000 }, (_, n) => [`GET /r${n}`, { scopes: [`s${n % 7}`] }]),
    );
    const made = createRuleBook({ routes });
    expect(found(made, { path: '/r1999' })).to.have.property('index', 1999);
    const lists = made.routes.map((_, n) => (found(made, { path: `/r${n}` }) as RuleSet).rules);
    expect(new Set(lists).size).to.equal(7);
  });

  it('throws only option errors for any options', () => {
    const value = fc.oneof(fc.anything(), fc.constantFrom('GET /a', yes, IP, COUNTRY, false, ['s']));
    const map = fc.dictionary(
      fc.constantFrom('ip', 'country', 'scopes', 'permissions', 'claims', 'custom', 'token', 'x'),
      value,
    );
    const routes = fc.dictionary(
      fc.constantFrom('GET /a', '$default', 'GET /{x}', 'GET /{y}', 'x'),
      fc.oneof(map, value),
    );
    const options = fc.record({
      rules: fc.oneof(map, value),
      routes: fc.oneof(routes, value),
      undeclared: value,
    });
    fc.assert(
      fc.property(options, (any) => {
        try {
          createRuleBook(any);
        } catch (error) {
          expect(error).to.be.instanceOf(OptionError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
