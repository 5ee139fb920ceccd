import { expect } from 'chai';
import { createExplainer } from '../../lib/explaining/explainer.ts';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { eventFor } from '../../lib/testing.ts';

const OPTIONS: AuthorizerOptions = {
  domain: 'tenant.eu.auth0.com',
  audience: 'https://api.example.com/',
  rules: { ip: { deny: ['198.51.100.0/24'] } },
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'], custom: { hours: () => true } },
    'GET /orders/{id}': { scopes: ['read:orders'] },
    'GET /health': { token: 'optional' },
  },
  undeclared: 'absent',
};

describe('createExplainer', () => {
  const explain = async (
    { claims, ...request }: { readonly claims?: object; readonly method?: string; readonly path?: string },
    options: AuthorizerOptions = OPTIONS,
  ) => {
    const explainer = await createExplainer(options, 'resigned');
    const token = claims === undefined ? undefined : explainer.resigner.fromClaims({ ...claims });
    return explainer.explain(eventFor('rest-request', { token, ...request }));
  };

  it('explains an allow: route, rules, what the client gets', async () => {
    const { custom: _, ...post } = OPTIONS.routes?.['POST /orders'] ?? {};
    const options = { ...OPTIONS, routes: { ...OPTIONS.routes, 'POST /orders': post } };
    const explanation = await explain({ claims: { scope: 'read:orders' }, path: '/orders/7' }, options);
    expect(explanation.decision).to.deep.equal({ outcome: 'allow' });
    expect(explanation.route).to.deep.include({ found: 'routes', keys: ['GET /orders/{id}'] });
    expect(explanation.rules.map(({ rule, option, verdict }) => [rule, option, verdict])).to.deep.equal([
      ['ip', 'rules.ip', 'passed'],
      ['callers', null, 'passed'],
      ['scopes', "routes['GET /orders/{id}'].scopes", 'passed'],
    ]);
    expect(explanation.client).to.include({ from: 'backend', status: null });
    expect(explanation.cache?.routes).to.deep.equal([
      { route: 'GET /orders', fresh: 'allow', cached: 'allow' },
      { route: 'POST /orders', fresh: 'deny', cached: 'deny' },
      { route: 'GET /orders/{id}', fresh: 'allow', cached: 'allow' },
      { route: 'GET /health', fresh: 'allow', cached: 'allow' },
    ]);
    expect(explanation.policy).to.include({ allows: 3, denies: 1 }).and.not.have.property('document');
    expect(explanation.remedies).to.deep.equal([]);
  });

  it('explains a denial: the rule that refuses, the rules after it, and what to change', async () => {
    const explanation = await explain({ claims: { scope: 'read:orders' }, method: 'POST' });
    expect(explanation.decision).to.include({
      outcome: 'deny',
      code: 'insufficient_scope',
      status: 403,
      detail: 'missing write:orders',
    });
    expect(explanation.rules.map(({ rule, verdict, judged }) => [rule, verdict, judged])).to.deep.equal([
      ['ip', 'passed', 'judged'],
      ['callers', 'passed', 'judged'],
      ['scopes', 'refused', 'judged'],
      ['custom.hours', 'not reached', 'no'],
    ]);
    expect(explanation.client).to.include({ from: 'gateway', status: 403 });
    expect(explanation.remedies.map(({ where }) => where)).to.have.members(['client', 'auth0', 'options']);
    expect(explanation.cache?.routes.find(({ route }) => route === 'GET /orders')).to.include({
      fresh: 'depends',
    });
  });

  it('finds the route although the token is refused', async () => {
    const explanation = await explain({ claims: { exp: 1000 }, path: '/orders' });
    expect(explanation.decision).to.include({ code: 'token_expired', status: 401 });
    expect(explanation.token).to.include({ verified: 'resigned' });
    expect(explanation.token?.expiresIn).to.be.below(0);
    expect(explanation.route?.keys).to.deep.equal(['GET /orders']);
    expect(explanation.rules.map(({ verdict }) => verdict)).to.deep.equal(Array(3).fill('not reached'));
    expect(explanation.client.status).to.equal(401);
  });

  it('is plain JSON', async () => {
    const explanation = await explain({ claims: { scope: 'read:orders' } });
    expect(JSON.parse(JSON.stringify(explanation))).to.deep.equal(explanation);
  });
});
