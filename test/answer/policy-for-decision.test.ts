import { expect } from 'chai';
import { auth0Authorizer, evaluatePolicy, identitySources, type RoutesOptions } from '../../lib/index.ts';
import { restRequestEvent } from '../../lib/testing.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';
import { NEVER_EXACT } from '../support/never-exact.ts';

describe('an allow that no policy can carry', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  it('becomes a denial with the results of the options, which are called once, and without additions', async () => {
    const calls: string[] = [];
    const chain = auth0Authorizer({
      issuer: issuer.url,
      audience: AUDIENCE,
      logger: false,
      routes: { 'GET /users': { scopes: ['read:orders'] }, 'GET /users/{id}': { scopes: ['admin'] } },
      undeclared: 'rules',
      context: () => {
        calls.push('context');
        return { plan: 'gold' };
      },
      principalId: () => {
        calls.push('principalId');
        return 'me';
      },
    });
    const allowAll = middy(async () => undefined).use(chain);
    const event = restRequestEvent({ token: await issuer.token(), path: '/users/5/photo' });
    const outcome = await invoke(allowAll, event);
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(JSON.stringify(outcome)).to.contain('"Allow"');
    expect(outcome).to.have.deep.nested.property('response.context', { plan: 'gold' });
    expect(outcome).to.have.nested.property('response.principalId', 'me');
    expect(calls).to.deep.equal(['principalId', 'context']);

    const adding = middy(async () => ({ context: { own: 'x' } })).use(chain);
    const added = await invoke(adding, event);
    expect(verdictOf(added)).to.equal('Deny');
    expect(JSON.stringify(added)).not.to.contain('own').and.not.contain('"Allow"');
  });

  it('becomes a denial of this request if its path is a pattern and the context leaves no room for a wider policy', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `resource-with-a-long-name-${n}`);
    const handler = middy().use(
      auth0Authorizer({
        issuer: issuer.url,
        audience: AUDIENCE,
        logger: false,
        routes: Object.fromEntries(names.map((name, n) => [`GET /${name}/{id}`, { scopes: [`s${n % 2}`] }])),
        context: () => ({ filling: 'x'.repeat(6000) }),
      }),
    );
    const event = restRequestEvent({ token: await issuer.token({ scope: 's0' }), path: `/${names[0]}/*` });
    const outcome = await invoke(handler, event);
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(outcome).to.have.deep.nested.property('response.context', { refusal: 'inexpressible_path' });
    expect(JSON.stringify(outcome)).not.to.contain('"Allow"');
  });

  it('is for only this request if no document covers its route, with what is denied elsewhere', async () => {
    // `*/a/*` also matches undeclared paths, and what denies those denies paths of the route.
    const greedy = 'GET /{p}/a/{rest+}';
    for (const [routes, other] of [
      [{ [greedy]: { scopes: ['a'] }, 'GET /': { scopes: ['a'] } }, 'implicit-deny'],
      [{ [greedy]: { scopes: ['a'] }, 'GET /x/y': { scopes: ['b'] } }, 'implicit-deny'],
    ] as const) {
      const log = recordingLog();
      const chain = auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: log, routes });
      const event = restRequestEvent({ token: await issuer.token({ scope: 'a' }), path: '/b/a/c' });
      const outcome = await invoke(middy().use(chain), event);
      expect(verdictOf(outcome)).to.equal('Allow');
      expect(log.lines[0]).to.include({ policy: 'request' }).and.not.have.property('leftOut');
      if (outcome.kind === 'error') throw outcome.error;
      const resource = outcome.arn.replace('/b/a/c', '/b/a/d');
      expect(evaluatePolicy(outcome.response.policyDocument as never, { resource })).to.equal(other);
    }
  });

  it('is for only this request if the table is too deep to compile, and a denial denies the stage', async () => {
    const deep = Array.from({ length: 60 }, (_, n) => `s${n}`).join('/');
    const routes = { [`GET /${deep}`]: { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };
    const log = recordingLog();
    const options = { issuer: issuer.url, audience: AUDIENCE, logger: log, routes };
    const handler = middy().use(auth0Authorizer(options));
    const token = await issuer.token({ scope: 'b' });
    const own = await invoke(handler, restRequestEvent({ token, path: '/b' }));
    const denied = await invoke(handler, restRequestEvent({ token, path: `/${deep}` }));
    expect([verdictOf(own), verdictOf(denied)]).to.deep.equal(['Allow', 'Deny']);
    expect(JSON.stringify(denied)).not.to.contain('"Allow"');
    expect(log.lines.map(({ policy }) => policy)).to.deep.equal(['request', 'request']);
    expect(identitySources(options, 'rest-request')).to.deep.equal({
      cache: true,
      identitySources: ['method.request.header.Authorization', 'context.path', 'context.httpMethod'],
      loss: 'The table of routes is too large for a policy.',
    });
  });

  describe('becomes one for the address if a condition denies it', () => {
    async function denied(routes: RoutesOptions, scope: string, path: string) {
      const handler = middy().use(
        auth0Authorizer({
          issuer: issuer.url,
          audience: AUDIENCE,
          logger: false,
          rules: { ip: { deny: ['198.51.100.0/24'] } },
          routes,
          undeclared: 'rules',
          conditions: { sourceIp: true },
        }),
      );
      const token = await issuer.token({ scope });
      return invoke(handler, restRequestEvent({ token, path, sourceIp: '198.51.100.7' }));
    }

    it('and denies the stage if the policy for all routes denies its path', async () => {
      const routes = { 'GET /users': { scopes: ['read:orders'] }, 'GET /users/{id}': { scopes: ['admin'] } };
      const outcome = await denied(routes, 'read:orders', '/users/5/photo');
      expect(verdictOf(outcome)).to.equal('Deny');
      expect(outcome).to.have.nested.property('response.context.refusal', 'ip_not_allowed');
      expect(JSON.stringify(outcome)).not.to.contain('"Allow"');
    });

    it('and opens the path to other addresses if the policy allows it, exact or not', async () => {
      const outcome = await denied(NEVER_EXACT, 'a b d f', '/elsewhere');
      if (outcome.kind === 'error') throw outcome.error;
      const from = (sourceIp: string) =>
        evaluatePolicy(outcome.response.policyDocument as never, { resource: outcome.arn, sourceIp });
      expect([from('198.51.100.7'), from('203.0.113.9')]).to.deep.equal(['explicit-deny', 'allow']);
    });
  });
});
