import { LogItem } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import { expect } from 'chai';
import sinon from 'sinon';
import { auth0Authorizer } from '../../lib/authorizer/auth0-authorizer.ts';
import type { AuthorizerOptions } from '../../lib/authorizer/options.ts';
import { warmUp } from '../../lib/authorizer/warm-up.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import type { KeyEvent } from '../../lib/jwks/key-events.ts';
import { restRequestEvent } from '../../lib/testing.ts';
import { invoke } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { status } from '../support/jwks-server.ts';

describe('ready()', () => {
  let issuer: Issuer;

  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => issuer.close());

  const create = (options: AuthorizerOptions = {}) =>
    auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: false, ...options });

  const fail = () => {
    throw new Error('a function of the user is called');
  };

  it('resolves with the state of the keys, so that the first request finds them in memory', async () => {
    const chain = create();
    const [status, ...others] = await chain.ready();
    expect(others).to.deep.equal([]);
    expect(status).to.include({ fresh: true, lastError: null });
    expect(status?.kids).to.deep.equal([issuer.key.kid]);
    issuer.respondWith((request) => request.socket.destroy());
    const answer = await invoke(middy().use(chain), restRequestEvent({ token: await issuer.token() }));
    expect(answer).to.have.nested.property('response.policyDocument.Statement[0].Effect', 'Allow');
    expect(issuer.requests).to.equal(1);
  });

  it('fetches with prefetch: false, and not with pinned keys', async () => {
    expect((await create({ jwks: { prefetch: false } }).ready())[0]).to.include({ fresh: true });
    const jwk = issuer.key.jwk as { kty: string; kid: string };
    for (const jwks of [{ keys: [jwk] }, { keys: [jwk], uri: issuer.jwksUri }]) {
      expect((await create({ jwks }).ready())[0]?.kids).to.deep.equal([issuer.key.kid]);
    }
    expect(issuer.requests).to.equal(1);
  });

  it('repeats a request that fails', async () => {
    let count = 0;
    issuer.respondWith((request, response) => {
      count += 1;
      if (count === 2) issuer.respondWith(null);
      status(503)(request, response, '');
    });
    expect((await create().ready())[0]).to.include({ fresh: true, lastError: null });
    expect(issuer.requests).to.equal(3);
  });

  it('resolves when the time is up, with the error of the last request', async () => {
    issuer.respondWith((request, response) => status(503)(request, response, ''));
    const startedAt = performance.now();
    const [state] = await create().ready({ timeout: 0.3 });
    expect(performance.now() - startedAt).to.be.within(290, 1500);
    expect(state).to.include({ fresh: false }).and.have.nested.property('lastError.code', 'jwks_status');
  });

  it('resolves at once with timeout: 0', async () => {
    issuer.respondWith(() => undefined);
    expect((await create().ready({ timeout: 0 }))[0]).to.include({ fresh: false });
  });

  it('returns the state of each issuer, in the order of the options', async () => {
    const other = await startIssuer({ path: '/other/' });
    other.respondWith((request, response) => status(500)(request, response, ''));
    const chain = create({ issuer: [other.url, issuer.url] });
    const states = await chain.ready({ timeout: 0.5 });
    await other.close();
    expect(states.map(({ fresh }) => fresh)).to.deep.equal([false, true]);
  });

  it('asks for the keys of four issuers at once, and waits for all', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => startIssuer()));
    let open = 0;
    let most = 0;
    for (const other of others) {
      other.respondWith((request, response) => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          other.respondWith(null);
          response.end(JSON.stringify({ keys: [other.key.jwk] }));
        }, 50);
        request.resume();
      });
    }
    const states = await create({ issuer: [...others.map(({ url }) => url), issuer.url] }).ready();
    await Promise.all(others.map((other) => other.close()));
    expect(states.map(({ fresh }) => fresh)).to.deep.equal(Array(6).fill(true));
    expect(most).to.equal(4);
  });

  it('calls no function, logger or hook of the user, except jwks.onEvent for its own fetch', async () => {
    const events: KeyEvent[] = [];
    const chain = create({
      logger: { info: fail, warn: fail, error: fail },
      onDecision: fail,
      context: fail,
      principalId: fail,
      rules: { custom: { mine: fail } },
      routes: { 'GET /a/{id}': { permissions: ['a'], claims: { sub: fail } } },
      jwks: { onEvent: (event) => events.push(event) },
    });
    await chain.ready();
    expect(events.map(({ type }) => type)).to.deep.equal(['refreshed']);
  });

  it('formats log lines as the default logger does, and writes none', async () => {
    const format = sinon.spy(LogItem.prototype, 'prepareForPrint');
    const write = sinon.stub(process.stdout, 'write').returns(true);
    try {
      await auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE }).ready();
      expect(format.callCount).to.be.above(0);
      expect(write.callCount).to.equal(0);
    } finally {
      sinon.restore();
    }
  });

  it('runs the chain of its own once, however often it is called', async () => {
    const format = sinon.spy(LogItem.prototype, 'prepareForPrint');
    try {
      const chain = auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE });
      await Promise.all([chain.ready(), chain.ready()]);
      const { callCount } = format;
      await chain.ready();
      expect([callCount, format.callCount]).to.deep.equal([2, 2]);
      await auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE }).ready();
      expect(format.callCount).to.equal(4);
    } finally {
      sinon.restore();
    }
  });

  it('loads the default logger while the requests for keys are under way, and logs with it', async () => {
    const chain = auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE });
    await chain.ready();
    const write = sinon.stub(process.stdout, 'write').returns(true);
    try {
      await invoke(middy().use(chain), restRequestEvent({ token: await issuer.token() }));
      expect(write.callCount).to.equal(1);
      expect(JSON.parse(String(write.firstCall.args[0]))).to.include({ decision: 'allow', keys: 'fresh' });
    } finally {
      sinon.restore();
    }
  });

  it('refuses a timeout that makes no sense', () => {
    for (const timeout of [-1, 601, '3', Number.NaN]) {
      expect(() => create().ready({ timeout } as never)).to.throw(OptionError, /^ready\.timeout: /);
    }
    expect(() => create().ready({ timeot: 3 } as never)).to.throw(OptionError, /^ready\.timeot: /);
  });
});

describe('warmUp', () => {
  it('lets the event loop run before each step, so that the requests for keys go on', async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await warmUp(auth0Authorizer, { hasRoutes: true, hasDefaultLogger: false });
    isDone = true;
    expect(turns).to.be.above(15);
  });

  for (const hasRoutes of [false, true]) {
    it(`runs a chain ${hasRoutes ? 'with' : 'without'} routes to an allow for two kinds of gateways`, async () => {
      const answers = await warmUp(auth0Authorizer, { hasRoutes, hasDefaultLogger: hasRoutes });
      expect(answers).to.have.length(2);
      for (const answer of answers) {
        expect(answer).to.include({ principalId: 'warm-up' });
        expect(answer).to.have.nested.property('policyDocument.Statement[0].Effect', 'Allow');
      }
    });
  }
});
