import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { createExplainer } from '../../lib/explaining/explainer.ts';
import { gatewayOfKind } from '../../lib/gateways/index.ts';
import type { AuthorizerOptions } from '../../lib/index.ts';
import {
  clientCertificate,
  createTestIssuer,
  dpopKey,
  dpopProof,
  type EventOptions,
  eventFor,
  restRequestEvent,
} from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { testKey } from '../support/issuer.ts';

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

  it('makes tokens of the profile that the options require', async () => {
    const options: AuthorizerOptions = { ...OPTIONS, profile: 'rfc9068' };
    const explanation = await explain({ claims: { scope: 'read:orders' }, path: '/orders' }, options);
    expect(explanation.decision).to.deep.equal({ outcome: 'allow' });
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
    const at = (key: string) => explanation.cache?.routes.find(({ route }) => route === key);
    expect(at('GET /orders')).to.include({ fresh: 'allow' });
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

  it('takes the issuer of the options for claims whose iss is no text, which the verifier then refuses', async () => {
    const explanation = await explain({ claims: { iss: { toString: null } }, path: '/orders' });
    expect(explanation.decision).to.include({ code: 'invalid_claim', status: 401 });
  });

  it('is plain JSON', async () => {
    const explanation = await explain({ claims: { scope: 'read:orders' } });
    expect(JSON.parse(JSON.stringify(explanation))).to.deep.equal(explanation);
  });

  describe('names the routes that apply', () => {
    const ROUTES = {
      'GET /a/{id}': { scopes: ['a'] },
      'GET /a/b': { scopes: ['b'] },
      'ANY /a/{rest+}': { scopes: ['c'] },
      'GET /slash/': { scopes: ['d'] },
      'DELETE /a/b': {},
    };
    const routeOf = async (path: string, options: AuthorizerOptions = {}, event: EventOptions = {}) => {
      const explainer = await createExplainer({ ...OPTIONS, routes: ROUTES, ...options }, 'resigned');
      const token = explainer.resigner.fromClaims({});
      const { route } = await explainer.explain(eventFor('rest-request', { token, path, ...event }));
      return route;
    };

    it('the most specific one, and those that nearly fit', async () => {
      const route = await routeOf('/a/b');
      expect(route).to.include({ found: 'routes' });
      expect(route?.why).to.match(/most specific/);
      expect(route?.candidates).to.deep.equal([
        { route: 'GET /a/b', fits: 'applies' },
        { route: 'GET /a/{id}', fits: 'less specific' },
        { route: 'ANY /a/{rest+}', fits: 'less specific' },
        { route: 'DELETE /a/b', fits: 'other method' },
      ]);
      expect(
        (await routeOf('/a/x/y/', { undeclared: 'deny', routes: { 'POST /a/x/y': {} } }))?.candidates,
      ).to.deep.equal([{ route: 'POST /a/x/y', fits: 'other slash' }]);
      expect((await routeOf('/A/c'))?.candidates).to.deep.equal([
        { route: 'GET /a/{id}', fits: 'other case' },
        { route: 'ANY /a/{rest+}', fits: 'other case' },
      ]);
    });

    it('and `$default`, which takes what no other route takes', async () => {
      const routes = { $default: {}, ...ROUTES };
      expect((await routeOf('/a/b', { routes }))?.candidates).to.deep.include({
        route: '$default',
        fits: 'less specific',
      });
      expect(await routeOf('/none', { routes })).to.deep.include({ keys: ['$default'] });
    });

    it('none for a path that no route has', async () => {
      const denied = await routeOf('/none', { undeclared: 'deny' });
      expect(denied).to.deep.include({ found: 'refused', keys: [] });
      const common = await routeOf('/none', { undeclared: 'rules' });
      expect(common).to.deep.include({ found: 'undeclared', keys: [] });
      expect(common?.why).to.match(/`undeclared` is 'rules'/);
      const { routes: _, undeclared: __, ...others } = OPTIONS;
      const explainer = await createExplainer(others, 'resigned');
      const token = explainer.resigner.fromClaims({});
      const { route } = await explainer.explain(eventFor('rest-request', { token }));
      expect(route?.why).to.match(/No routes are declared/);
    });

    it('several, if the path may belong to any of them', async () => {
      const routes = { 'ANY /users/me': {}, 'GET /users/{id}': { scopes: ['a'] } };
      const both = await routeOf('/users/me', { routes });
      expect(both?.keys).to.have.members(Object.keys(routes));
      expect(both?.why).to.match(/rules of all apply/);
      const partly = await routeOf('/slash', { undeclared: 'rules' });
      expect(partly?.why).to.match(/declared and undeclared/);
      const based = await routeOf('/base/a', {}, { resource: '/a/{id}' });
      expect(based).to.deep.include({ keys: ['GET /a/{id}'] });
      expect(based?.why).to.match(/base path mapping/);
    });
  });

  it('explains a request of every gateway, by its own routes', async () => {
    const options: AuthorizerOptions = {
      ...OPTIONS,
      routes: {
        'GET /orders': {},
        'ANY /any/{id}': {},
        'GET /slash/': {},
        $connect: {},
        $default: { scopes: ['x'] },
      },
    };
    const explainer = await createExplainer(options, 'resigned');
    const token = explainer.resigner.fromClaims({});
    for (const { kind, event } of EVERY_GATEWAY) {
      const { cache, policy, request } = await explainer.explain(event({ token, path: '/orders' }));
      const { routeKinds } = gatewayOfKind(kind);
      expect(request?.gateway).to.equal(kind);
      expect(cache?.routes).to.have.length(
        (routeKinds.includes('path') ? 3 : 0) +
          (routeKinds.includes('connect') ? 1 : 0) +
          (routeKinds.includes('default') ? 1 : 0),
      );
      if (policy === null) expect(kind).to.match(/^appsync/);
    }
  });

  it('says for which routes a cached policy has no room, and which caller of an organization it is for', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [
        `GET /${'long'.repeat(20)}${index * 7919}/{id}/${'x'.repeat(20)}`,
        { scopes: [index % 2 ? 'read' : 'none'] },
      ]),
    );
    const explainer = await createExplainer({ ...OPTIONS, routes: many, undeclared: 'deny' }, 'resigned');
    const token = explainer.resigner.fromClaims({ scope: 'read' });
    const [, path = ''] = Object.keys(many)[1]?.split(' ') ?? [];
    const { policy, cache } = await explainer.explain(
      eventFor('rest-request', { token, path: path.replace('{id}', '1') }),
    );
    expect(policy).to.include({ shortfall: 'partial' });
    const lost = cache?.routes.filter(({ fresh, cached }) => fresh === 'allow' && cached === 'deny');
    expect(policy?.leftOut)
      .to.be.at.least(lost?.length ?? 0)
      .and.above(0);

    const organization = { organization: { matches: 'path:org' } } as const;
    const orgs = await createExplainer(
      {
        ...OPTIONS,
        routes: { 'GET /orgs/{org}': organization, 'GET /orgs/{org}/x': { ...organization, scopes: ['x'] } },
      },
      'resigned',
    );
    const member = orgs.resigner.fromClaims({ org_id: 'org_1' });
    const own = await orgs.explain(eventFor('rest-request', { token: member, path: '/orgs/org_1' }));
    expect(own.cache?.routes.map(({ cached }) => cached)).to.deep.equal(['allow', 'deny']);
    const other = await orgs.explain(
      eventFor('rest-request', { token: orgs.resigner.fromClaims({}), path: '/orgs/org_1' }),
    );
    expect(other.decision).to.include({ code: 'organization_required' });
    expect(other.cache?.routes.map(({ cached }) => cached)).to.deep.equal(['deny', 'deny']);
  });

  it('judges rules that were not reached, but calls no function that may take time', async () => {
    const calls: string[] = [];
    const custom = { counts: () => calls.push('custom') > 0 };
    const claims = {
      plan: () => {
        throw new Error('down');
      },
    };
    const explainer = await createExplainer(
      { ...OPTIONS, rules: { scopes: ['none'], claims, custom }, routes: { 'GET /orders': {} } },
      'resigned',
    );
    const token = explainer.resigner.fromClaims({ plan: 'gold' });
    const { rules } = await explainer.explain(eventFor('rest-request', { token, path: '/orders' }));
    expect(rules.map(({ rule, verdict, judged }) => [rule, verdict, judged])).to.deep.equal([
      ['callers', 'passed', 'judged'],
      ['scopes', 'refused', 'judged'],
      ['claims', 'fault', 'after'],
      ['custom.counts', 'not reached', 'no'],
    ]);
    expect(calls).to.deep.equal([]);
  });

  it('says what it does not check, and touches no store, hook or logger of the options', async () => {
    const touched = () => {
      throw new Error('touched');
    };
    const store = { read: touched, write: touched, lease: touched };
    const options: AuthorizerOptions = {
      ...OPTIONS,
      jwks: { store, onEvent: touched },
      revocations: { store },
      dpop: dpop({ mode: 'allowed', origin: 'https://api.example.com' }),
      mtls: mtls('allowed'),
      logger: { info: touched, warn: touched, error: touched },
      onDecision: touched,
      allowSampleRate: 0,
    };
    const explainer = await createExplainer(options, 'resigned');
    const bound = explainer.resigner.fromClaims({ scope: 'read:orders', cnf: { jkt: 'a' } });
    const { decision, caveats } = await explainer.explain(
      eventFor('rest-request', { authorization: `DPoP ${bound}`, path: '/orders' }),
    );
    expect(decision).to.deep.equal({ outcome: 'allow' });
    expect(caveats.join(' '))
      .to.include('Not checked: revocations')
      .and.include('Not checked: replay')
      .and.include('Not checked, if the token is made from claims: the proof of possession');
    const { jwks: _, ...others } = options;
    const keys = [(await testKey()).jwk as never];
    const required = await createExplainer({ ...OPTIONS, dpop: dpop('required') }, 'resigned');
    const unbound = required.resigner.fromClaims({});
    const refused = await required.explain(eventFor('rest-request', { token: unbound, path: '/orders' }));
    expect(refused.decision).to.include({ code: 'token_not_bound' });
    const real = await createExplainer({ ...others, jwks: { keys } }, 'keys');
    const { caveats: fewer } = await real.explain(eventFor('rest-request', { path: '/orders' }));
    expect(fewer.join(' '))
      .to.include('Not checked: revocations')
      .and.include('Not checked: replay')
      .and.not.include('possession');
  });

  it('verifies a DPoP proof without using it up, and refuses a bound token without one', async () => {
    const claimed: string[] = [];
    const replay = { claim: (id: string) => claimed.push(id) > 0 };
    const key = dpopKey();
    const issuer = createTestIssuer();
    const explainer = await createExplainer(
      { ...issuer.options, dpop: dpop({ mode: 'required', replay }) },
      'keys',
    );
    const codeOf = async (event: object) => {
      const { decision } = await explainer.explain(event);
      return decision.outcome === 'deny' ? decision.code : decision.outcome;
    };
    const token = issuer.token.user({}, { boundTo: key });
    const authorization = `DPoP ${token}`;
    const good = dpopProof({ key, token, url: 'https://api.example.com/prod/orders' });
    const request = { token, path: '/orders', domainName: 'api.example.com' };
    for (const event of [1, 2].map(() => restRequestEvent({ ...request, proof: good }))) {
      expect(await codeOf(event)).to.equal('allow');
    }
    expect(await codeOf(restRequestEvent({ ...request, path: '/other', proof: good }))).to.equal(
      'dpop_proof_invalid',
    );
    const foreign = dpopProof({ key: dpopKey(), token, url: 'https://api.example.com/prod/orders' });
    expect(await codeOf(restRequestEvent({ ...request, proof: foreign }))).to.equal('dpop_key_mismatch');
    expect(await codeOf(restRequestEvent({ authorization }))).to.equal('dpop_proof_missing');
    expect(await codeOf(restRequestEvent({ token }))).to.equal('dpop_proof_missing');
    expect(await codeOf(restRequestEvent({ token: issuer.token() }))).to.equal('token_not_bound');
    expect(claimed).to.deep.equal([]);
  });

  it('verifies the proof of a token that is signed again', async () => {
    const key = dpopKey();
    const certificate = clientCertificate();
    const issuer = createTestIssuer();
    const options = { ...issuer.options, dpop: dpop('allowed'), mtls: mtls('allowed') };
    const explainer = await createExplainer(options, 'resigned');
    const codeOf = async (event: object) => {
      const { decision } = await explainer.explain(event);
      return decision.outcome === 'deny' ? decision.code : decision.outcome;
    };
    const original = issuer.token.user({}, { boundTo: key });
    const proofOf = (by: typeof key, token: string) =>
      dpopProof({ key: by, token, url: 'https://api.example.com/prod/orders' });
    const request = { path: '/orders', domainName: 'api.example.com' };
    const token = explainer.resigner.fromToken(original);
    expect(token).to.not.equal(original);
    expect(await codeOf(restRequestEvent({ ...request, token, proof: proofOf(key, original) }))).to.equal(
      'allow',
    );
    expect(await codeOf(restRequestEvent({ ...request, token, proof: proofOf(key, token) }))).to.equal(
      'dpop_proof_invalid',
    );
    expect(await codeOf(restRequestEvent({ ...request, token }))).to.equal('dpop_proof_missing');

    const ofCertificate = explainer.resigner.fromToken(issuer.token.user({}, { boundTo: certificate }));
    const events = [certificate.pem, clientCertificate().pem, undefined].map((pem) =>
      restRequestEvent({ ...request, token: ofCertificate, clientCertificate: pem }),
    );
    expect(await Promise.all(events.map(codeOf))).to.deep.equal([
      'allow',
      'certificate_mismatch',
      'certificate_missing',
    ]);
  });

  it('explains what a function of the options throws that is no error', async () => {
    const custom = {
      throws: () => {
        throw 'text';
      },
    };
    const { decision } = await explain(
      { claims: {}, path: '/' },
      { ...OPTIONS, routes: { 'GET /': { custom } } },
    );
    expect(decision).to.include({ outcome: 'fault', code: 'rule_error' });
    expect(decision.outcome === 'fault' && decision.error).to.match(
      /^the function of rule custom\.throws threw/,
    );
  });

  it('explains what an option that chooses the context throws', async () => {
    const context = () => {
      throw 'text';
    };
    const options = { ...OPTIONS, context };
    const { decision, cache, client } = await explain(
      { claims: { scope: 'read:orders' }, path: '/orders' },
      options,
    );
    expect(decision).to.include({ code: 'handler_error', error: 'the function of the option context threw' });
    expect(client.status).to.equal(500);
    expect(cache?.routes.map(({ cached }) => cached)).to.deep.equal(['deny', 'deny', 'deny', 'deny']);
  });

  it('refuses an event without a request', async () => {
    const explainer = await createExplainer(OPTIONS, 'resigned');
    const failure = await explainer.explain({ warmup: true }).then(String, ({ message }: Error) => message);
    expect(failure).to.match(/^event: is a warm-up ping/);
  });
});
