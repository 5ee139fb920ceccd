import { expect } from 'chai';
import { gatewayKinds } from '../../lib/gateways/index.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  evaluatePolicy,
  identitySources,
  OptionError,
} from '../../lib/index.ts';
import {
  appSyncGraphqlEvent,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { invoke, type Outcome, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';
import { NEVER_EXACT } from '../support/never-exact.ts';

describe('A cached answer', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  const ROUTES = {
    'GET /orders': { scopes: ['read:orders'] },
    'GET /orders/{id}': { scopes: ['read:orders'] },
    'POST /orders/{id}': { permissions: ['write:orders'] },
    'ANY /admin/{proxy+}': { permissions: ['admin'] },
    'GET /prices': {},
  };

  function authorizer(options: Partial<AuthorizerOptions>, handler?: () => unknown) {
    const { url } = issuer;
    const chain = auth0Authorizer({ issuer: url, audience: AUDIENCE, logger: false, ...options });
    return (handler === undefined ? middy() : middy(async () => handler())).use(chain);
  }

  /** What the cached answer comes to on another request. */
  function replayed(outcome: Outcome, method: string, path: string, conditions: object = {}): string {
    if (outcome.kind === 'error') return outcome.error.message;
    const resource = outcome.arn.replace(/\/[A-Z]+\/[^/]*.*$/, `/${method}${path}`);
    return evaluatePolicy(outcome.response.policyDocument as never, { resource, ...conditions });
  }

  for (const [name, event] of Object.entries({
    restTokenEvent,
    restRequestEvent,
    httpApi1Event,
    httpApi2Event,
  })) {
    it(`is right for every declared route after any first request (${name})`, async () => {
      const token = await issuer.token({ permissions: [] });
      const first: [string, string][] = [
        ['GET', '/orders'],
        ['GET', '/orders/7'],
        ['POST', '/orders/7'],
        ['PUT', '/admin/users/1'],
        ['GET', '/prices'],
      ];
      for (const [method, path] of first) {
        const outcome = await invoke(authorizer({ routes: ROUTES }), event({ token, method, path }));
        expect(first.map(([m, p]) => `${m} ${p} ${replayed(outcome, m, p)}`)).to.deep.equal([
          'GET /orders allow',
          'GET /orders/7 allow',
          'POST /orders/7 explicit-deny',
          'PUT /admin/users/1 explicit-deny',
          'GET /prices allow',
        ]);
      }
    });
  }

  it('holds the principal and the context of an allow on a denial too, since a replay may allow another route', async () => {
    const options = {
      routes: ROUTES,
      principalId: () => 'me',
      context: () => ({ plan: 'gold' }),
    };
    const token = await issuer.token({ permissions: [] });
    const outcome = await invoke(
      authorizer(options),
      restRequestEvent({ token, method: 'POST', path: '/orders/7' }),
    );
    expect(outcome).to.have.nested.property('response.principalId', 'me');
    expect(outcome).to.have.deep.nested.property('response.context', { plan: 'gold' });
  });

  it('covers the route of the request only when no policy is exact for the caller', async () => {
    const routes = NEVER_EXACT;
    const log = recordingLog();
    const handler = authorizer({ routes, undeclared: 'rules', logger: log });
    const event = restRequestEvent({ token: await issuer.token({ scope: 'a b d f' }), path: '/a/1' });
    const outcome = await invoke(handler, event);
    expect(verdictOf(outcome)).to.equal('Allow');
    const refused = await invoke(
      handler,
      restRequestEvent({ token: await issuer.token({ scope: 'a b d f' }), path: '/a/b' }),
    );
    expect(verdictOf(refused)).to.equal('Deny');
    const warnings = log.setUps.map(({ warning }) => warning);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('$context.routeKey');
    const tokenAlone = /up to \d of \d routes, for a caller who meets all rules but those of 'GET /;
    for (const undeclared of ['rules', 'deny', 'absent'] as const) {
      expect(identitySources({ routes, undeclared }, 'rest-token'))
        .to.have.property('reason')
        .that.matches(tokenAlone);
    }
    // Which undeclared paths a policy opens depends on the routes that it leaves out.
    const rules = identitySources({ routes, undeclared: 'rules' }, 'http-api-2.0');
    const byPath = ['$request.header.Authorization', '$context.path', '$context.httpMethod'];
    expect(rules).to.deep.include({ cache: true, identitySources: byPath });
    const deny = identitySources({ routes }, 'http-api-2.0');
    expect(deny).to.deep.include({
      cache: true,
      identitySources: ['$request.header.Authorization', '$context.routeKey'],
      behindCatchAll: byPath,
    });
    for (const advice of [rules, deny]) expect(advice).to.have.property('loss').that.matches(tokenAlone);
  });

  it('says what callers lose who may not use undeclared paths', () => {
    const rules = { scopes: ['everywhere'] };
    const routes = {
      'GET /{page}': { scopes: ['a'] },
      'GET /a/{id}': { scopes: ['b'] },
      'GET /': { scopes: ['c'] },
    };
    expect(identitySources({ rules, routes, undeclared: 'rules' }, 'rest-request'))
      .to.have.property('loss')
      .that.contains('all rules but those of undeclared paths');
  });

  it('relies on the analysis if there are more requirements than sample callers', () => {
    const routes = Object.fromEntries(
      Array.from({ length: 61 }, (_, index) => [`GET /r${index}`, { scopes: [`s${index}`] }]),
    );
    const last = {
      'GET /z/{x}': { scopes: ['x'] },
      'GET /z/{x}/b': { scopes: ['y'] },
      'GET /z/{x}/b/{z}/b': { scopes: ['x'] },
    };
    const loss = 'No policy is exact for all callers of these routes.';
    expect(identitySources({ routes, undeclared: 'absent' }, 'http-api-2.0')).not.to.have.property('loss');
    expect(
      identitySources({ routes: { ...routes, ...last }, undeclared: 'absent' }, 'http-api-2.0'),
    ).to.have.property('loss', loss);
  });

  for (const [refused, path] of [
    ['ambiguous', '/orders//7'],
    ['undeclared', '/nowhere'],
  ] as const) {
    it(`leaves callers their routes when their first path is ${refused}`, async () => {
      const event = restRequestEvent({ token: await issuer.token({ permissions: [] }), path });
      const outcome = await invoke(authorizer({ routes: ROUTES, undeclared: 'deny' }), event);
      expect(verdictOf(outcome)).to.equal('Deny');
      expect(replayed(outcome, 'GET', '/orders')).to.equal('allow');
      expect(replayed(outcome, 'POST', '/orders/7')).to.equal('explicit-deny');
    });
  }

  describe('for a path that differs from a declared route by a final slash only', () => {
    const routes = { 'GET /orders': { scopes: ['read:orders'] }, 'ANY /{proxy+}': { scopes: ['all'] } };
    const path = '/orders/';

    for (const [name, event, scope, expected] of [
      ['REST, which ignores it', restTokenEvent, 'read:orders all', 'Allow'],
      ['REST, which ignores it', restTokenEvent, 'read:orders', 'Allow'],
      ['REST, which ignores it', restTokenEvent, 'all', 'Deny'],
      ['HTTP, where either route may apply', httpApi2Event, 'read:orders all', 'Allow'],
      ['HTTP, where either route may apply', httpApi2Event, 'read:orders', 'Deny'],
      ['HTTP, where either route may apply', httpApi2Event, 'all', 'Deny'],
    ] as const) {
      it(`gives the same answers after any first request: ${name} (${scope})`, async () => {
        const token = await issuer.token({ scope });
        const handler = authorizer({ routes });
        const own = await invoke(handler, event({ token, path }));
        expect(verdictOf(own)).to.equal(expected);
        const others = await invoke(handler, event({ token, path: '/orders' }));
        expect(replayed(others, 'GET', path) === 'allow').to.equal(expected === 'Allow');
        for (const other of ['/orders', '/else']) {
          expect(replayed(own, 'GET', other) === 'allow', other).to.equal(
            replayed(others, 'GET', other) === 'allow',
          );
        }
      });
    }

    it('covers the path without the slash on REST, although no policy is exact for the caller', async () => {
      const event = restRequestEvent({ token: await issuer.token({ scope: 'a b d f' }), path: '/a/1/' });
      const handler = authorizer({ routes: NEVER_EXACT, undeclared: 'rules' });
      const outcome = await invoke(handler, event);
      expect(verdictOf(outcome)).to.equal('Allow');
      expect(replayed(outcome, 'GET', '/a/1')).to.equal('allow');
    });

    it('does not treat the route without the slash as shared', async () => {
      const log = recordingLog();
      const handler = authorizer({ routes, httpApiResponse: 'simple', logger: log });
      const token = await issuer.token({ scope: 'read:orders all' });
      const event = httpApi2Event({ token, path, routeKey: 'ANY /{proxy+}' });
      expect(await invoke(handler, event)).to.have.nested.property('response.isAuthorized', true);
      expect(log.setUps.map(({ cache }) => cache)).to.deep.equal([true]);
    });
  });

  it('has one Deny when nothing is allowed', async () => {
    const handler = authorizer({ routes: { 'GET /orders': {} }, undeclared: 'deny' });
    const outcome = await invoke(handler, webSocketEvent({ token: await issuer.token() }));
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(outcome).to.have.nested.property('response.policyDocument.Statement').with.length(1);
  });

  it('denies only an ambiguous path although no policy is exact for the caller', async () => {
    const event = restRequestEvent({ token: await issuer.token({ scope: 'a b d f' }), path: '/a//b' });
    const outcome = await invoke(authorizer({ routes: NEVER_EXACT }), event);
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(replayed(outcome, 'GET', '/a//b')).to.equal('explicit-deny');
    expect(replayed(outcome, 'GET', '/a/1')).to.equal('allow');
    expect(replayed(outcome, 'GET', '/a/b')).to.equal('explicit-deny');
  });

  it('leaves callers the route in the cache key when no policy is exact for them', async () => {
    const token = await issuer.token({ scope: 'a b d f' });
    const asked = { token, path: '/a//b', resource: '/a/{x}' };
    const outcome = await invoke(authorizer({ routes: NEVER_EXACT }), restRequestEvent(asked));
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(replayed(outcome, 'GET', '/a//b')).to.equal('explicit-deny');
    expect(replayed(outcome, 'GET', '/a/1')).to.equal('allow');
    expect(replayed(outcome, 'GET', '/a/b')).to.equal('explicit-deny');
  });

  it('calls a predicate once for the verdict and the policy', async () => {
    let calls = 0;
    const fickle = () => calls++ === 0;
    const routes = { 'GET /orders': { claims: { sub: fickle } }, 'GET /prices': {} };
    const event = restRequestEvent({ token: await issuer.token(), path: '/orders' });
    const outcome = await invoke(authorizer({ routes }), event);
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(replayed(outcome, 'GET', '/orders')).to.equal('allow');
    expect(replayed(outcome, 'GET', '/prices')).to.equal('allow');
    expect(calls).to.equal(1);
  });

  it('covers the request only when the context leaves no room for more', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `resource-with-a-long-name-${n}`);
    const routes = Object.fromEntries(
      names.map((name, n) => [`GET /${name}/{id}`, { scopes: [`s${n % 2}`] }]),
    );
    const handler = authorizer({ routes, context: () => ({ filling: 'x'.repeat(6000) }) });
    const event = restRequestEvent({ token: await issuer.token({ scope: 's0' }), path: `/${names[0]}/1` });
    const outcome = await invoke(handler, event);
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(JSON.stringify(outcome.kind === 'response' && outcome.response).length).to.be.below(8192);
    const tooMuch = authorizer({ routes, context: () => ({ filling: 'x'.repeat(9000) }) });
    expect(await invoke(tooMuch, event)).to.have.nested.property('error.code', 'answer_too_large');
  });

  describe('on paths that match no declared route', () => {
    const routes = { 'GET /users': { scopes: ['read:orders'] }, 'GET /users/{id}': { scopes: ['admin'] } };

    for (const [name, event] of Object.entries({
      restTokenEvent,
      restRequestEvent,
      httpApi1Event,
      httpApi2Event,
    })) {
      it(`refuses them when the policy for all routes denies them, and logs undeclared_path (${name})`, async () => {
        const log = recordingLog();
        const path = '/users/5/photo';
        const token = await issuer.token();
        const handler = authorizer({ routes, undeclared: 'rules', logger: log });
        const outcome = await invoke(handler, event({ token, path }));
        expect(replayed(outcome, 'GET', path)).to.equal('explicit-deny');
        expect(log.lines).to.have.lengthOf(1);
        expect(log.lines[0]).to.include({ decision: 'deny', refusal: 'undeclared_path' });
        // Whatever is cached, the declared routes keep their answers.
        expect(replayed(outcome, 'GET', '/users')).to.equal('allow');
        expect(replayed(outcome, 'GET', '/users/5')).to.equal('explicit-deny');
        // And those who may use what is declared may use what lies below.
        const admin = await issuer.token({ scope: 'read:orders admin' });
        const allowed = await invoke(
          authorizer({ routes, undeclared: 'rules' }),
          event({ token: admin, path }),
        );
        expect(replayed(allowed, 'GET', path)).to.equal('allow');
      });
    }

    it('allows them with the policy for all routes when that policy allows them', async () => {
      const log = recordingLog();
      const token = await issuer.token();
      const outcome = await invoke(
        authorizer({ routes, undeclared: 'rules', logger: log }),
        restRequestEvent({ token, path: '/prices' }),
      );
      expect(replayed(outcome, 'GET', '/prices')).to.equal('allow');
      expect(replayed(outcome, 'GET', '/users')).to.equal('allow');
      expect(replayed(outcome, 'GET', '/users/5')).to.equal('explicit-deny');
      expect(log.lines[0]).not.to.have.property('policy');
    });

    it('allows them with their own policy when the policies of all routes and of $default do not', async () => {
      const log = recordingLog();
      const handler = authorizer({ routes: { ...NEVER_EXACT, $default: {} }, logger: log });
      const token = await issuer.token({ scope: 'a b d f' });
      for (const path of ['/b/c/1', '/q', '/a/b/1/d/5', '/b/b/c', '/x/b/1']) {
        const outcome = await invoke(handler, httpApi2Event({ token, path }));
        expect(replayed(outcome, 'GET', path), path).to.equal('allow');
        expect(replayed(outcome, 'GET', '/a/b'), path).to.equal('explicit-deny');
      }
      expect(log.lines.map(({ policy }) => policy))
        .to.include('request')
        .and.include('partial');
    });

    it('refuses them, and so does the policy, unless undeclared is rules', async () => {
      const token = await issuer.token();
      const path = '/users/5/photo';
      for (const undeclared of [{}, { undeclared: 'deny' }, { undeclared: 'absent' }] as const) {
        const log = recordingLog();
        const handler = authorizer({ routes, ...undeclared, logger: log });
        const outcome = await invoke(handler, restRequestEvent({ token, path }));
        expect(replayed(outcome, 'GET', path)).not.to.equal('allow');
        expect(log.lines[0]).to.include({ decision: 'deny', refusal: 'route_not_found' });
      }
    });
  });

  it('has no advice for an unknown gateway', () => {
    for (const gateway of ['REST_TOKEN', 'rest', 'appsync', '', undefined, null]) {
      expect(() => identitySources({}, gateway as never), String(gateway))
        .to.throw(OptionError)
        .with.property('option', 'gateway');
    }
  });

  it('must not be cached, by the advice, when the gateway does not send what a rule reads', () => {
    const ip = { rules: { ip: { allow: ['192.0.2.0/24'] } } };
    for (const gateway of ['rest-token', 'appsync-graphql', 'appsync-events'] as const) {
      const advice = identitySources(ip, gateway);
      expect(advice).to.include({ cache: false });
      expect(advice)
        .to.have.property('reason')
        .that.matches(/source-ip.*refuse every request, cached or not/);
    }
    expect(identitySources(ip, 'rest-request')).to.include({ cache: true });
    const country = { rules: { country: { allow: ['DE'], source: 'cloudfront' } } } as const;
    expect(identitySources(country, 'rest-token'))
      .to.have.property('reason')
      .that.matches(/refuse every/);
    expect(identitySources(country, 'appsync-graphql'))
      .to.have.property('reason')
      .that.matches(/cache key is the token alone/);
  });

  it('is advised against when policies are too large, and the log line says what they leave out', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `a-collection-with-a-rather-long-name-${n}`);
    const routes = Object.fromEntries(names.map((name, n) => [`GET /${name}/{id}`, { scopes: [`s${n}`] }]));
    const scope = names.map((_, n) => (n % 2 === 0 ? `s${n}` : '')).join(' ');
    const log = recordingLog();
    const handler = authorizer({ routes, logger: log });
    const event = restRequestEvent({ token: await issuer.token({ scope }), path: `/${names[0]}/1` });
    const outcome = await invoke(handler, event);
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(replayed(outcome, 'GET', `/${names[0]}/2`)).to.equal('allow');
    const granted = names.filter((_, n) => n % 2 === 0);
    const opened = granted.filter((name) => replayed(outcome, 'GET', `/${name}/1`) === 'allow');
    expect(log.lines.map(({ policy, leftOut }) => [policy, leftOut])).to.deep.equal([
      ['partial', granted.length - opened.length],
    ]);
    expect(opened.length).to.be.above(10);
    expect(identitySources({ routes }, 'rest-token')).to.include({ cache: false });
  });

  it('adds the request to the policy for all routes when the route comes from the event', async () => {
    const event = restRequestEvent({
      token: await issuer.token({ scope: 'read:orders' }),
      path: '/v1/orders',
      resource: '/orders',
    });
    const outcome = await invoke(authorizer({ routes: ROUTES }), event);
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(replayed(outcome, 'GET', '/prices')).to.equal('allow');
    expect(replayed(outcome, 'PUT', '/admin/users/1')).to.equal('explicit-deny');
  });

  it('covers the request only when a rule reads what no cache key holds', async () => {
    const options = { routes: ROUTES, rules: { custom: { never: () => true } } };
    const log = recordingLog();
    const handler = authorizer({ ...options, logger: log });
    const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token(), path: '/orders' }));
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(replayed(outcome, 'GET', '/prices')).to.equal('implicit-deny');
    expect(log.setUps.map(({ cache, gateway }) => ({ cache, gateway }))).to.deep.equal([
      { cache: false, gateway: 'rest-request' },
    ]);
    const ambiguous = restRequestEvent({ token: await issuer.token(), path: '/orders//7' });
    expect(replayed(await invoke(handler, ambiguous), 'GET', '/orders')).to.equal('explicit-deny');
  });

  describe('with a handler that refuses or adds', () => {
    const denied = async () =>
      restRequestEvent({ token: await issuer.token({ permissions: [] }), method: 'POST', path: '/orders/7' });

    it('grants nothing beside a refusal when handlerDecides is set', async () => {
      const outcome = await invoke(authorizer({ routes: ROUTES, handlerDecides: true }), await denied());
      expect(verdictOf(outcome)).to.equal('Deny');
      expect(replayed(outcome, 'GET', '/orders')).to.equal('explicit-deny');
    });

    for (const [name, handler] of [
      ['refused', () => false],
      ['added to an answer', () => ({ context: { plan: 'gold' } })],
    ] as const) {
      it(`grants nothing beside a refusal once the handler ${name}`, async () => {
        const authorize = authorizer({ routes: ROUTES }, handler);
        expect(replayed(await invoke(authorize, await denied()), 'GET', '/orders')).to.equal('allow');
        await invoke(authorize, restRequestEvent({ token: await issuer.token(), path: '/orders' }));
        expect(replayed(await invoke(authorize, await denied()), 'GET', '/orders')).to.equal('explicit-deny');
      });
    }

    it('needs the route in the cache key', () => {
      expect(identitySources({ routes: ROUTES, handlerDecides: true }, 'rest-request')).to.deep.equal({
        cache: true,
        identitySources: [
          'method.request.header.Authorization',
          'context.resourcePath',
          'context.httpMethod',
        ],
        behindCatchAll: ['method.request.header.Authorization', 'context.path', 'context.httpMethod'],
      });
    });

    it('needs the path in the cache key without routes, and a TTL of 0 on TOKEN authorizers', () => {
      expect(identitySources({ handlerDecides: true }, 'rest-request')).to.deep.equal({
        cache: true,
        identitySources: ['method.request.header.Authorization', 'context.path', 'context.httpMethod'],
      });
      expect(identitySources({ handlerDecides: true }, 'rest-token'))
        .to.have.property('reason')
        .that.includes('handlerDecides');
    });
  });

  describe('as a simple response', () => {
    const simple = { httpApiResponse: 'simple' } as const;
    const keyOf = (options: AuthorizerOptions) => {
      const advice = identitySources({ ...simple, ...options }, 'http-api-2.0');
      return advice.cache ? advice.identitySources.slice(1) : advice.reason;
    };

    it('needs the path in the cache key if a route has parameters or undeclared paths have rules', () => {
      const path = ['$context.path', '$context.httpMethod'];
      expect(keyOf({ routes: { 'GET /a': {}, 'GET /users/{id}': {} } })).to.deep.equal(path);
      expect(keyOf({ routes: { 'GET /files/{name+}': {} } })).to.deep.equal(path);
      expect(keyOf({ routes: { 'GET /a': {}, $default: {} } })).to.deep.equal(path);
      expect(keyOf({ routes: { 'GET /a': { scopes: ['a'] } }, undeclared: 'rules' })).to.deep.equal(path);
      expect(keyOf({ handlerDecides: true })).to.deep.equal(path);
    });

    it('needs the route in the cache key if each route has one path', () => {
      expect(keyOf({ routes: { 'GET /a': {}, 'POST /b/c': {} } })).to.deep.equal(['$context.routeKey']);
    });

    it('needs nothing but the token if all requests have the same rules', () => {
      expect(keyOf({ rules: { scopes: ['a'] } })).to.deep.equal([]);
      expect(keyOf({ routes: { 'GET /users/{id}': {} }, undeclared: 'rules' })).to.deep.equal([]);
    });
  });

  describe('with rules on the address', () => {
    const options = { rules: { ip: { allow: ['198.51.100.0/24'], deny: ['198.51.100.66/32'] } } };

    it('is right for all routes when the address is in the cache key', async () => {
      const routes = {
        'GET /office': options.rules,
        'GET /home': { ip: { deny: ['198.51.100.0/24'] } },
        'GET /any': {},
      };
      const token = await issuer.token();
      for (const path of ['/office', '/home', '/any']) {
        const event = restRequestEvent({ token, path, sourceIp: '198.51.100.7' });
        const outcome = await invoke(authorizer({ routes }), event);
        const all = ['/office', '/home', '/any'].map((other) => replayed(outcome, 'GET', other));
        expect(all).to.deep.equal(['allow', 'explicit-deny', 'allow']);
      }
      expect(identitySources({ routes }, 'rest-request')).to.deep.equal({
        cache: true,
        identitySources: ['method.request.header.Authorization', 'context.identity.sourceIp'],
      });
    });

    for (const [name, routes] of [
      ['one for the stage', undefined],
      ['one for all routes', ROUTES],
    ] as const) {
      it(`checks the address in the policy when conditions.sourceIp is set (${name})`, async () => {
        const chosen = {
          ...options,
          ...(routes === undefined ? {} : { routes }),
          conditions: { sourceIp: true },
        };
        const token = await issuer.token();
        for (const first of ['198.51.100.7', '203.0.113.9']) {
          const event = restRequestEvent({ token, path: '/orders', sourceIp: first });
          const outcome = await invoke(authorizer(chosen), event);
          const from = (sourceIp: string) => replayed(outcome, 'GET', '/orders', { sourceIp });
          expect(from('198.51.100.7')).to.equal('allow');
          expect(from('203.0.113.9')).to.equal('explicit-deny');
          expect(from('198.51.100.66')).to.equal('explicit-deny');
        }
        expect(identitySources(chosen, 'rest-token')).to.deep.equal({
          cache: true,
          identitySources: ['method.request.header.Authorization'],
        });
      });
    }

    for (const [name, build] of Object.entries({ restTokenEvent, restRequestEvent })) {
      it(`checks the address when the context leaves room for one request only (${name})`, async () => {
        const names = Array.from({ length: 60 }, (_, n) => `resource-with-a-long-name-${n}`);
        const entries = names.map((one, n) => [`GET /${one}/{id}`, { scopes: [`s${n % 2}`] }]);
        const chosen = {
          ...options,
          routes: Object.fromEntries(entries),
          conditions: { sourceIp: true, tokenExpiry: true },
          context: () => ({ filling: 'x'.repeat(6000) }),
        };
        const log = recordingLog();
        const path = `/${names[0]}/1`;
        // TOKEN events carry no address.
        const sourceIp = build === restTokenEvent ? undefined : '198.51.100.7';
        const event = build({ token: await issuer.token({ scope: 's0' }), path, sourceIp });
        const outcome = await invoke(authorizer({ ...chosen, logger: log }), event);
        const from = (sourceIp: string) => replayed(outcome, 'GET', path, { sourceIp });
        expect([from('198.51.100.7'), from('203.0.113.9')]).to.deep.equal(['allow', 'explicit-deny']);
        expect(log.lines.map(({ policy }) => policy)).to.deep.equal(['request']);
      });
    }

    it('leaves the address to the policy on a route that the caller may not use', async () => {
      const event = restRequestEvent({
        token: await issuer.token({ permissions: [] }),
        method: 'POST',
        path: '/orders/7',
        sourceIp: '203.0.113.9',
      });
      const chosen = { ...options, routes: ROUTES, conditions: { sourceIp: true } };
      const outcome = await invoke(authorizer(chosen), event);
      const from = (sourceIp: string) => replayed(outcome, 'GET', '/orders', { sourceIp });
      expect([from('198.51.100.7'), from('203.0.113.9')]).to.deep.equal(['allow', 'explicit-deny']);
      const scopes = {
        ...options,
        rules: { ...options.rules, scopes: ['never'] },
        conditions: { sourceIp: true },
      };
      const refused = await invoke(authorizer(scopes), event);
      expect(replayed(refused, 'GET', '/orders', { sourceIp: '198.51.100.7' })).to.equal('explicit-deny');
    });

    it('needs the address in the key when responses are simple', () => {
      const simple = { ...options, conditions: { sourceIp: true }, httpApiResponse: 'simple' } as const;
      expect(identitySources(simple, 'http-api-2.0')).to.deep.equal({
        cache: true,
        identitySources: ['$request.header.Authorization', '$context.identity.sourceIp'],
      });
    });

    it('refuses conditions.sourceIp when no policy can hold the rule', () => {
      const refused: AuthorizerOptions[] = [
        { conditions: { sourceIp: true } },
        { rules: { ip: { ...options.rules.ip, reportOnly: true } }, conditions: { sourceIp: true } },
        {
          rules: { ip: { deny: ['10.0.0.0/8'], source: 'cloudfront-viewer-address' } },
          conditions: { sourceIp: true },
        },
        { ...options, routes: { 'GET /x': { ip: false } }, conditions: { sourceIp: true } },
        {
          rules: { ip: { allow: Array.from({ length: 200 }, (_, n) => `10.0.${n}.0/24`) } },
          conditions: { sourceIp: true },
        },
      ];
      for (const some of refused) {
        expect(() => identitySources(some, 'rest-request'))
          .to.throw(OptionError)
          .with.property('option', 'conditions.sourceIp');
      }
    });
  });

  it('allows no other address after a denial by address when a rule reads what no cache key holds', async () => {
    const handler = authorizer({
      conditions: { sourceIp: true },
      rules: { ip: { allow: ['192.0.2.0/24'] }, custom: { office: () => false } },
      routes: { 'GET /users': { permissions: ['admin'] }, 'GET /orders': {} },
    });
    const event = restRequestEvent({ token: await issuer.token(), path: '/orders', sourceIp: '203.0.113.9' });
    const outcome = await invoke(handler, event);
    for (const path of ['/orders', '/users', '/else']) {
      expect(replayed(outcome, 'GET', path, { sourceIp: '192.0.2.5' })).not.to.equal('allow');
    }
  });

  it('has a ttlOverride of 0 on AppSync when a rule reads more than the token', async () => {
    const ttls = [];
    const log = recordingLog();
    for (const rules of [
      { scopes: ['read:orders'] },
      { country: { deny: ['KP'], source: 'cloudfront' } },
    ] as const) {
      const token = await issuer.token({ scope: 'read:orders' });
      const event = appSyncGraphqlEvent({ token, headers: { 'CloudFront-Viewer-Country': 'DE' } });
      const outcome = await invoke(authorizer({ rules, ttlOverride: 300, logger: log }), event);
      ttls.push(outcome.kind === 'response' ? outcome.response.ttlOverride : outcome.error);
    }
    expect(ttls).to.deep.equal([300, 0]);
    expect(log.setUps.map(({ gateway, cache }) => [gateway, cache])).to.deep.equal([
      ['appsync-graphql', false],
    ]);
  });

  it('denies the one request whose methods disagree, not all routes of the token', async () => {
    const event = restRequestEvent({ token: await issuer.token({ scope: 'read:orders' }), path: '/orders' });
    const outcome = await invoke(authorizer({ routes: ROUTES }), { ...event, httpMethod: 'DELETE' });
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(replayed(outcome, 'GET', '/orders')).to.equal('explicit-deny');
    expect(replayed(outcome, 'GET', '/prices')).to.equal('allow');
  });

  it('ends with a token that expires in the far future when conditions.tokenExpiry is set', async () => {
    const handler = authorizer({ conditions: { tokenExpiry: true } });
    for (const exp of [253_402_300_800, 1e300]) {
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token({ exp }) }));
      expect(verdictOf(outcome)).to.equal('Allow');
      expect(JSON.stringify(outcome)).to.contain('9999-12-31T23:59:59Z');
    }
  });

  it('ends with the token when conditions.tokenExpiry is set', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const handler = authorizer({ conditions: { tokenExpiry: true } });
    const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token({ exp }) }));
    const at = (seconds: number) => replayed(outcome, 'GET', '/orders', { now: seconds });
    expect(at(exp - 1)).to.equal('allow');
    expect(at(exp + 1)).to.equal('explicit-deny');
    const anonymous = authorizer({
      conditions: { tokenExpiry: true },
      routes: { 'GET /open': { token: 'optional' } },
    });
    expect(verdictOf(await invoke(anonymous, restRequestEvent({ path: '/open' })))).to.equal('Allow');
  });

  it('logs no set-up notice when the token is the whole key', async () => {
    const log = recordingLog();
    const handler = authorizer({ routes: { ...ROUTES, $connect: { scopes: ['chat'] } }, logger: log });
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    await invoke(handler, webSocketEvent({ token: await issuer.token() }));
    expect(log.setUps).to.deep.equal([]);
  });

  const PLACES = [
    { header: 'authorization' },
    { header: 'x-token' },
    { query: 'token' },
    { cookie: 'token' },
  ];
  for (const tokenSource of PLACES) {
    const place = Object.entries(tokenSource).join().replace(',', ' ');

    it(`has the token in the ${place} as its whole key and logs no notice without rules`, async () => {
      const log = recordingLog();
      const options = { issuer: issuer.url, audience: AUDIENCE, tokenSource, logger: log };
      const sources = gatewayKinds()
        .filter((kind) => kind !== 'websocket')
        .map((kind) => {
          const advice = identitySources(options, kind);
          return advice.cache ? advice.identitySources.length : advice.reason;
        });
      expect(sources).to.deep.equal([1, 1, 1, 1, 0, 0]);
      for (const event of [restRequestEvent, httpApi2Event, webSocketEvent]) {
        await invoke(authorizer(options), event({ token: await issuer.token() }));
      }
      expect([log.lines.length, log.setUps]).to.deep.equal([3, []]);
    });
  }

  it('logs no set-up notice for an unknown event', async () => {
    const log = recordingLog();
    const outcome = await invoke(authorizer({ routes: ROUTES, logger: log }), { Records: [] });
    expect(outcome).to.have.nested.property('error.code', 'unknown_event');
    expect([log.lines.length, log.setUps]).to.deep.equal([1, []]);
  });

  it('logs a warning when no declared route can match a request', async () => {
    const token = await issuer.token({ permissions: ['admin'] });
    const warned = async (routes: AuthorizerOptions['routes'] & object, event: object) => {
      const log = recordingLog();
      await invoke(authorizer({ routes, logger: log }), event);
      return log.setUps.map(({ gateway, warning }, at) => [
        log.setUpLevels[at],
        gateway,
        warning?.slice(0, 32),
      ]);
    };
    const none = 'None of the declared routes is e';
    expect(await warned(ROUTES, appSyncGraphqlEvent({ token }))).to.deep.equal([
      ['warn', 'appsync-graphql', none],
    ]);
    expect(await warned(ROUTES, webSocketEvent({ token }))).to.deep.equal([['warn', 'websocket', none]]);
    const admin = { permissions: ['admin'] };
    expect(await warned({ ...ROUTES, $default: admin }, appSyncGraphqlEvent({ token }))).to.deep.equal([]);
    expect(await warned({ $connect: admin }, webSocketEvent({ token }))).to.deep.equal([]);
    expect(await warned(ROUTES, restRequestEvent({ token }))).to.deep.equal([]);
    expect(await warned({ $connect: admin }, restRequestEvent({ token }))).to.deep.equal([
      ['warn', 'rest-request', none],
    ]);
  });

  describe('with the route in the key', () => {
    const routes = { ...ROUTES, 'GET /orders/{id}': { claims: { plan: 'gold' } } };
    const keyed = { routes, handlerDecides: true } as const;

    async function setUpsOf(options: Partial<AuthorizerOptions>, events: readonly object[]) {
      const log = recordingLog();
      const handler = authorizer({ ...options, logger: log });
      const token = await issuer.token({ permissions: ['admin'] });
      for (const event of events) await invoke(handler, httpApi2Event({ token, ...event }));
      return log.setUps.map(({ cache, identitySources: sources, reason, gateway }, at) => ({
        at: log.setUpLevels[at],
        gateway,
        cache,
        key: sources?.slice(1),
        reason,
      }));
    }
    const KEYED = {
      at: 'warn',
      gateway: 'http-api-2.0',
      cache: true,
      key: ['$context.routeKey'],
      reason: undefined,
    };
    const BY_PATH = { at: 'warn', cache: true, key: ['$context.path', '$context.httpMethod'] };

    for (const routeKey of ['$default', 'ANY /{proxy+}', 'GET /{proxy+}', 'ANY /orders', 'GET /{any}']) {
      it(`logs once that the path must be in the key behind ${routeKey}, which serves other routes too`, async () => {
        const behind = { path: '/orders', routeKey };
        const own = { path: '/orders', routeKey: 'GET /orders' };
        const [first, second, ...more] = await setUpsOf(keyed, [own, behind, own, behind]);
        expect(first).to.deep.equal(KEYED);
        expect(second).to.deep.include(BY_PATH);
        expect(second?.reason).to.include(routeKey).and.include('GET /orders');
        expect(more).to.deep.equal([]);
        const alone = await setUpsOf(keyed, [behind, own, behind]);
        expect(alone.map(({ key }) => key)).to.deep.equal([BY_PATH.key]);
      });
    }

    it('logs no second line when the gateway route serves one declared route', async () => {
      const events = [
        { path: '/orders', routeKey: 'GET /orders' },
        { path: '/orders/7', routeKey: 'GET /orders/{orderId}' },
        { path: '/orders/7', routeKey: 'GET /orders/7' },
        { path: '/admin/a/b', routeKey: 'GET /admin/{any}/b' },
        { path: '/admin/a/b', routeKey: 'ANY /admin/{rest+}' },
        { path: '/undeclared', routeKey: '$default' },
      ];
      expect(await setUpsOf(keyed, events)).to.deep.equal([KEYED]);
      const fallback = { ...keyed, routes: { ...routes, $default: { scopes: ['x'] } } };
      expect(await setUpsOf(fallback, events)).to.deep.equal([KEYED]);
    });

    it('logs no warning when answers hold for all routes', async () => {
      const behind = { path: '/orders', routeKey: '$default' };
      expect(await setUpsOf({ routes }, [behind])).to.deep.equal([]);
      expect(await setUpsOf({ rules: { scopes: ['x'] }, httpApiResponse: 'simple' }, [behind])).to.deep.equal(
        [],
      );
    });

    it('logs the warning for simple responses if each route has one path', async () => {
      const literal = { 'GET /orders': { scopes: ['read:orders'] }, 'GET /prices': {} };
      const options = { routes: literal, httpApiResponse: 'simple' } as const;
      const behind = { path: '/orders', routeKey: '$default' };
      expect(await setUpsOf(options, [{ path: '/orders', routeKey: 'GET /orders' }])).to.deep.equal([KEYED]);
      const lines = await setUpsOf(options, [behind]);
      expect(lines.map(({ at, key }) => ({ at, key }))).to.deep.equal([{ at: 'warn', key: BY_PATH.key }]);
    });

    it('logs no second line if the path is in the key already, as for simple responses with parameters', async () => {
      const options = { routes, httpApiResponse: 'simple' } as const;
      const lines = await setUpsOf(options, [{ path: '/orders', routeKey: '$default' }]);
      expect(lines).to.deep.equal([{ ...KEYED, key: BY_PATH.key }]);
    });

    it('logs no second line on a request without a route', async () => {
      const unknown = { path: '/orders//', routeKey: '$default' };
      expect(await setUpsOf(keyed, [unknown])).to.deep.equal([KEYED]);
    });
  });

  it('logs one set-up notice per gateway', async () => {
    const log = recordingLog();
    const handler = authorizer({ rules: { ip: { deny: ['10.0.0.0/8'] } }, logger: log });
    for (const event of [restRequestEvent, httpApi2Event, restRequestEvent]) {
      await invoke(handler, event({ token: await issuer.token() }));
    }
    expect(log.setUpLevels).to.deep.equal(['warn', 'warn']);
    const advice = log.setUps[0]?.advice;
    expect(advice).to.match(/^Configure exactly these identity sources at the authorizer, or a TTL of 0\./);
    expect(log.setUps).to.deep.equal([
      {
        gateway: 'rest-request',
        advice,
        cache: true,
        identitySources: ['method.request.header.Authorization', 'context.identity.sourceIp'],
      },
      {
        gateway: 'http-api-2.0',
        advice,
        cache: true,
        identitySources: ['$request.header.Authorization', '$context.identity.sourceIp'],
      },
    ]);
  });

  it('advises a TTL of 0 in the set-up notice if nothing may be cached', async () => {
    const log = recordingLog();
    const handler = authorizer({ rules: { custom: { check: () => true } }, logger: log });
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect(log.setUps[0]?.advice).to.match(/^Configure a TTL of 0 at the authorizer/);
  });

  it('has no advice in the set-up notice where nothing is cached, or the token is enough', async () => {
    const log = recordingLog();
    const handler = authorizer({ routes: { 'GET /orders': {} }, logger: log });
    await invoke(handler, webSocketEvent({ token: await issuer.token() }));
    expect(log.setUps[0]).to.have.property('warning');
    expect(log.setUps[0]).not.to.have.property('advice');
  });
});
