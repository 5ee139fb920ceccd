import { expect } from 'chai';
import { passesUntil } from '../../lib/rules/expiry.ts';
import { audiencesIn } from '../../lib/rules/kinds/audience.ts';
import { clientsIn } from '../../lib/rules/kinds/clients.ts';
import { namesIn } from '../../lib/rules/kinds/scope-lists.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { requestOf, tokenOf } from './subjects.ts';

type Options = Parameters<typeof createRuleBook>[0];

const login = (maxAge: number, reportOnly = false) => ({ authentication: { maxAge, reportOnly } });

describe('a rule book', () => {
  it('has the least maxAge of the enforced rules, or none', () => {
    const maxAgeOf = (options: Options) => createRuleBook(options).maxAge;
    expect(maxAgeOf({})).to.equal(null);
    expect(maxAgeOf({ rules: login(300, true) })).to.equal(null);
    expect(maxAgeOf({ routes: { 'GET /a': login(300), 'GET /b': login(60), 'GET /c': {} } })).to.be.within(
      60,
      70,
    );
  });

  it('says until when the rules pass a token: the login and maxAge of enforced rules on the route', () => {
    const book = createRuleBook({
      routes: { 'GET /a': login(300), 'GET /b': login(60), 'GET /c': login(60, true), 'GET /d': {} },
    });
    const until = (path: string, token: ReturnType<typeof tokenOf> | null = tokenOf({ auth_time: 1_000 })) =>
      passesUntil(book.begin(requestOf({ path }), token).rules, token);
    expect([until('/a') - until('/b'), until('/b') >= 1_060, until('/b') < 1_100]).to.deep.equal([
      240,
      true,
      true,
    ]);
    expect([until('/c'), until('/d'), until('/a', null), until('/other')]).to.deep.equal([
      Infinity,
      Infinity,
      Infinity,
      Infinity,
    ]);
  });

  it('names the rules that are enforced on some route', () => {
    const { enforced } = createRuleBook({
      rules: { callers: { allow: ['user'], reportOnly: true } },
      routes: { 'GET /a': { scopes: ['s'] }, 'GET /b': { permissions: { all: ['p'], reportOnly: true } } },
    });
    expect([...enforced]).to.deep.equal(['scopes']);
  });

  it('lists the overlaps of routes with different rules alone', () => {
    const overlapsOf = (scopes: string) =>
      createRuleBook({
        routes: { 'ANY /users/me': { scopes: ['s'] }, 'GET /users/{id}': { scopes: [scopes] } },
      }).overlaps('rest');
    expect(overlapsOf('s')).to.deep.equal([]);
    expect(overlapsOf('t').map(({ routes }) => routes)).to.deep.equal([[0, 1]]);
  });

  it('has one requirement for each declared route, and another for undeclared paths', () => {
    const { requirements, undeclaredRequirement } = createRuleBook({
      rules: { scopes: ['s'] },
      routes: { 'GET /a': {}, 'GET /b': { scopes: false } },
      undeclared: 'rules',
    });
    expect(requirements).to.have.length(2);
    expect(undeclaredRequirement).to.be.a('string').and.equal(requirements[0]);
  });

  it('lets anonymous callers in as soon as one route does, and tells their routes from the others', () => {
    const book = createRuleBook({
      routes: { 'GET /a': {}, 'GET /b': { token: 'optional', callers: false } },
    });
    expect(book.admitsAnonymous).to.equal(true);
    expect(book.requirements[0]).to.be.a('string').and.not.equal(book.requirements[1]);
    expect(book.requirements).to.have.length(2);
    expect(book.undeclaredRequirement).to.equal(false);
  });

  it('tells routes apart that differ in whether they require a token', () => {
    const rules = { callers: false };
    const routes = { 'GET /a': {}, 'GET /b': { token: 'optional' }, 'GET /c': {} } as const;
    const [required, optional, other] = createRuleBook({ rules, routes } as Options).requirements;
    expect([optional, other === required]).to.deep.equal([true, true]);
    expect(required).to.be.a('string');
  });

  it('requires a token for routes only if there are callers without one', () => {
    const routes = { 'GET /a': { callers: false }, 'GET /b': { callers: false } } as const;
    expect(createRuleBook({ routes }).requirements).to.deep.equal([true, true]);
  });

  it('decides for the stage only if all routes have the same rules over what a cache key can hold', () => {
    const isForStage = (options: Options) => createRuleBook(options).begin(requestOf(), tokenOf()).isForStage;
    expect(isForStage({ rules: { scopes: ['s'] } })).to.equal(true);
    expect(isForStage({ rules: { custom: { mine: () => true } } })).to.equal(false);
    expect(isForStage({ routes: { 'GET /orders': {}, 'GET /b': { scopes: ['s'] } } })).to.equal(false);
  });

  it('leaves the address to the policy only for gateways that send none and answer with a policy', () => {
    const rules = { ip: { allow: ['192.0.2.0/24'] } };
    const namesFor = (gateway: 'rest-token' | 'rest-request' | 'appsync-graphql', ipInPolicy: boolean) => {
      const found = createRuleBook({ rules, ipInPolicy }).begin(requestOf({ gateway }), tokenOf()).rules;
      return found.kind === 'refused' ? [] : found.rules.map(({ name }) => name);
    };
    expect(namesFor('rest-token', true)).to.deep.equal(['callers']);
    expect(namesFor('rest-token', false)).to.deep.equal(['ip', 'callers']);
    expect(namesFor('rest-request', true)).to.deep.equal(['ip', 'callers']);
    expect(namesFor('appsync-graphql', true)).to.deep.equal(['ip', 'callers']);
  });

  it('refuses a path although it leaves the address to the policy', () => {
    const rules = { ip: { allow: ['192.0.2.0/24'] } };
    const book = createRuleBook({ rules, routes: { 'GET /a': {} }, ipInPolicy: true });
    const { refusal } = book.begin(requestOf({ gateway: 'rest-token', path: '/b' }), tokenOf()).rules as {
      readonly refusal?: unknown;
    };
    expect(refusal).to.deep.equal({ code: 'route_not_found' });
  });
});

describe('the names in an option', () => {
  it('are none if the rule is absent or off', () => {
    for (const value of [undefined, false]) {
      expect([audiencesIn(value), clientsIn(value), namesIn(value)]).to.deep.equal([[], null, []]);
    }
  });

  it('are those of the list or the object', () => {
    expect([audiencesIn(['a']), audiencesIn({ any: ['a', 'b'] })]).to.deep.equal([['a'], ['a', 'b']]);
    expect([clientsIn(['a']), clientsIn({ allow: ['a', 'b'] })]).to.deep.equal([['a'], ['a', 'b']]);
    expect([namesIn(['a']), namesIn({ all: ['a'], any: ['b'] })]).to.deep.equal([['a'], ['a', 'b']]);
  });

  it('are refused under the name of the rule', () => {
    expect(() => audiencesIn([]))
      .to.throw()
      .with.property('option', 'audience');
    expect(() => namesIn([]))
      .to.throw()
      .with.property('option', 'required');
    expect(() => clientsIn([]))
      .to.throw()
      .with.property('option', 'clients');
  });
});
