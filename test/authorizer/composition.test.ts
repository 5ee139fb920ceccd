import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import ssm from '@middy/ssm';
import { expect } from 'chai';
import {
  auth0Authorizer,
  auth0JwtVerifier,
  decisionLogger,
  Forbidden,
  headerParser,
  type LostAnswerLine,
  policySerializer,
  requestRules,
  Unauthorized,
} from '../../lib/index.ts';
import { httpApi2Event, restRequestEvent, restTokenEvent } from '../../lib/testing.ts';
import { captureLines } from '../support/capture-output.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

describe('auth0Authorizer among other middlewares', () => {
  let issuer: Issuer;
  let log = recordingLog();
  const options = () => ({ issuer: issuer.url, audience: AUDIENCE });

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  const throwing = (error: unknown) => ({
    before: () => {
      throw error;
    },
  });

  for (const [place, build] of [
    [
      'before',
      (foreign: object) =>
        middy()
          .use(foreign)
          .use(auth0Authorizer({ ...options(), logger: log })),
    ],
    [
      'after',
      (foreign: object) =>
        middy()
          .use(auth0Authorizer({ ...options(), logger: log }))
          .use(foreign),
    ],
  ] as const) {
    it(`turns an error of a middleware ${place} it into a fault`, async () => {
      log = recordingLog();
      const handler = build(throwing(new TypeError('boom')));
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(outcome).to.have.nested.property('error.code', 'handler_error');
      expect(log.lines.map(({ fault }) => fault)).to.deep.equal(['handler_error']);
      expect(log.lines[0]?.error).to.be.instanceOf(TypeError);
    });

    it(`lets a middleware ${place} it refuse`, async () => {
      log = recordingLog();
      const event = restRequestEvent({ token: await issuer.token() });
      expect(verdictOf(await invoke(build(throwing(new Forbidden())), event))).to.equal('Deny');
      expect(verdictOf(await invoke(build(throwing(new Unauthorized())), event))).to.equal('Unauthorized');
      expect(log.lines.map(({ refusal }) => refusal)).to.deep.equal([
        'handler_forbidden',
        'handler_unauthorized',
      ]);
    });
  }
  it('is a fault when a middleware refuses an event that no gateway sent', async () => {
    log = recordingLog();
    const handler = middy()
      .use(throwing(new Forbidden()))
      .use(auth0Authorizer({ ...options(), logger: log }));
    const outcome = await invoke(handler, { Records: [] });
    expect(outcome).to.have.nested.property('error.code', 'unknown_event');
  });

  it('takes back an allow when a middleware around it fails afterwards', async () => {
    log = recordingLog();
    const failing = { after: () => Promise.reject(new Error('too late')) };
    const handler = middy()
      .use(failing)
      .use(auth0Authorizer({ ...options(), logger: log }));
    const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect(outcome).to.have.nested.property('error.code', 'handler_error');
    expect(log.lines.map(({ decision }) => decision)).to.deep.equal(['allow']);
    const lost = log.notices.find(({ message }) => message === 'authorizer answer lost');
    expect(lost).to.have.property('level', 'error');
    expect(lost?.line).to.include({
      requestId: log.lines[0]?.requestId,
      decided: 'allow',
      answered: 'fault',
      code: 'handler_error',
    });
    expect(lost?.line).to.have.nested.property('error.message', 'too late');
    expect(lost?.line).to.have.property('advice').that.includes('register the authorizer first');
  });

  it('takes back an allow when a middleware around it refuses afterwards, also without a request ID', async () => {
    log = recordingLog();
    const refusing = {
      after: () => {
        throw new Forbidden();
      },
    };
    const handler = middy()
      .use(refusing)
      .use(decisionLogger({ logger: log }))
      .use(auth0Authorizer({ ...options(), logger: false }));
    const outcome = await invoke(handler, restTokenEvent({ token: await issuer.token() }));
    expect(verdictOf(outcome)).to.equal('Deny');
    const lost = log.notices.find(({ message }) => message === 'authorizer answer lost');
    const { advice: _, ...facts } = (lost?.line ?? {}) as Partial<LostAnswerLine>;
    expect(facts).to.deep.equal({ decided: 'allow', answered: 'deny', code: 'handler_forbidden' });
  });

  it('works with injectLambdaContext, and writes through the logger it is given', async () => {
    const logger = new Logger({ serviceName: 'orders', persistentKeys: { team: 'shop' } });
    const handler = middy()
      .use(injectLambdaContext(logger))
      .use(auth0Authorizer({ ...options(), logger }));
    const event = restRequestEvent({ token: await issuer.token() });
    const lines = await captureLines(() => invoke(handler, event));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({
      level: 'INFO',
      service: 'orders',
      team: 'shop',
      function_name: 'authorizer',
      decision: 'allow',
      principalId: 'auth0|abc',
      coldStart: true,
    });
    expect(lines[0]?.['keys']).to.be.oneOf(['fresh', 'fetched']);
  });

  for (const place of ['before', 'after'] as const) {
    it(`works with @middy/ssm ${place} it`, async () => {
      class Parameters {
        async send(): Promise<object> {
          return { Parameters: [{ Name: '/plans/default', Value: 'gold' }] };
        }
      }
      const fetched = {
        AwsClient: Parameters as never,
        fetchData: { plan: '/plans/default' },
        disablePrefetch: true,
      };
      const fetching = ssm({ ...fetched, cacheExpiry: 0, setToContext: true });
      const chain = auth0Authorizer({ ...options(), logger: false, context: false });
      const base = middy(async (_event: unknown, context: object) => ({
        context: { plan: (context as { plan?: string }).plan },
      }));
      const handler = place === 'before' ? base.use(fetching).use(chain) : base.use(chain).use(fetching);
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(outcome).to.have.deep.nested.property('response.context', { plan: 'gold' });
      expect(verdictOf(await invoke(handler, restRequestEvent()))).to.equal('Unauthorized');
    });
  }

  it('writes one line for each decision to the console by default', async () => {
    const handler = middy().use(auth0Authorizer(options()));
    const token = await issuer.token();
    const lines = await captureLines(async () => {
      await invoke(handler, restTokenEvent({ token }));
      await invoke(handler, restTokenEvent({ token }));
      await invoke(handler, restTokenEvent({ token: 'opaque' }));
    });
    expect(lines.map(({ level, decision, coldStart }) => [level, decision, coldStart])).to.deep.equal([
      ['INFO', 'allow', true],
      ['INFO', 'allow', false],
      ['WARN', 'deny', false],
    ]);
  });

  it('keeps concurrent invocations apart', async () => {
    const seen: string[] = [];
    const handler = middy(async (_event: unknown, context: object) => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push((context as { auth0: { principalId: string } }).auth0.principalId);
    }).use(auth0Authorizer({ ...options(), logger: false }));
    const names = Array.from({ length: 20 }, (_, index) => `auth0|user-${index}`);
    const tokens = await Promise.all(names.map((sub) => issuer.token({ sub })));
    const outcomes = await Promise.all(tokens.map((token) => invoke(handler, httpApi2Event({ token }))));
    const principals = outcomes.map((outcome) => outcome.kind === 'response' && outcome.response.principalId);
    expect(principals).to.deep.equal(names);
    expect(seen.toSorted()).to.deep.equal(names.toSorted());
  });

  it('never changes the event', async () => {
    const event = restRequestEvent({ token: await issuer.token() });
    const copy = structuredClone(event);
    await invoke(middy().use(auth0Authorizer({ ...options(), logger: false })), event);
    expect(event).to.deep.equal(copy);
  });

  describe('as single middlewares', () => {
    it('works as a chain of its five middlewares', async () => {
      log = recordingLog();
      const handler = middy()
        .use(decisionLogger({ logger: log }))
        .use(headerParser({ tokenSource: { cookie: 'session' } }))
        .use(auth0JwtVerifier(options()))
        .use(requestRules({ routes: { 'GET /orders': { scopes: ['read:orders'] } } }))
        .use(policySerializer());
      const event = httpApi2Event({ cookies: [`session=${await issuer.token()}`] });
      expect(verdictOf(await invoke(handler, event))).to.equal('Allow');
      expect(log.lines.map(({ decision, route }) => [decision, route])).to.deep.equal([
        ['allow', 'GET /orders'],
      ]);
    });

    it('verifies without headerParser, and leaves the answer to the handler', async () => {
      const handler = middy(async (_event: unknown, context: object) => {
        const { auth0 } = context as { auth0: { claims: { sub: string } | null } };
        return { isAuthorized: auth0.claims?.sub === 'auth0|abc' };
      }).use(auth0JwtVerifier(options()));
      const good = await invoke(handler, httpApi2Event({ token: await issuer.token() }));
      expect(verdictOf(good)).to.equal('Allow');
      const none = await invoke(handler, httpApi2Event());
      expect(none).to.have.nested.property('error.code', 'missing_token');
    });

    it('logs without policySerializer', async () => {
      log = recordingLog();
      const handler = middy(async () => ({ isAuthorized: true }))
        .use(decisionLogger({ logger: log }))
        .use(auth0JwtVerifier(options()));
      await invoke(handler, httpApi2Event({ token: await issuer.token() }));
      await invoke(handler, httpApi2Event());
      expect(log.lines.map(({ decision }) => decision)).to.deep.equal(['allow', 'deny']);
    });

    it('leaves a missing token to requestRules', async () => {
      const verifier = () => auth0JwtVerifier({ ...options(), token: 'optional' });
      const unjudged = middy().use(verifier()).use(policySerializer());
      expect(verdictOf(await invoke(unjudged, restRequestEvent()))).to.equal('Unauthorized');
      const judged = middy()
        .use(verifier())
        .use(requestRules({ routes: { 'GET /orders': { token: 'optional' } }, undeclared: 'rules' }))
        .use(policySerializer());
      expect(verdictOf(await invoke(judged, restRequestEvent({ path: '/orders' })))).to.equal('Allow');
      expect(verdictOf(await invoke(judged, restRequestEvent({ path: '/other' })))).to.equal('Unauthorized');
    });

    it('allows only the request without requestRules', async () => {
      const handler = middy().use(auth0JwtVerifier(options())).use(policySerializer());
      const event = restRequestEvent({ path: '/orders', token: await issuer.token() });
      const outcome = await invoke(handler, event);
      expect(outcome).to.have.nested.property(
        'response.policyDocument.Statement[0].Resource',
        (event as { methodArn: string }).methodArn,
      );
    });

    it('refuses an event that names two methods, although no rules were judged', async () => {
      const handler = middy().use(auth0JwtVerifier(options())).use(policySerializer());
      const event = { ...restRequestEvent({ token: await issuer.token() }), httpMethod: 'DELETE' };
      const outcome = await invoke(handler, event);
      expect(verdictOf(outcome)).to.equal('Deny');
      expect(outcome).to.have.nested.property('response.context.refusal', 'ambiguous_path');
    });

    it('is a configuration fault when headerParser is not first', async () => {
      const handler = middy()
        .use(auth0JwtVerifier(options()))
        .use(headerParser({ tokenSource: { header: 'X-Access-Token' } }))
        .use(policySerializer());
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(outcome).to.have.nested.property('error.code', 'configuration');
    });

    it('never allows a request when a middleware is missing', async () => {
      const event = restRequestEvent({ token: await issuer.token() });
      const unverified = await invoke(middy().use(headerParser()).use(policySerializer()), event);
      expect(unverified).to.have.nested.property('error.code', 'configuration');
      const unjudged = await invoke(middy().use(requestRules()).use(policySerializer()), event);
      expect(unjudged).to.have.nested.property('error.code', 'configuration');
      const alone = await invoke(middy().use(policySerializer({ principalId: () => 'me' })), event);
      expect(alone).to.have.nested.property('error.code', 'configuration');
    });
  });
});
