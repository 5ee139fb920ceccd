import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer, evaluatePolicy, identitySources } from '../../lib/index.ts';
import { httpApi1Event, httpApi2Event, restRequestEvent, restTokenEvent } from '../../lib/testing.ts';
import { invoke, type Outcome, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer, testKey } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

const ROUTES = {
  'GET /a': { scopes: ['a'] },
  'GET /b': { scopes: ['b'] },
  'GET /users/{id}': { scopes: ['a'] },
};

const EVENTS = { restTokenEvent, restRequestEvent, httpApi1Event, httpApi2Event };

describe('an answer that is replayed', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  function authorizer(options: Partial<AuthorizerOptions>, handler: () => unknown = () => true) {
    const chain = auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: false, ...options });
    return middy(async () => handler()).use(chain);
  }

  /** What the policy of an answer says of another request. */
  function replayed(outcome: Outcome, path: string, method = 'GET'): string {
    if (outcome.kind === 'error') throw outcome.error;
    const resource = outcome.arn.replace(/\/[A-Z]+\/.*$/, `/${method}${path}`);
    return evaluatePolicy(outcome.response.policyDocument as never, { resource });
  }

  /** The context and the usage identifier key that the backend gets with a replay. */
  function carried(outcome: Outcome) {
    if (outcome.kind === 'error') throw outcome.error;
    const { context = {}, usageIdentifierKey } = outcome.response;
    return { context, usageIdentifierKey };
  }

  describe('on a route that it allows', () => {
    it('carries no refusal code, although it denied the first request', async () => {
      const token = await issuer.token({ scope: 'a' });
      for (const [name, event] of Object.entries(EVENTS)) {
        const handler = authorizer({ routes: ROUTES, context: false });
        const denial = await invoke(handler, event({ token, path: '/b' }));
        expect([verdictOf(denial), replayed(denial, '/a')], name).to.deep.equal(['Deny', 'allow']);
        expect(carried(denial).context, name).to.deep.equal({});
      }
    });

    it('carries the usage identifier key and the context of the caller', async () => {
      const options = {
        routes: ROUTES,
        context: () => ({ tenant: 't1' }),
        usageIdentifierKey: (token: { claims: { sub?: string } } | null) => `plan of ${token?.claims.sub}`,
      };
      const token = await issuer.token({ scope: 'a' });
      for (const path of ['/a', '/b']) {
        const outcome = await invoke(authorizer(options), restRequestEvent({ token, path }));
        expect(carried(outcome), path).to.deep.equal({
          context: { tenant: 't1' },
          usageIdentifierKey: 'plan of auth0|abc',
        });
      }
    });
  });

  it('carries the refusal code, and nothing of the caller, if it allows nothing', async () => {
    const options = { routes: ROUTES, usageIdentifierKey: () => 'key', context: () => ({ tenant: 't1' }) };
    const token = await issuer.token({ scope: 'none' });
    const denial = await invoke(authorizer(options), restRequestEvent({ token, path: '/b' }));
    expect(carried(denial)).to.deep.equal({
      context: { refusal: 'insufficient_scope' },
      usageIdentifierKey: undefined,
    });
  });

  describe('the option usageIdentifierKey', () => {
    it('may return undefined, and the key that the handler adds replaces it', async () => {
      const event = restRequestEvent({ token: await issuer.token() });
      const none = await invoke(authorizer({ usageIdentifierKey: () => undefined }), event);
      expect(carried(none).usageIdentifierKey).to.equal(undefined);
      const adding = authorizer({ usageIdentifierKey: () => 'one' }, () => ({ usageIdentifierKey: 'other' }));
      expect(carried(await invoke(adding, event)).usageIdentifierKey).to.equal('other');
    });

    it('ends in a fault if it throws, or returns another value', async () => {
      const event = restRequestEvent({ token: await issuer.token() });
      const throwing = () => {
        throw new TypeError('boom');
      };
      for (const [usageIdentifierKey, code] of [
        [throwing, 'handler_error'],
        [() => '', 'handler_result'],
        [() => 7, 'handler_result'],
      ] as const) {
        const outcome = await invoke(authorizer({ usageIdentifierKey: usageIdentifierKey as never }), event);
        expect(outcome).to.have.nested.property('error.code', code);
      }
    });
  });

  describe('to a token that is not verified', () => {
    async function forged(): Promise<string> {
      return issuer.token({ scope: 'a' }, { key: await testKey(7, 'RS256', issuer.key.kid) });
    }

    it('denies the whole stage, or is an error', async () => {
      const token = await forged();
      for (const [name, event] of Object.entries(EVENTS)) {
        const outcome = await invoke(authorizer({ routes: ROUTES }), event({ token, path: '/a' }));
        if (outcome.kind === 'error') expect(outcome.error.message, name).to.equal('Unauthorized');
        else expect(replayed(outcome, '/elsewhere'), name).to.equal('explicit-deny');
      }
    });

    for (const unauthorized of ['throw', 'deny'] as const) {
      it(`has no statement for only its own path if the event names two methods (unauthorized: ${unauthorized})`, async () => {
        const event = { ...restRequestEvent({ token: await forged(), path: '/a' }), httpMethod: 'DELETE' };
        const outcome = await invoke(authorizer({ routes: ROUTES, unauthorized }), event);
        if (unauthorized === 'throw') expect(verdictOf(outcome)).to.equal('Unauthorized');
        else expect(replayed(outcome, '/b')).to.equal('explicit-deny');
      });
    }
  });

  describe('to an event that names two methods', () => {
    async function named(scope: string, options: Partial<AuthorizerOptions>) {
      const log = recordingLog();
      const event = restRequestEvent({ token: await issuer.token({ scope }), path: '/a' });
      const outcome = await invoke(authorizer({ ...options, logger: log }), { ...event, httpMethod: 'PUT' });
      expect(log.lines[0]).to.include({ decision: 'deny', refusal: 'ambiguous_path' });
      expect(log.lines[0]?.detail).to.contain('is not the verb');
      return outcome;
    }

    it('denies that request, and leaves the caller the other routes', async () => {
      const outcome = await named('a', { routes: ROUTES });
      const verdicts = ['/a', '/users/7', '/b'].map((path) => replayed(outcome, path));
      expect(verdicts).to.deep.equal(['explicit-deny', 'allow', 'explicit-deny']);
    });

    it('leaves the caller the stage if all routes have the same rules', async () => {
      const outcome = await named('a', {});
      expect(['/a', '/b'].map((path) => replayed(outcome, path))).to.deep.equal(['explicit-deny', 'allow']);
      const refused = await named('a', { rules: { scopes: ['b'] } });
      expect(['/a', '/b'].map((path) => replayed(refused, path))).to.deep.equal([
        'explicit-deny',
        'explicit-deny',
      ]);
    });
  });

  describe('of a handler that decides', () => {
    it('allows the route of the request, and no other', async () => {
      const token = await issuer.token({ scope: 'a' });
      const handler = authorizer({ routes: ROUTES, handlerDecides: true });
      const outcome = await invoke(handler, restRequestEvent({ token, path: '/users/7' }));
      const verdicts = ['/users/7', '/users/8', '/a', '/b'].map((path) => replayed(outcome, path));
      expect(verdicts.slice(0, 2)).to.deep.equal(['allow', 'allow']);
      expect(verdicts.slice(2)).not.to.include('allow');
    });

    it('allows the route of the request only, once the handler has added to an answer', async () => {
      const token = await issuer.token({ scope: 'a' });
      let adds = false;
      const handler = authorizer({ routes: ROUTES }, () =>
        adds ? { context: { plan: 'gold' } } : undefined,
      );
      const opens = async () =>
        replayed(await invoke(handler, restRequestEvent({ token, path: '/users/7' })), '/a');
      expect(await opens()).to.equal('allow');
      adds = true;
      expect(await opens()).not.to.equal('allow');
      adds = false;
      expect(await opens()).not.to.equal('allow');
    });

    it('allows no other route on a path that no route matches or that only the event names', async () => {
      const token = await issuer.token({ scope: 'a' });
      const options = { routes: ROUTES, handlerDecides: true, undeclared: 'rules' as const };
      const undeclared = await invoke(authorizer(options), restRequestEvent({ token, path: '/x' }));
      const mapped = await invoke(
        authorizer({ ...options, undeclared: 'deny' }),
        restRequestEvent({ token, path: '/v1/a', resource: '/a' }),
      );
      for (const outcome of [undeclared, mapped]) {
        expect(verdictOf(outcome)).to.equal('Allow');
        for (const path of ['/y', '/users/7']) expect(replayed(outcome, path)).not.to.equal('allow');
      }
      expect(replayed(undeclared, '/a')).not.to.equal('allow');
      // The handler was called for this route.
      expect(replayed(mapped, '/a')).to.equal('allow');
    });

    it('never allows the whole stage', async () => {
      const token = await issuer.token();
      for (const options of [
        { handlerDecides: true },
        { rules: { custom: { mine: () => true } } },
        { rules: { country: { allow: ['DE'], source: () => 'DE' } } },
      ]) {
        const outcome = await invoke(authorizer(options), restRequestEvent({ token, path: '/a' }));
        expect([replayed(outcome, '/a'), replayed(outcome, '/b')]).to.deep.equal(['allow', 'implicit-deny']);
      }
    });
  });

  it('matches an ARN of the root that lacks the final slash', async () => {
    const routes = { 'GET /': { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };
    for (const scope of ['a', 'b', 'a b', '']) {
      const event = restTokenEvent({ token: await issuer.token({ scope }), path: '/' });
      const rootless = { ...event, methodArn: event.methodArn.replace(/\/$/, '') };
      expect(rootless.methodArn).to.match(/\/prod\/GET$/);
      const log = recordingLog();
      const outcome = await invoke(authorizer({ routes, logger: log }), rootless);
      expect(log.lines[0]?.decision, scope).to.equal(scope.includes('a') ? 'allow' : 'deny');
      expect(verdictOf(outcome), scope).to.equal(scope.includes('a') ? 'Allow' : 'Deny');
    }
  });

  describe('under a resource policy that allows what is denied implicitly', () => {
    const routes = {
      'GET /me': {},
      'ANY /admin/{proxy+}': { scopes: ['x'] },
      'ANY /{proxy+}': { scopes: ['x'] },
    };
    const verdicts = async (options: Partial<AuthorizerOptions>) => {
      const event = restTokenEvent({ token: await issuer.token(), path: '/me' });
      const outcome = await invoke(authorizer({ routes, ...options }), event);
      const denied = ['/admin/1', '/secret', '/x/y/z'].map((path) => replayed(outcome, path));
      return { allowed: replayed(outcome, '/me'), denied, short: replayed(outcome, '/ab') };
    };

    it('denies explicitly what patterns can separate, and identitySources lists the other routes', async () => {
      const { allowed, denied } = await verdicts({});
      expect({ allowed, denied }).to.deep.equal({ allowed: 'allow', denied: Array(3).fill('explicit-deny') });
      const listed = (options: AuthorizerOptions) => identitySources(options, 'rest-token').implicit;
      expect(listed({ routes })).to.deep.equal(['ANY /{proxy+}']);
      expect(listed({ routes, denyRest: true })).to.equal(undefined);
      expect(listed({ routes: { 'GET /me': {}, 'GET /you': { scopes: ['x'] } } })).to.equal(undefined);
      // HTTP APIs have no resource policies.
      expect(identitySources({ routes }, 'http-api-2.0')).not.to.have.property('implicit');
    });

    it('denies the rest explicitly, too, with denyRest', async () => {
      const { allowed, denied, short } = await verdicts({ denyRest: true });
      expect([allowed, ...denied, short]).to.deep.equal(['allow', ...Array(4).fill('explicit-deny')]);
    });
  });

  describe('with denyRest', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        `GET /resource-with-a-long-name-${n}/{id}`,
        { scopes: [`s${n % 2}`] },
      ]),
    );
    const cases: readonly [what: string, options: Partial<AuthorizerOptions>, path: string][] = [
      ['a policy for all routes', { routes: ROUTES, undeclared: 'absent' }, '/a'],
      ['a denial that opens other routes', { routes: ROUTES, undeclared: 'absent' }, '/b'],
      ['a policy for the stage', {}, '/a'],
      ['a policy for the request alone', { handlerDecides: true }, '/a'],
      ['a denial of the stage', { rules: { scopes: ['none'] } }, '/a'],
      ['a policy that leaves out routes', { routes: wide }, '/resource-with-a-long-name-0/1'],
    ];
    for (const [what, options, path] of cases) {
      it(`denies nothing implicitly: ${what}`, async () => {
        const token = await issuer.token({ scope: 'a s0' });
        const event = restRequestEvent({ token, path });
        const plain = await invoke(authorizer(options), event);
        const outcome = await invoke(authorizer({ ...options, denyRest: true }), event);
        if (outcome.kind === 'error') throw outcome.error;
        const paths = [path, '/a', '/b', '/users/7', '/x/y/z', '/resource-with-a-long-name-59/2'];
        for (const method of ['GET', 'DELETE']) {
          const verdicts = paths.map((other) => replayed(outcome, other, method));
          expect(verdicts).not.to.include('implicit-deny');
          const before = paths.map((other) => replayed(plain, other, method) === 'allow');
          // There is room for fewer routes.
          for (const [at, verdict] of verdicts.entries())
            if (verdict === 'allow') expect(before[at]).to.equal(true);
        }
        expect(verdictOf(outcome)).to.equal(verdictOf(plain));
        expect(JSON.stringify(outcome.response).length).to.be.below(8192);
      });
    }
  });

  it('contains the request beside the policy for all routes if only the event names its route', async () => {
    const routes = { ...ROUTES, 'ANY /admin/{proxy+}': { scopes: ['admin'] } };
    const token = await issuer.token({ scope: 'a' });
    const mapped = (path: string) => restRequestEvent({ token, path, resource: '/a' });
    const handler = authorizer({ routes, undeclared: 'absent' });
    const wide = await invoke(handler, mapped('/v1/a'));
    expect(['/v1/a', '/a', '/users/7'].map((path) => replayed(wide, path))).to.deep.equal(
      Array(3).fill('allow'),
    );
    expect(replayed(wide, '/admin/x')).to.equal('explicit-deny');
    // The document denies longer paths.
    const narrow = await invoke(handler, mapped('/users/1/x/y'));
    expect(replayed(narrow, '/users/1/x/y')).to.equal('allow');
    expect(replayed(narrow, '/admin/x')).to.equal('explicit-deny');
    // Nobody may use any route, so that there is no Deny to keep.
    const none = await issuer.token({ scope: 'a' });
    const alone = authorizer({ routes: { 'GET /a': {}, 'GET /b': { scopes: ['b'] } }, undeclared: 'absent' });
    expect(
      verdictOf(await invoke(alone, restRequestEvent({ token: none, path: '/v1/x', resource: '/a' }))),
    ).to.equal('Allow');
  });
});
