import { expect } from 'chai';
import sinon from 'sinon';
import { type AuthorizerOptions, auth0Authorizer, type DecisionLog } from '../../lib/index.ts';
import { restRequestEvent } from '../../lib/testing.ts';
import { captureLines } from '../support/capture-output.ts';
import { invoke, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

const VARIABLES = ['POWERTOOLS_LOG_LEVEL', 'AWS_LAMBDA_LOG_LEVEL', 'AWS_LAMBDA_LOG_FORMAT', 'LOG_LEVEL'];

describe('the log', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());
  afterEach(() => sinon.restore());

  function authorizer(options: Partial<AuthorizerOptions> = {}) {
    const rules = { custom: { broken: () => Promise.reject(new Error('in a rule')) } };
    const routes = { 'GET /orders': {}, 'GET /prices': {}, 'GET /fail': rules };
    const base = { issuer: issuer.url, audience: AUDIENCE, routes } as const;
    return middy().use(auth0Authorizer({ ...base, ...options }));
  }

  /** What is written of an idle event, an allow, a denial and a fault, with metrics. */
  async function written(environment: Readonly<Record<string, string>>): Promise<Record<string, unknown>[]> {
    const former = { ...process.env };
    for (const name of VARIABLES) delete process.env[name];
    Object.assign(process.env, environment);
    try {
      return await captureLines(async () => {
        const handler = authorizer({ metrics: true });
        const token = await issuer.token();
        await invoke(handler, { source: 'serverless-plugin-warmup' });
        await invoke(handler, restRequestEvent({ token, path: '/orders' }));
        await invoke(handler, restRequestEvent({ path: '/orders' }));
        await invoke(handler, restRequestEvent({ token, path: '/fail' }));
      });
    } finally {
      for (const name of VARIABLES) {
        if (former[name] === undefined) delete process.env[name];
        else process.env[name] = former[name];
      }
    }
  }

  /** Without the set-up notice. */
  const shown = (lines: readonly Record<string, unknown>[]) =>
    lines
      .filter(({ message }) => message !== 'authorizer set-up')
      .map((line) =>
        '_aws' in line ? 'metrics' : `${line['level']} ${line['decision'] ?? line['message']}`,
      );

  /** Each decision has its metrics, whatever the level of the log. */
  const ALL = ['INFO allow', 'metrics', 'WARN deny', 'metrics', 'ERROR fault', 'metrics'];
  const cases: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
    [{}, ALL],
    [{ POWERTOOLS_LOG_LEVEL: 'DEBUG' }, ['DEBUG authorizer idle event', ...ALL]],
    [{ POWERTOOLS_LOG_LEVEL: 'INFO' }, ALL],
    [{ POWERTOOLS_LOG_LEVEL: 'WARN' }, ALL.filter((line) => !line.startsWith('INFO'))],
    [{ POWERTOOLS_LOG_LEVEL: 'ERROR' }, ALL.filter((line) => !/^(?:INFO|WARN)/.test(line))],
    [{ POWERTOOLS_LOG_LEVEL: 'SILENT' }, ['metrics', 'metrics', 'metrics']],
    [{ AWS_LAMBDA_LOG_LEVEL: 'WARN' }, ALL.filter((line) => !line.startsWith('INFO'))],
    [{ AWS_LAMBDA_LOG_LEVEL: 'ERROR' }, ALL.filter((line) => !/^(?:INFO|WARN)/.test(line))],
    [
      { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'ERROR' },
      ALL.filter((line) => !/^(?:INFO|WARN)/.test(line)),
    ],
    // Lambda's level counts, not that of Powertools.
    [
      { AWS_LAMBDA_LOG_LEVEL: 'WARN', POWERTOOLS_LOG_LEVEL: 'ERROR' },
      ALL.filter((line) => !line.startsWith('INFO')),
    ],
  ];
  for (const [environment, expected] of cases) {
    const setting = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    it(`contains, with ${setting.join(' and ') || 'no variable'}: ${expected.join(', ')}`, async () => {
      expect(shown(await written(environment))).to.deep.equal(expected);
    });
  }

  it("passes Lambda's own filter: each line has a level, and the time in RFC 3339", async () => {
    for (const line of await written({ AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'WARN' })) {
      expect(line).to.have.property('level').that.is.oneOf(['WARN', 'ERROR']);
      expect(line['timestamp']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });

  describe('when the logger fails', () => {
    const error = Object.assign(new TypeError('disk full'), { $response: 'secret' });
    const failing = (fail: () => unknown): DecisionLog => ({ info: fail, warn: fail, error: fail });
    const failures: Readonly<Record<string, () => unknown>> = {
      'throws at once': () => {
        throw error;
      },
      'rejects its promise': () => Promise.reject(error),
    };

    for (const [how, fail] of Object.entries(failures)) {
      it(`is written by console.error, each line once: ${how}`, async () => {
        const written = sinon.stub(console, 'error');
        const handler = authorizer({ logger: failing(fail) });
        const token = await issuer.token();
        const outcome = await invoke(handler, restRequestEvent({ token, path: '/orders' }));
        await invoke(handler, restRequestEvent({ token, path: '/fail' }));
        await new Promise((resolve) => setImmediate(resolve));
        expect(verdictOf(outcome)).to.equal('Allow');
        const all = written.args.map(([text]) => JSON.parse(String(text)));
        const lines = all.filter(({ message }) => message !== 'authorizer set-up');
        expect(lines).to.have.length(2);
        expect(lines[0]).to.deep.include({
          level: 'INFO',
          message: 'authorizer decision',
          decision: 'allow',
        });
        expect(lines[0].loggerError).to.include({ name: 'TypeError', message: 'disk full' });
        expect(lines[1]).to.deep.include({ level: 'ERROR', decision: 'fault', fault: 'rule_error' });
        expect(lines[1].error.cause).to.include({ message: 'in a rule' });
        expect(JSON.stringify(lines)).not.to.contain(token.split('.')[2]).and.not.to.contain('secret');
      });
    }

    it('is written without the fields that JSON cannot express', async () => {
      const written = sinon.stub(console, 'error');
      const circular: Record<string, unknown> = {};
      circular['self'] = circular;
      const handler = authorizer({
        logger: failing(() => {
          throw error;
        }),
        rules: {
          custom: {
            odd: {
              check: () => {
                throw circular;
              },
              reportOnly: true,
            },
          },
        },
      });
      const token = await issuer.token();
      await invoke(handler, restRequestEvent({ token, path: '/orders' }));
      const [[text]] = written.args as [[string]];
      const line = JSON.parse(text);
      expect(line).to.deep.include({
        message: 'authorizer decision',
        decision: 'allow',
        route: 'GET /orders',
      });
      expect(line).not.to.have.property('reports');
      expect(line.loggerError).to.include({ name: 'TypeError', message: 'disk full' });
      expect(text).not.to.contain('secret');
    });

    it('is written when the logger has lost its methods, and the decision stays', async () => {
      const written = sinon.stub(console, 'error');
      let isClosed = false;
      const ignore = () => undefined;
      const logger: DecisionLog = {
        get info() {
          if (isClosed) throw error;
          return ignore;
        },
        warn: ignore,
        error: ignore,
      };
      const handler = authorizer({ logger });
      isClosed = true;
      const token = await issuer.token();
      expect(verdictOf(await invoke(handler, restRequestEvent({ token, path: '/orders' })))).to.equal(
        'Allow',
      );
      const [[text]] = written.args as [[string]];
      expect(JSON.parse(text)).to.deep.include({ message: 'authorizer decision', decision: 'allow' });
    });
  });
});
