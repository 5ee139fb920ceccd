import { expect } from 'chai';
import { AuthorizerFault, Forbidden } from '../../lib/decision/errors.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { refusalIn, subjectOf } from './subjects.ts';

type Options = Parameters<typeof createRuleBook>[0];

function begin(
  options: Options,
  path: string,
  claims: Record<string, unknown> = { org_id: 'x' },
  gateway: GatewayKind = 'rest-request',
) {
  const { request, token } = subjectOf({ path, gateway }, claims);
  return createRuleBook(options).begin(request, token);
}

describe('Judging', () => {
  const calls: string[] = [];
  beforeEach(() => calls.splice(0));

  const answers = (name: string, passes: boolean) => () => {
    calls.push(name);
    return passes;
  };
  const throws = (error: unknown) => () => {
    throw error;
  };

  describe('calls each function of the options at most once a request', () => {
    it('a predicate on each of three routes, for the verdict and the grants', async () => {
      const routes = Object.fromEntries(
        ['a', 'b', 'c'].map((name) => [`GET /${name}`, { claims: { org_id: answers(name, name !== 'b') } }]),
      );
      const judging = begin({ routes }, '/a');
      expect((await judging.verdict()).kind).to.equal('passed');
      expect([...judging.grants().routes]).to.deep.equal([1, 0, 1]);
      expect(judging.grants()).to.equal(judging.grants());
      expect(calls).to.deep.equal(['a', 'b', 'c']);
    });

    it('a predicate that several routes use on the same claim, each with other rules', async () => {
      const shared = answers('shared', true);
      const routes = {
        'GET /a': { claims: { org_id: shared } },
        'GET /b': { claims: { org_id: shared, level: 3 } },
        'GET /c': { claims: { org_id: shared, level: shared } },
      };
      const judging = begin({ routes }, '/a', { org_id: 'x', level: 4 });
      await judging.verdict();
      expect([...judging.grants().routes]).to.deep.equal([1, 0, 1]);
      expect(calls).to.deep.equal(['shared', 'shared']);
    });

    it('a function with several uses once for each of them', async () => {
      const inputs: unknown[] = [];
      const shared = (input: unknown) => {
        inputs.push(typeof input === 'string' ? input : typeof input);
        return (input === '198.51.100.7' ? 'DE' : true) as never;
      };
      const rules = {
        country: { allow: ['DE'], source: shared },
        claims: { country: shared, custom: shared },
        custom: { mine: shared },
      };
      const judging = begin({ rules }, '/a', { country: 'x', custom: 'y' });
      expect((await judging.verdict()).kind).to.equal('passed');
      expect(inputs).to.deep.equal(['198.51.100.7', 'x', 'y', 'object']);
    });

    it('a predicate that throws', async () => {
      const throwing = () => {
        calls.push('throwing');
        throw new Forbidden();
      };
      const routes = {
        'GET /a': { claims: { org_id: throwing } },
        'GET /b': { claims: { org_id: throwing, sub: 'auth0|1' } },
      };
      const judging = begin({ routes }, '/a');
      expect(refusalIn(await judging.verdict())).to.have.property('code', 'handler_forbidden');
      expect([...judging.grants().routes]).to.deep.equal([0, 0]);
      expect(calls).to.deep.equal(['throwing']);
    });

    it('a check and a look-up that both routes of a path with a final slash have', async () => {
      const check = answers('check', true);
      const lookup = () => {
        calls.push('lookup');
        return Promise.resolve('DE');
      };
      const routes = {
        'GET /orders': { custom: { mine: check }, country: { allow: ['DE'], source: lookup } },
        'ANY /{proxy+}': {
          custom: { mine: { check, reportOnly: true } },
          country: { deny: ['FR'], source: lookup },
        },
      };
      const judging = begin({ routes }, '/orders/', {}, 'http-api-2.0');
      expect(judging.rules).to.have.property('kind', 'routes');
      expect((await judging.verdict()).kind).to.equal('passed');
      expect(calls).to.deep.equal(['lookup', 'check']);
    });

    it('no rule anew when the verdict is read twice', async () => {
      const judging = begin({ rules: { custom: { mine: answers('mine', false) } } }, '/a');
      const verdict = await judging.verdict();
      expect(await judging.verdict()).to.equal(verdict);
      expect(calls).to.deep.equal(['mine']);
    });
  });

  it('has no verdict and refuses nothing before it judges, then one verdict a rule', async () => {
    const judging = begin({ rules: { scopes: ['a'], permissions: ['p'] } }, '/a');
    expect([judging.verdicts, judging.refusal]).to.deep.equal([[], null]);
    await judging.verdict();
    expect(judging.verdicts.map(({ kind }) => kind)).to.deep.equal(['passed', 'refused']);
    expect(judging.refusal).to.include({ code: 'insufficient_scope' });
  });

  it('names the declared route whose rules apply', () => {
    const options = { routes: { 'GET /a': {}, 'GET /b/{id}': {} }, undeclared: 'rules' };
    const routeAt = (path: string) => begin(options, path).route;
    expect(['/a', '/b/1', '/c'].map(routeAt)).to.deep.equal(['GET /a', 'GET /b/{id}', null]);
  });

  describe('grants the request', () => {
    const byScope = { routes: { 'GET /a': { scopes: ['a'] }, 'GET /b': {} } };
    const elsewhere = { rules: { scopes: ['a'] }, routes: { 'GET /b': {} }, undeclared: 'rules' };
    const organization = { matches: 'path:org' };
    const ownOrg = { routes: { 'GET /orgs/{org}': { organization }, 'GET /b': {} } };
    const reported = { 'GET /orgs/{org}': { organization: { ...organization, reportOnly: true } } };
    const custom = { mine: answers('mine', false) };
    const cases: readonly [what: string, Options, path: string, claims: object, granted: boolean][] = [
      ['if its route is granted', byScope, '/a', { scope: 'a' }, true],
      ['not if another route alone is granted', byScope, '/a', {}, false],
      ['whatever other routes require', byScope, '/b', {}, true],
      ['if undeclared paths are granted', elsewhere, '/c', { scope: 'a' }, true],
      ['not if undeclared paths are not granted', elsewhere, '/c', {}, false],
      ["with the caller's text in the path", ownOrg, '/orgs/org_a', { org_id: 'org_a' }, true],
      ['not with the text of another', ownOrg, '/orgs/org_b', { org_id: 'org_a' }, false],
      [
        'with any text if that is only reported',
        { routes: reported },
        '/orgs/org_b',
        { org_id: 'org_a' },
        true,
      ],
      ['whatever rules say that grants leave out', { routes: { 'GET /a': { custom } } }, '/a', {}, true],
      ['not if its path is refused', byScope, '/b/../b', {}, false],
    ];
    for (const [what, options, path, claims, granted] of cases) {
      it(what, () => expect(begin(options, path, { ...claims }).grantsRequest()).to.equal(granted));
    }
  });

  it('reads an address rule of the route once for the verdict and the grants', async () => {
    const { request, token } = subjectOf({ path: '/a' });
    let reads = 0;
    const counted = Object.defineProperty({ ...request }, 'headers', {
      get: () => {
        reads += 1;
        return { 'x-forwarded-for': '192.0.2.1' };
      },
    });
    const ip = { allow: ['192.0.2.0/24'], source: { header: 'x-forwarded-for', trustedHops: 1 } };
    const routes = { 'GET /a': { ip }, 'GET /b': { scopes: ['b'] } };
    const judging = createRuleBook({ routes }).begin(counted, token);
    await judging.verdict();
    expect([...judging.grants().routes]).to.deep.equal([1, 0]);
    // One judging reads them twice: whether the header is ambiguous, and its value.
    expect(reads).to.equal(2);
  });

  describe('when a function of the options throws', () => {
    const cause = new TypeError('mine');

    it("is a fault on the request's own route", async () => {
      const routes = { 'GET /a': { claims: { org_id: throws(cause) } } };
      const judging = begin({ routes }, '/a');
      const verdict = await judging.verdict();
      expect(verdict).to.have.property('kind', 'fault');
      expect(verdict).to.have.property('error').that.is.instanceOf(AuthorizerFault);
      expect([judging.refusal, judging.reports]).to.deep.equal([null, []]);
    });

    it('does not grant another route, and reports the fault with that route', async () => {
      const routes = { 'GET /a': {}, 'GET /b': { claims: { org_id: throws(cause) } } };
      const judging = begin({ routes }, '/a');
      expect((await judging.verdict()).kind).to.equal('passed');
      expect([...judging.grants().routes]).to.deep.equal([1, 0]);
      expect(judging.reports).to.deep.equal([{ rule: 'claims', code: 'rule_error', route: 'GET /b', cause }]);
    });

    it('does not grant undeclared paths, and reports the fault without a route', async () => {
      const routes = { 'GET /a': { claims: false } };
      const rules = { claims: { org_id: throws(cause) } };
      const judging = begin({ rules, routes, undeclared: 'rules' }, '/a');
      expect(judging.grants()).to.deep.equal({ routes: Uint8Array.of(1), undeclared: false });
      expect(judging.reports).to.deep.equal([{ rule: 'claims', code: 'rule_error', cause }]);
    });

    it('reports a promise that a predicate of another route returns', async () => {
      const routes = {
        'GET /a': {},
        'GET /b': { claims: { org_id: (() => Promise.resolve(true)) as never } },
      };
      const judging = begin({ routes }, '/a');
      expect([...judging.grants().routes]).to.deep.equal([1, 0]);
      expect(judging.reports[0]?.cause).to.be.instanceOf(AuthorizerFault);
    });

    it('does not grant another route either when the error is not of a function of the options', async () => {
      const { request, token } = subjectOf({ path: '/a' });
      const broken = Object.defineProperty({ ...request }, 'headers', { get: throws(cause) });
      const source = { header: 'x-forwarded-for', trustedHops: 1 };
      const routes = { 'GET /a': {}, 'GET /b': { ip: { allow: ['192.0.2.1'], source } } };
      const judging = createRuleBook({ routes }).begin(broken, token);
      expect([...judging.grants().routes]).to.deep.equal([1, 0]);
      expect(judging.reports).to.deep.equal([{ rule: 'ip', code: 'rule_error', route: 'GET /b', cause }]);
    });

    it('reads the grants although the path itself is refused', async () => {
      const routes = { 'GET /a': { scopes: ['a'] }, 'GET /b': {} };
      const judging = begin({ routes }, '/a//b', { scope: 'a' });
      expect(refusalIn(await judging.verdict())).to.deep.equal({ code: 'ambiguous_path' });
      expect([judging.route, judging.refusal]).to.deep.equal([null, { code: 'ambiguous_path' }]);
      expect([...judging.grants().routes]).to.deep.equal([1, 1]);
      expect(judging.grantsRequest()).to.equal(false);
    });
  });
});
