import { expect } from 'chai';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  auth0JwtVerifier,
  type Decision,
  type DecisionFacts,
  type DecisionLog,
  decisionLogger,
} from '../../lib/index.ts';
import { restRequestEvent } from '../../lib/testing.ts';
import { captureLines } from '../support/capture-output.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

type Call = readonly [decision: Decision, facts: DecisionFacts];

describe('the option onDecision', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  function recording(options: Partial<AuthorizerOptions> = {}) {
    const calls: Call[] = [];
    const onDecision = (...call: Call) => void calls.push(call);
    const base = { issuer: issuer.url, audience: AUDIENCE, logger: false, onDecision } as const;
    return { calls, handler: middy().use(auth0Authorizer({ ...base, ...options })) };
  }

  it('is called once for each allow, denial and fault, with logger: false too', async () => {
    const { calls, handler } = recording();
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    await invoke(handler, restRequestEvent({}));
    await invoke(handler, { no: 'event' });
    expect(calls.map(([{ outcome }]) => outcome)).to.deep.equal(['allow', 'deny', 'fault']);
    expect(calls.map(([, { coldStart }]) => coldStart)).to.deep.equal([true, false, false]);
    expect(calls[1]?.[0]).to.include({ code: 'missing_token', status: 401 });
    expect(calls[2]?.[0]).to.include({ code: 'unknown_event' });
  });

  it('is called for allows whose line is not sampled', async () => {
    const log = recordingLog();
    const { calls, handler } = recording({ logger: log, allowSampleRate: 0 });
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect([calls.length, log.lines.length]).to.deep.equal([1, 0]);
  });

  it('gets the facts that are known, and no token', async () => {
    const routes = {
      'GET /orders': { scopes: { all: ['none'], reportOnly: true } },
      'GET /prices': {},
    };
    const { calls, handler } = recording({ routes });
    const token = await issuer.token();
    await invoke(handler, restRequestEvent({ token, path: '/orders', requestId: 'r-1' }));
    await invoke(handler, { no: 'event' });
    const [, facts] = calls[0] as Call;
    const { durationMs, requestId, ...known } = facts;
    expect(durationMs).to.be.a('number').above(0);
    expect(requestId).to.be.a('string');
    expect(known).to.deep.equal({
      gateway: 'rest-request',
      api: 'a1b2c3d4e5/prod',
      route: 'GET /orders',
      reports: [{ rule: 'scopes', code: 'insufficient_scope' }],
      keys: 'fetched',
      coldStart: true,
    });
    expect(calls[1]?.[1]).to.have.all.keys('coldStart', 'durationMs');
    expect(JSON.stringify(calls)).not.to.contain(token.split('.')[2]);
  });

  it('gets the state of the key by which a token was refused', async () => {
    const { calls, handler } = recording();
    await invoke(handler, restRequestEvent({ token: await issuer.token({ exp: 1 }) }));
    expect(calls[0]?.[0]).to.include({ code: 'token_expired' });
    expect(calls[0]?.[1]).to.include({ keys: 'fetched' });
  });

  it('gets `request` if the answer covers only this request', async () => {
    // A table that is too deep to compile.
    const deep = Array.from({ length: 60 }, (_, n) => `s${n}`).join('/');
    const routes = { [`GET /${deep}`]: { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };
    const { calls, handler } = recording({ routes });
    await invoke(handler, restRequestEvent({ token: await issuer.token({ scope: 'b' }), path: '/b' }));
    expect(calls[0]?.[1]).to.have.property('policy', 'request');
  });

  it('gets `partial` and a number if the answer leaves out routes of the caller', async () => {
    const scopes = ['a'];
    const routes = {
      'GET /users': { scopes },
      'GET /users/{id}': { scopes },
      'GET /users/{id}/orders': { scopes },
      'GET /users/{id}/orders/{order}': { scopes: ['b'] },
      'GET /{page}': { scopes },
    };
    const { calls, handler } = recording({ routes });
    await invoke(handler, restRequestEvent({ token: await issuer.token({ scope: 'a' }), path: '/users' }));
    const [, facts] = calls[0] as Call;
    expect(facts).to.have.property('policy', 'partial');
    expect(facts).to.have.property('leftOut').that.is.above(0);
  });

  it('gets a second decision if a middleware fails after the answer', async () => {
    const calls: Call[] = [];
    const onDecision = (...call: Call) => void calls.push(call);
    const handler = middy()
      .use({ after: () => Promise.reject(new Error('too late')) })
      .use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: false, onDecision }));
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect(calls.map(([{ outcome }]) => outcome)).to.deep.equal(['allow', 'fault']);
  });

  it('works in decisionLogger on its own', async () => {
    const calls: Call[] = [];
    const handler = middy(async () => ({ isAuthorized: true }))
      .use(decisionLogger({ logger: false, onDecision: (...call) => void calls.push(call) }))
      .use(auth0JwtVerifier({ issuer: issuer.url, audience: AUDIENCE }));
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    await invoke(handler, restRequestEvent({}));
    expect(calls.map(([{ outcome }]) => outcome)).to.deep.equal(['allow', 'deny']);
  });

  describe('when it fails', () => {
    const error = new Error('metrics are down');
    const hooks = {
      'throws at once': () => {
        throw error;
      },
      'rejects its promise': () => Promise.reject(error),
    };

    for (const [how, onDecision] of Object.entries(hooks)) {
      it(`logs one line of level ERROR and changes nothing: ${how}`, async () => {
        const lines: unknown[] = [];
        const record = (level: keyof DecisionLog) => (message: string, line: object) =>
          void lines.push({ level, message, error: 'error' in line ? line.error : undefined });
        const logger = { info: record('info'), warn: record('warn'), error: record('error') };
        const { handler } = recording({ logger, onDecision });
        const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
        await new Promise((resolve) => setImmediate(resolve));
        expect(verdictOf(outcome)).to.equal('Allow');
        expect(lines).to.have.deep.members([
          { level: 'info', message: 'authorizer decision', error: undefined },
          { level: 'error', message: 'authorizer onDecision failed', error },
        ]);
      });

      it(`changes nothing with logger: false: ${how}`, async () => {
        const { handler } = recording({ onDecision });
        const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
        await new Promise((resolve) => setImmediate(resolve));
        expect(verdictOf(outcome)).to.equal('Allow');
      });

      it(`logs it with the default logger, which is still loading: ${how}`, async () => {
        const lines = await captureLines(async () => {
          const handler = middy().use(
            auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, onDecision }),
          );
          await invoke(handler, restRequestEvent({ token: await issuer.token() }));
          await new Promise((resolve) => setImmediate(resolve));
        });
        expect(lines.map(({ level }) => level)).to.have.members(['INFO', 'ERROR']);
      });
    }
  });
});
