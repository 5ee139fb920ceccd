import { expect } from 'chai';
import { dpop } from '../../lib/binding.ts';
import { type AuthorizerOptions, auth0Authorizer, Forbidden } from '../../lib/index.ts';
import {
  createTestIssuer,
  decide,
  dpopKey,
  dpopProof,
  eventFor,
  httpApi2Event,
  restRequestEvent,
} from '../../lib/testing.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const ROUTES = { 'GET /a': { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };

const authorizer = (options: Partial<AuthorizerOptions>) =>
  middy().use(auth0Authorizer({ logger: false, ...options, ...issuer.options }));

/** A denial of `/b` to a caller who may use `/a`. */
const deniedEvent = () => restRequestEvent({ token: issuer.token({ scope: 'a' }), path: '/b' });

describe('a denial that would open other routes', () => {
  it('denies the stage if the option context refuses the caller, and from then on', async () => {
    let refuses = true;
    const handler = authorizer({
      routes: ROUTES,
      context: () => {
        if (refuses) throw new Forbidden();
        return { plan: 'gold' };
      },
    });
    for (refuses of [true, false]) {
      const outcome = await invoke(handler, deniedEvent());
      expect(verdictOf(outcome)).to.equal('Deny');
      expect(outcome).to.have.nested.property('response.context.refusal', 'insufficient_scope');
      expect(JSON.stringify(outcome)).not.to.contain('"Allow"');
    }
  });

  it('is a fault if the option context throws', async () => {
    const context = () => {
      throw new TypeError('boom');
    };
    const decision = await decide(authorizer({ routes: ROUTES, context }), deniedEvent());
    expect(decision).to.deep.include({ outcome: 'fault', code: 'handler_error' });
  });

  it('denies the stage if the context leaves no room for the policy', async () => {
    const handler = authorizer({ routes: ROUTES, context: () => ({ filling: 'x'.repeat(7500) }) });
    const outcome = await invoke(handler, deniedEvent());
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(JSON.stringify(outcome)).not.to.contain('"Allow"').and.not.contain('xxx');
  });
});

describe('an allow', () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [
      `GET /resource-with-a-long-name-${n}/{id}`,
      { scopes: [`s${n % 2}`] },
    ]),
  );
  const path = '/resource-with-a-long-name-0/1';
  const token = issuer.token({ scope: 's0' });

  it('is for only this request if the context leaves no room for a wider policy', async () => {
    const log = recordingLog();
    const context = () => ({ filling: 'x'.repeat(6000) });
    const handler = authorizer({ routes: many, context, logger: log });
    const outcome = await invoke(handler, restRequestEvent({ token, path }));
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(log.lines[0]).to.include({ decision: 'allow', policy: 'request' });
  });

  it('is a fault if its context fits no answer, or cannot be part of one', async () => {
    for (const [context, code] of [
      [{ filling: 'x'.repeat(9000) }, 'answer_too_large'],
      [{ plan: 1n }, 'handler_result'],
    ] as const) {
      for (const routes of [ROUTES, undefined]) {
        const handler = authorizer({ ...(routes && { routes }), context: () => context as never });
        const event = restRequestEvent({ token: issuer.token({ scope: 'a' }), path: '/a' });
        expect(await decide(handler, event)).to.deep.include({ outcome: 'fault', code });
      }
    }
  });

  it('is a fault for a bound token if the policy for its request has no room, although one for the stage has', async () => {
    const handler = authorizer({ dpop: dpop('allowed'), context: () => ({ filling: 'x'.repeat(7600) }) });
    const long = `/${'a'.repeat(400)}`;
    const unbound = await decide(handler, restRequestEvent({ token: issuer.token(), path: long }));
    expect(unbound.outcome).to.equal('allow');
    const key = dpopKey();
    const domainName = 'api.example.com';
    const bound = issuer.token({}, { boundTo: key });
    const decideOn = (at: string) => {
      const proof = dpopProof({ key, token: bound, method: 'GET', url: `https://${domainName}/prod${at}` });
      return decide(handler, restRequestEvent({ token: bound, proof, path: at, domainName }));
    };
    expect((await decideOn('/a')).outcome).to.equal('allow');
    expect(await decideOn(long)).to.deep.include({ outcome: 'fault', code: 'answer_too_large' });
  });

  it('has no policy, and nothing to say of one, in a simple response', async () => {
    for (const httpApiResponse of ['iam', 'simple'] as const) {
      const log = recordingLog();
      const handler = authorizer({ routes: many, handlerDecides: true, httpApiResponse, logger: log });
      const outcome = await invoke(handler, httpApi2Event({ token, path: `${path}/` }));
      expect(log.lines[0]?.policy, httpApiResponse).to.equal(undefined);
      expect(verdictOf(outcome)).to.equal('Deny');
    }
  });
});

describe('ttlOverride of AppSync', () => {
  const left = async (options: Partial<AuthorizerOptions>, claims: object = {}) => {
    const event = eventFor('appsync-graphql', { token: issuer.token({ ...claims }) });
    const outcome = await invoke(authorizer({ ttlOverride: 300, ...options }), event);
    if (outcome.kind === 'error') throw outcome.error;
    return (outcome.response as { ttlOverride?: number }).ttlOverride;
  };
  const now = () => Math.floor(Date.now() / 1000);

  it('is the option, or what is left of the token or of a rule if that is less', async () => {
    expect(await left({})).to.equal(300);
    expect(await left({}, { exp: now() + 100 })).to.be.within(90, 100);
    const aged = { rules: { authentication: { maxAge: 200 } } };
    // The rule allows for the clock tolerance.
    expect(await left(aged, { auth_time: now() - 100 })).to.be.within(90, 200);
    expect(await left({ ttlOverride: 10, ...aged }, { auth_time: now() - 100 })).to.equal(10);
  });

  it('is 0 if a rule reads more than the token', async () => {
    expect(await left({ rules: { custom: { mine: () => true } } })).to.equal(0);
  });
});

describe('the challenge of a denial', () => {
  const rules = { authentication: { maxAge: 60 } };
  const contextOf = async (options: Partial<AuthorizerOptions>, kind: 'rest-request' | 'websocket') => {
    const token = issuer.token({ auth_time: 1_000_000_000 });
    const outcome = await invoke(authorizer(options), eventFor(kind, { token, path: '/a' }));
    if (outcome.kind === 'error') throw outcome.error;
    return outcome.response.context;
  };

  it('is in the context, but not if the policy may be repeated for a route with another one', async () => {
    const unauthorized = 'deny';
    expect(await contextOf({ rules, unauthorized }, 'rest-request')).to.have.property('max_age');
    const routes = { 'GET /a': rules, 'GET /b': {} };
    expect(await contextOf({ routes, unauthorized }, 'rest-request')).not.to.have.property('max_age');
    const connect = { $connect: rules, 'GET /b': {} };
    expect(await contextOf({ routes: connect, unauthorized }, 'websocket')).to.have.property('max_age');
  });
});
