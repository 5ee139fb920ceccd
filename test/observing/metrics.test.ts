import { Metrics } from '@aws-lambda-powertools/metrics';
import { expect } from 'chai';
import sinon from 'sinon';
import { dpop, type TokenBinding } from '../../lib/binding.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  decisionLogger,
  headerParser,
  OptionError,
} from '../../lib/index.ts';
import { DecisionMetrics } from '../../lib/observing/decision-metrics.ts';
import { DIMENSIONS, UNITS } from '../../lib/observing/metric-names.ts';
import { type MetricsSettings, parseMetricsOptions } from '../../lib/observing/metrics-options.ts';
import { restRequestEvent } from '../../lib/testing.ts';
import { markdownOf } from '../../scripts/docs/documents.ts';
import { captureLines } from '../support/capture-output.ts';
import { checkedEmf, dataPoints, type EmfLine, sums } from '../support/emf.ts';
import { invoke, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

/** Runs the work and returns the lines with metrics. */
async function emfLines(work: () => Promise<unknown>): Promise<EmfLine[]> {
  return (await captureLines(work)).filter(
    (line): line is Record<string, unknown> & EmfLine => '_aws' in line,
  );
}

const VARIABLES = [
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_METRICS_NAMESPACE',
  'POWERTOOLS_METRICS_DISABLED',
  'POWERTOOLS_DEV',
  'AWS_LAMBDA_LOG_LEVEL',
];

describe('the option metrics', () => {
  let issuer: Issuer;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    issuer = await startIssuer();
    environment = { ...process.env };
  });
  after(() => issuer.close());
  beforeEach(() => {
    for (const name of VARIABLES) delete process.env[name];
  });
  afterEach(() => {
    for (const name of VARIABLES) {
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    }
    sinon.restore();
  });

  function authorizer(options: Partial<AuthorizerOptions> = {}) {
    const base = { issuer: issuer.url, audience: AUDIENCE, logger: false, metrics: true } as const;
    return middy().use(auth0Authorizer({ ...base, ...options } as AuthorizerOptions));
  }

  it('writes one line for each decision, with counts, units and dimensions', async () => {
    const handler = authorizer();
    const token = await issuer.token();
    const lines = await emfLines(async () => {
      await invoke(handler, restRequestEvent({ token }));
      await invoke(handler, restRequestEvent({ token }));
      await invoke(handler, restRequestEvent({}));
      await invoke(handler, { no: 'event' });
    });
    expect(lines).to.have.length(4);
    expect(sums(lines)).to.deep.equal({
      'Decisions allow': 2,
      'Decisions deny': 1,
      'Decisions fault': 1,
      'Refusals missing_token': 1,
      'Faults unknown_event': 1,
      ColdStart: 1,
    });
    const [first] = lines as [EmfLine];
    expect(first).to.include({ service: 'service_undefined', outcome: 'allow', Decisions: 1, KeysAge: 0 });
    expect(first['Duration']).to.be.a('number').above(0);
    expect(first._aws.CloudWatchMetrics).to.deep.equal([
      {
        Namespace: 'Auth0Authorizer',
        Dimensions: [['service', 'outcome']],
        Metrics: [{ Name: 'Decisions', Unit: 'Count' }],
      },
      {
        Namespace: 'Auth0Authorizer',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'Duration', Unit: 'Milliseconds' },
          { Name: 'ColdStart', Unit: 'Count' },
          { Name: 'KeysAge', Unit: 'Seconds' },
        ],
      },
    ]);
  });

  it('is documented with every metric, its unit and its dimension', () => {
    const rows = markdownOf('docs/21-metrics-and-traces.md').matchAll(
      /^\| `(?<name>[A-Za-z]+)` \| (?<unit>\w+) \| (?:`(?<dimension>\w+)`)?/gm,
    );
    const documented = [...rows].map(({ groups: { name, unit, dimension } = {} }) => [name, unit, dimension]);
    expect(documented).to.have.deep.members([
      ...Object.entries(DIMENSIONS).map(([name, dimension]) => [name, 'Count', dimension]),
      ...Object.entries(UNITS).map(([name, unit]) => [name, unit, undefined]),
    ]);
  });

  it('writes the line after the log line, with the default logger too', async () => {
    const { logger: _, ...defaults } = {
      issuer: issuer.url,
      audience: AUDIENCE,
      logger: null,
      metrics: true,
    };
    const handler = middy().use(auth0Authorizer(defaults));
    const lines = await captureLines(async () => {
      await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      await invoke(handler, restRequestEvent({}));
    });
    expect(lines.map((line) => line['decision'] ?? 'metrics')).to.deep.equal([
      'allow',
      'metrics',
      'deny',
      'metrics',
    ]);
  });

  it('counts all decisions that are made at once, in valid lines, while the logger loads', async () => {
    const handler = middy().use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, metrics: true }));
    const lines = await emfLines(() =>
      Promise.all([
        ...Array.from({ length: 5 }, () => invoke(handler, restRequestEvent({}))),
        invoke(handler, { no: 'event' }),
      ]),
    );
    expect(sums(lines)).to.deep.equal({
      'Decisions deny': 5,
      'Decisions fault': 1,
      'Refusals missing_token': 5,
      'Faults unknown_event': 1,
      ColdStart: 1,
    });
    expect(dataPoints(lines).filter(({ metric }) => metric === 'Duration')).to.have.length(6);
  });

  it('writes at most 100 durations in a line, which is the limit of the format', async () => {
    const handler = middy().use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, metrics: true }));
    const lines = await emfLines(() =>
      Promise.all(Array.from({ length: 110 }, () => invoke(handler, restRequestEvent({})))),
    );
    expect(sums(lines)).to.include({ 'Decisions deny': 110 });
    expect(dataPoints(lines).filter(({ metric }) => metric === 'Duration')).to.have.length(100);
  });

  it('counts each rule that only reports, over several lines if several rules report at once', async () => {
    const never = { all: ['none'], reportOnly: true } as const;
    const rules = {
      scopes: never,
      permissions: never,
      custom: { 'ö"\\ffnung': { check: () => false, reportOnly: true } },
    };
    const handler = authorizer({ rules });
    const token = await issuer.token();
    const lines = await emfLines(async () => {
      for (let count = 0; count < 6; count++) await invoke(handler, restRequestEvent({ token }));
    });
    expect(lines).to.have.length(6);
    expect(lines.map(({ rule }) => rule).slice(0, 3)).to.deep.equal([
      'scopes',
      'permissions',
      'custom.???ffnung',
    ]);
    // The last requests' other rules wait for the next lines.
    const { 'Reports scopes': scopes = 0, 'Reports permissions': permissions = 0, ...others } = sums(lines);
    const custom = others['Reports custom.???ffnung'] ?? 0;
    expect(scopes + permissions + custom).to.be.above(10);
    const rest = await emfLines(async () => {
      for (let count = 0; count < 3; count++) await invoke(handler, { no: 'event' });
    });
    const all = sums([...lines, ...rest]);
    expect(all).to.include({ 'Reports scopes': 6, 'Reports permissions': 6, 'Reports custom.???ffnung': 6 });
  });

  it('counts a fault after an answer in the line of the next invocation', async () => {
    let fails = true;
    const late = { after: () => (fails ? Promise.reject(new Error('too late')) : undefined) };
    const options = { issuer: issuer.url, audience: AUDIENCE, logger: false, metrics: true } as const;
    const handler = middy().use(late).use(auth0Authorizer(options));
    const token = await issuer.token();
    const first = await emfLines(() => invoke(handler, restRequestEvent({ token })));
    expect(sums(first)).to.deep.equal({ 'Decisions allow': 1, ColdStart: 1 });
    fails = false;
    const next = await emfLines(async () => {
      await invoke(handler, restRequestEvent({ token }));
      await invoke(handler, restRequestEvent({ token }));
      await invoke(handler, restRequestEvent({ token }));
    });
    expect(next).to.have.length(3);
    expect(sums(next)).to.deep.equal({
      'Decisions allow': 3,
      'Decisions fault': 1,
      'Faults handler_error': 1,
    });
  });

  it('counts answers that leave out routes of the caller', async () => {
    const deep = Array.from({ length: 60 }, (_, n) => `s${n}`).join('/');
    const routes = { [`GET /${deep}`]: { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };
    const handler = authorizer({ routes });
    const token = await issuer.token({ scope: 'b' });
    const lines = await emfLines(() => invoke(handler, restRequestEvent({ token, path: '/b' })));
    expect(sums(lines)).to.include({ PolicyPartial: 1 });
  });

  it('counts failed refreshes of the keys, and decisions by stale keys with their age', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date', 'performance', 'hrtime'] });
    let isUp = true;
    const events: string[] = [];
    const fetch = async () => {
      if (!isUp) throw new Error('down');
      const response = await globalThis.fetch(`${issuer.url}.well-known/jwks.json`);
      return { status: 200, headers: {}, body: await response.text() };
    };
    const handler = authorizer({
      jwks: { fetch, freshFor: 60, onEvent: ({ type }) => void events.push(type) },
    });
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 3600 });
    const fresh = await emfLines(() => invoke(handler, restRequestEvent({ token })));
    expect(fresh[0]).to.include({ KeysAge: 0 }).and.not.to.have.property('KeysStale');
    isUp = false;
    clock.tick(100_000);
    const stale = await emfLines(async () => {
      expect(verdictOf(await invoke(handler, restRequestEvent({ token })))).to.equal('Allow');
    });
    expect(stale[0]).to.include({ KeysStale: 1, KeysAge: 100, KeyRefreshFailed: 1 });
    expect(events).to.deep.equal(['refreshed', 'refresh_failed']);
  });

  it('counts failures of the stores, and gives the age of the list of revocations', async () => {
    let fails = false;
    const read = async () => {
      if (fails) throw new Error('no permission');
      return null;
    };
    const events: string[] = [];
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date', 'performance', 'hrtime'] });
    const handler = authorizer({
      jwks: { store: { read: async () => Promise.reject(new Error('no table')) } },
      revocations: { store: { read }, onEvent: ({ type }) => void events.push(type) },
    });
    const token = await issuer.token();
    const [first] = await emfLines(() => invoke(handler, restRequestEvent({ token })));
    expect(first).to.include({ RevocationsAge: 0, StoreFailed: 1 });
    fails = true;
    clock.tick(30_000);
    const [second] = await emfLines(() => invoke(handler, restRequestEvent({ token })));
    expect(second).to.include({ RevocationsAge: 30, StoreFailed: 1 });
    expect(events).to.deep.equal(['refreshed', 'refresh_failed']);
  });

  it('counts failures of the store of used DPoP proofs', async () => {
    const listeners: Parameters<TokenBinding['watch']>[0][] = [];
    const watch: TokenBinding['watch'] = (listener) => void listeners.push(listener);
    const handler = authorizer({ dpop: { ...dpop({ mode: 'allowed' }), watch } });
    const error = new Error('no table');
    for (const listener of listeners) listener({ type: 'store_failed', operation: 'claim', error });
    const [line] = await emfLines(() => invoke(handler, restRequestEvent({})));
    expect(line).to.include({ StoreFailed: 1 });
  });

  it('counts no refresh that a freeze of the environment cut off', () => {
    const metrics = new DecisionMetrics(parseMetricsOptions({ metrics: true }, {}) as MetricsSettings);
    const status = { fresh: false, stale: false, fetchedAt: null, nextFetchAt: new Date(), kids: [] };
    const failed = {
      type: 'refresh_failed',
      uri: issuer.url,
      error: new Error('reset'),
      durationMs: 1,
    } as const;
    const report = (wasCutOff: boolean) => {
      metrics.onKeyEvent({ ...failed, wasCutOff, status: { ...status, lastError: failed.error } });
      metrics.onRevocationEvent({ ...failed, wasCutOff });
    };
    report(true);
    expect(metrics.line()).to.equal(null);
    report(false);
    expect(sums(checkedEmf(metrics.line() ?? ''))).to.deep.equal({ KeyRefreshFailed: 1, StoreFailed: 1 });
  });

  it('gives no age of a list of revocations that was never read', async () => {
    const read = async () => Promise.reject(new Error('no permission'));
    const handler = authorizer({ revocations: { store: { read } } });
    const token = await issuer.token();
    const [line] = await emfLines(() => invoke(handler, restRequestEvent({ token })));
    expect(line).to.include({ StoreFailed: 1, outcome: 'allow' }).and.not.to.have.property('RevocationsAge');
  });

  it('counts nothing of an event without a request', async () => {
    const handler = authorizer();
    expect(
      await emfLines(() =>
        invoke(handler, { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }),
      ),
    ).to.deep.equal([]);
  });

  it('works in decisionLogger on its own', async () => {
    const handler = middy(() => ({}))
      .use(decisionLogger({ logger: false, metrics: true }))
      .use(headerParser());
    const lines = await emfLines(() => invoke(handler, restRequestEvent({})));
    expect(sums(lines)).to.include({ 'Faults configuration': 1 });
  });

  describe('takes from the environment', () => {
    const lineOf = (options: Partial<AuthorizerOptions> = {}) =>
      emfLines(() => invoke(authorizer(options), restRequestEvent({})));

    it('namespace and service', async () => {
      process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'Shop';
      process.env['POWERTOOLS_SERVICE_NAME'] = 'orders';
      const [line] = await lineOf();
      expect(line?._aws.CloudWatchMetrics[0]?.Namespace).to.equal('Shop');
      expect(line).to.include({ service: 'orders' });
    });

    for (const [name, value] of [
      ['POWERTOOLS_METRICS_DISABLED', 'true'],
      ['POWERTOOLS_METRICS_DISABLED', '1'],
      ['POWERTOOLS_DEV', 'true'],
    ] as const) {
      it(`that there are no metrics: ${name}=${value}`, async () => {
        process.env[name] = value;
        expect(await lineOf()).to.deep.equal([]);
      });
    }

    for (const [name, value] of [
      ['POWERTOOLS_SERVICE_NAME', 'Bücher'],
      ['POWERTOOLS_SERVICE_NAME', ' '],
      ['POWERTOOLS_METRICS_NAMESPACE', 'AWS/Shop'],
      ['POWERTOOLS_METRICS_NAMESPACE', 'Bücher'],
    ] as const) {
      it(`nothing that CloudWatch rejects: ${name}=${value}`, () => {
        process.env[name] = value;
        expect(() => authorizer())
          .to.throw(OptionError)
          .with.property('option', 'metrics');
        authorizer({ metrics: false });
      });
    }

    it('that there are metrics in spite of POWERTOOLS_DEV', async () => {
      process.env['POWERTOOLS_DEV'] = 'true';
      process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
      expect(await lineOf()).to.have.length(1);
    });

    it('a level that passes the log filter of Lambda', async () => {
      expect((await lineOf())[0]).not.to.have.property('level');
      process.env['AWS_LAMBDA_LOG_LEVEL'] = 'DEBUG';
      expect((await lineOf())[0]).not.to.have.property('level');
      process.env['AWS_LAMBDA_LOG_LEVEL'] = 'ERROR';
      const [line] = await lineOf();
      expect(line).to.include({ level: 'ERROR' });
      expect(new Date(String(line?.['timestamp'])).getTime()).to.equal(line?._aws.Timestamp);
    });
  });

  describe('with a Powertools Metrics', () => {
    it('takes its namespace, service and default dimensions', async () => {
      const metrics = new Metrics({
        namespace: 'Shop',
        serviceName: 'orders',
        defaultDimensions: { stage: 'prod' },
      });
      metrics.addMetric('mine', 'Count', 1).addDimension('page', 'home');
      const handler = authorizer({ metrics, metricsDimensions: { team: 'a' } });
      const lines = await emfLines(() => invoke(handler, restRequestEvent({})));
      expect(lines).to.have.length(1);
      const [point] = dataPoints(lines);
      expect(point).to.deep.equal({
        namespace: 'Shop',
        metric: 'Decisions',
        unit: 'Count',
        dimensions: 'outcome=deny service=orders stage=prod team=a',
        value: 1,
      });
      const own = metrics.serializeMetrics();
      expect(own).to.include({ mine: 1, page: 'home' }).and.not.to.have.property('Decisions');
    });

    it('leaves out a default dimension whose name the lines use already', async () => {
      const metrics = new Metrics({
        namespace: 'Shop',
        defaultDimensions: { outcome: 'good', stage: 'prod' },
      });
      const lines = await emfLines(() => invoke(authorizer({ metrics }), restRequestEvent({})));
      expect(dataPoints(lines)[0]?.dimensions).to.equal('outcome=deny service=service_undefined stage=prod');
    });

    it('logs that CloudWatch would reject its dimensions, and changes no decision', async () => {
      const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`d${n}`, 'v']));
      const metrics = new Metrics({ namespace: 'Shop', defaultDimensions: many });
      const failures: string[] = [];
      const ignore = () => undefined;
      const error = (message: string) => void failures.push(message);
      const metricsDimensions = { a: 'a', b: 'b', c: 'c', d: 'd' };
      const handler = authorizer({
        metrics,
        metricsDimensions,
        logger: { info: ignore, warn: ignore, error },
      });
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(verdictOf(outcome)).to.equal('Allow');
      expect(failures).to.deep.equal(['authorizer metrics failed']);
    });

    it('logs a failure of it, and changes no decision', async () => {
      const metrics = {
        singleMetric: () => {
          throw new Error('broken');
        },
      };
      const failures: unknown[] = [];
      const ignore = () => undefined;
      const logger = { info: ignore, warn: ignore, error: (...call: unknown[]) => void failures.push(call) };
      const handler = authorizer({ metrics, logger });
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(verdictOf(outcome)).to.equal('Allow');
      expect(failures).to.have.length(1);
      expect(failures[0]).to.have.nested.property('[0]', 'authorizer metrics failed');
    });
  });

  describe('metricsDimensions', () => {
    it('adds dimensions to all metrics', async () => {
      const handler = authorizer({ metricsDimensions: { stage: 'prod', team: 'orders "a"' } });
      const lines = await emfLines(() => invoke(handler, restRequestEvent({})));
      for (const { dimensions } of dataPoints(lines))
        expect(dimensions).to.contain('stage=prod team=orders "a"');
    });

    const many = Object.fromEntries(Array.from({ length: 29 }, (_, n) => [`d${n}`, 'v']));
    for (const [what, options, option] of [
      ['without metrics', { metrics: false, metricsDimensions: { a: 'b' } }, 'metricsDimensions'],
      ['of a text', { metricsDimensions: 'a' }, 'metricsDimensions'],
      ['too many', { metricsDimensions: many }, 'metricsDimensions'],
      ['a name that is taken', { metricsDimensions: { outcome: 'a' } }, 'metricsDimensions.outcome'],
      ['a metric as a name', { metricsDimensions: { Decisions: 'a' } }, 'metricsDimensions.Decisions'],
      ['a blank name', { metricsDimensions: { ' ': 'a' } }, 'metricsDimensions. '],
      ['a name that begins with a colon', { metricsDimensions: { ':a': 'a' } }, 'metricsDimensions.:a'],
      ['a number', { metricsDimensions: { a: 1 } }, 'metricsDimensions.a'],
      ['an empty text', { metricsDimensions: { a: '' } }, 'metricsDimensions.a'],
      ['other characters', { metricsDimensions: { a: 'ö' } }, 'metricsDimensions.a'],
      ['a number as metrics', { metrics: 1 }, 'metrics'],
      ['an object as metrics', { metrics: {} }, 'metrics.singleMetric'],
    ] as const) {
      it(`refuses ${what}`, () => {
        const create = () => authorizer(options as Partial<AuthorizerOptions>);
        expect(create).to.throw(OptionError).with.property('option', option);
      });
    }
  });
});
