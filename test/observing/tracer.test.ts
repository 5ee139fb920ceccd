import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  type DecisionTracer,
  type OptionError,
  type TraceSubsegment,
} from '../../lib/index.ts';
import { createTestIssuer, restRequestEvent } from '../../lib/testing.ts';
import { invoke, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';
import { recipeUrl } from '../support/tracer-recipe.ts';

const FUNCTION = fileURLToPath(new URL('./fixtures/traced-function.ts', import.meta.url));

/** A document as the X-Ray daemon gets it. */
interface Subsegment {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly fault?: boolean;
  readonly error?: boolean;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly cause?: { readonly exceptions: readonly { readonly message: string }[] };
}

interface Invoked {
  readonly root: string;
  readonly outcome: {
    readonly kind: string;
    readonly response?: { readonly context?: Readonly<Record<string, unknown>> };
  };
}

describe('the option tracer, with the real Tracer and a daemon on loopback', function () {
  this.timeout(60_000);

  let issuer: Issuer;
  let daemon: Socket;
  let documents: Subsegment[] = [];

  before(async () => {
    issuer = await startIssuer();
    daemon = createSocket('udp4');
    daemon.on('message', (message) => {
      const [header = '', body = ''] = message.toString().split('\n');
      expect(JSON.parse(header)).to.deep.equal({ format: 'json', version: 1 });
      documents.push(JSON.parse(body) as Subsegment);
    });
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
  });
  after(async () => {
    daemon.close();
    await issuer.close();
  });

  async function invokeEach(
    events: readonly object[],
    { options = {}, kind = 'captured', env = {} }: { options?: object; kind?: string; env?: object } = {},
  ): Promise<{ invoked: readonly Invoked[]; errors: string }> {
    documents = [];
    const trusted = { issuer: issuer.url, audience: AUDIENCE, ...options };
    const args = [FUNCTION, recipeUrl(), JSON.stringify(trusted), JSON.stringify(events), kind];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      env: {
        ...process.env,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
        LAMBDA_TASK_ROOT: '/var/task',
        _HANDLER: 'index.handler',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const invoked = output.split('\n').filter((line) => line.startsWith('{'));
    return { invoked: invoked.map((line) => JSON.parse(line) as Invoked), errors };
  }

  const named = (name: string) => documents.filter((document) => document.name === name);

  describe('behind captureLambdaHandler in the order of the recipe', () => {
    let token: string;
    let result: { invoked: readonly Invoked[]; errors: string };
    let fetched: number;

    before(async () => {
      token = await issuer.token();
      const { requests } = issuer;
      result = await invokeEach([
        restRequestEvent({ token, path: '/orders' }),
        restRequestEvent({ token, method: 'POST', path: '/orders' }),
        restRequestEvent({ path: '/orders' }),
        restRequestEvent({ token, path: '/fail' }),
        { no: 'event' },
      ]);
      fetched = issuer.requests - requests;
    });

    it('sends one subsegment `authorize` for each decision, where only a fault is a fault', () => {
      const { invoked, errors } = result;
      const kinds = ['response', 'response', 'error', 'error', 'error'];
      expect(errors).to.equal('');
      expect(invoked.map(({ outcome }) => outcome.kind)).to.deep.equal(kinds);
      const segments = named('authorize');
      expect(segments.map(({ annotations }) => annotations)).to.deep.equal([
        { outcome: 'allow', route: 'GET /orders', gateway: 'rest-request' },
        { outcome: 'deny', route: 'POST /orders', gateway: 'rest-request', refusal: 'insufficient_scope' },
        { outcome: 'deny', gateway: 'rest-request', refusal: 'missing_token' },
        { outcome: 'fault', route: 'GET /fail', gateway: 'rest-request', fault: 'rule_error' },
        { outcome: 'fault', fault: 'unknown_event' },
      ]);
      expect(segments.map(({ fault = false }) => fault)).to.deep.equal([false, false, false, true, true]);
      expect(segments.map(({ error = false }) => error)).to.deep.equal([false, false, false, false, false]);
      expect(segments.map(({ trace_id }) => trace_id)).to.deep.equal(invoked.map(({ root }) => root));
      expect(segments[3]?.cause?.exceptions[0]?.message).to.contain(
        'the function of rule custom.broken threw',
      );
    });

    it('adds what is known of the decision as metadata, and nothing of the token or the caller', () => {
      const [allowed, refused] = named('authorize').map(
        ({ metadata }) => metadata?.['middy-auth0-authorizer']?.['decision'],
      );
      expect(allowed).to.include({ coldStart: true, keys: 'fresh' }).and.to.have.property('durationMs');
      expect(refused).to.include({ rule: 'scopes', detail: 'missing write:orders', coldStart: false });
      expect(JSON.stringify(documents)).not.to.contain(token.split('.')[2]).and.not.to.contain('auth0|');
    });

    it('makes no refusal a fault of the outer segment', () => {
      const handlers = named('## index.handler');
      expect(handlers.map(({ fault = false }) => fault)).to.deep.equal([false, false, false, true, true]);
      expect(named('authorize').map(({ parent_id }) => parent_id)).to.deep.equal(
        handlers.map(({ id }) => id),
      );
      expect(handlers[0]?.annotations).to.deep.equal({ ColdStart: true, Service: 'orders' });
    });

    it('sends nothing of the keys that were fetched in init', () => {
      expect(fetched).to.equal(1);
      expect(new Set(documents.map(({ name }) => name))).to.deep.equal(
        new Set(['## index.handler', 'authorize']),
      );
    });

    it('passes the trace to the backend with contextTraceId', () => {
      const [first] = result.invoked;
      expect(first?.outcome.response?.context).to.include({ traceId: first?.root, sub: 'auth0|abc' });
    });
  });

  it('captures a fetch of keys in an invocation as part of `authorize`', async () => {
    const event = restRequestEvent({ token: await issuer.token(), path: '/orders' });
    const options = { jwks: { prefetch: false } };
    const { errors } = await invokeEach([event], { options, kind: 'lazy' });
    expect(errors).to.equal('');
    const [authorize] = named('authorize');
    expect(named('127.0.0.1').map(({ parent_id }) => parent_id)).to.deep.equal([authorize?.id]);
    expect(authorize?.annotations).to.include({ outcome: 'allow' });
  });

  it('works without captureLambdaHandler, without errors in X-Ray, and with the error that X-Ray logs in init', async () => {
    const event = restRequestEvent({ token: await issuer.token(), path: '/fail' });
    const env = { POWERTOOLS_TRACER_CAPTURE_ERROR: 'false', AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR' };
    const { errors } = await invokeEach([event], { env, kind: 'bare' });
    expect(documents.map(({ name }) => name)).to.deep.equal(['authorize']);
    expect(documents[0]).to.include({ fault: true }).and.not.to.have.property('cause');
    expect(errors).to.contain('Missing AWS Lambda trace data for X-Ray');
  });
});

describe('the option tracer', () => {
  const issuer = createTestIssuer();
  const ignore = () => undefined;

  function fakeTracer(
    overrides: Partial<DecisionTracer> = {},
  ): DecisionTracer & { readonly calls: string[] } {
    const calls: string[] = [];
    const record =
      (name: string) =>
      (...args: unknown[]) =>
        void calls.push([name, ...args.filter((arg) => typeof arg === 'string')].join(' '));
    const segment = (name: string): TraceSubsegment => ({
      addNewSubsegment: (own) => segment(own),
      addAnnotation: record(`${name} annotation`),
      addMetadata: record(`${name} metadata`),
      addFaultFlag: record(`${name} fault`),
      close: record(`${name} close`),
    });
    return {
      calls,
      isTracingEnabled: () => true,
      getSegment: () => segment('parent'),
      setSegment: record('current'),
      addErrorAsMetadata: record('error'),
      getRootXrayTraceId: ignore,
      ...overrides,
    };
  }

  const authorizer = (options: Partial<AuthorizerOptions>) =>
    middy().use(auth0Authorizer({ ...issuer.options, logger: false, ...options } as AuthorizerOptions));
  const event = restRequestEvent({ token: issuer.token() });

  it('does nothing when tracing is off, and outside of Lambda', async () => {
    for (const overrides of [{ isTracingEnabled: () => false }, { getSegment: ignore }]) {
      const tracer = fakeTracer(overrides);
      expect(verdictOf(await invoke(authorizer({ tracer }), event))).to.equal('Allow');
      expect(tracer.calls).to.deep.equal([]);
    }
  });

  it('opens no subsegment for an event without a request', async () => {
    const tracer = fakeTracer();
    await invoke(authorizer({ tracer }), { source: 'serverless-plugin-warmup' });
    expect(tracer.calls).to.deep.equal([]);
  });

  it('closes the subsegment once if a middleware fails after the answer, and leaves the parent current', async () => {
    const tracer = fakeTracer();
    const handler = middy()
      .use({ after: () => Promise.reject(new Error('too late')) })
      .use(auth0Authorizer({ ...issuer.options, logger: false, tracer }));
    await invoke(handler, event);
    expect(tracer.calls).to.deep.equal([
      'current',
      'current',
      'authorize annotation outcome allow',
      'authorize annotation gateway rest-request',
      'authorize metadata decision middy-auth0-authorizer',
      'authorize close',
      'current',
    ]);
  });

  it('adds the reports of rules without what their functions threw', async () => {
    const metadata: unknown[] = [];
    const own = { addNewSubsegment: () => own, addAnnotation: ignore, addFaultFlag: ignore, close: ignore };
    const traced = { ...own, addMetadata: (_key: string, value: unknown) => void metadata.push(value) };
    const tracer = fakeTracer({ getSegment: () => ({ addNewSubsegment: () => traced }) as never });
    const check = () => {
      throw new Error('with anything in it');
    };
    const rules = { custom: { odd: { check, reportOnly: true } } };
    expect(verdictOf(await invoke(authorizer({ tracer, rules }), event))).to.equal('Allow');
    expect(metadata[0]).to.deep.include({ reports: [{ rule: 'custom.odd', code: 'rule_error' }] });
  });

  it('names a fault whose cause is not an error', async () => {
    const errors: Error[] = [];
    const tracer = fakeTracer({ addErrorAsMetadata: (error) => void errors.push(error) });
    const handler = middy(() => {
      throw 'a text';
    }).use(auth0Authorizer({ ...issuer.options, logger: false, tracer }) as never);
    await invoke(handler, event);
    expect(errors.map(({ message }) => message)).to.deep.equal(['handler_error']);
  });

  it('logs what the tracer throws, and changes no decision', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    for (const overrides of [{ getSegment: fail }, { setSegment: fail }]) {
      const messages: string[] = [];
      const logger = { info: ignore, warn: ignore, error: (message: string) => void messages.push(message) };
      const tracer = fakeTracer(overrides);
      expect(verdictOf(await invoke(authorizer({ tracer, logger }), event))).to.equal('Allow');
      expect(messages).to.deep.equal(['authorizer tracer failed']);
    }
  });

  it('closes the subsegment, and makes the parent current, when an annotation throws', async () => {
    const calls: string[] = [];
    const fail = (): never => {
      throw new Error('broken');
    };
    const own = { addAnnotation: fail, close: () => void calls.push('close') };
    const parent = { addNewSubsegment: () => own };
    const tracer = fakeTracer({
      getSegment: () => parent as never,
      setSegment: (segment) => void calls.push((segment as unknown) === parent ? 'parent' : 'own'),
    });
    expect(verdictOf(await invoke(authorizer({ tracer }), event))).to.equal('Allow');
    expect(calls).to.deep.equal(['own', 'own', 'close', 'parent']);
  });

  it('leaves the trace out of the context when the tracer cannot name it, and changes no decision', async () => {
    const tracer = fakeTracer({
      getRootXrayTraceId: () => {
        throw new Error('broken');
      },
    });
    const outcome = await invoke(authorizer({ tracer, contextTraceId: true }), event);
    expect(verdictOf(outcome)).to.equal('Allow');
    expect(outcome).to.have.nested.property('response.context').that.does.not.have.property('traceId');
  });

  it('refuses what is no Tracer, and contextTraceId without it', () => {
    const refused = (options: object) => {
      try {
        authorizer(options as AuthorizerOptions);
      } catch (error) {
        return (error as OptionError).option;
      }
      return null;
    };
    expect(refused({ tracer: true })).to.equal('tracer');
    expect(refused({ tracer: {} })).to.equal('tracer.isTracingEnabled');
    expect(refused({ contextTraceId: true })).to.equal('contextTraceId');
    expect(refused({ contextTraceId: 1 })).to.equal('contextTraceId');
    expect(refused({ contextTraceId: false })).to.equal(null);
  });

  it('leaves the traceId of the user', async () => {
    const tracer = fakeTracer({ getRootXrayTraceId: () => '1-2-3' });
    const contextOf = async (options: Partial<AuthorizerOptions>) => {
      const outcome = await invoke(authorizer({ tracer, contextTraceId: true, ...options }), event);
      return outcome.kind === 'response' ? outcome.response.context : undefined;
    };
    expect(await contextOf({ context: false })).to.deep.equal({ traceId: '1-2-3', textKeys: 'traceId' });
    expect(await contextOf({ context: () => ({ traceId: 'mine' }) })).to.deep.equal({ traceId: 'mine' });
  });
});
