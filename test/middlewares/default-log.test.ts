import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Logger } from '@aws-lambda-powertools/logger';
import { expect } from 'chai';
import sinon from 'sinon';
import { defaultLog } from '../../lib/middlewares/default-log.ts';

type Environment = Readonly<Record<string, string>>;

/** What `Logger` and `defaultLog` have in common. */
type Log = ReturnType<typeof defaultLog>;

const VARIABLES = [
  'AWS_LAMBDA_LOG_LEVEL',
  'LOG_LEVEL',
  'POWERTOOLS_DEV',
  'POWERTOOLS_LOGGER_SAMPLE_RATE',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_SERVICE_NAME',
  'TZ',
  '_X_AMZN_TRACE_ID',
];

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

const NOON = Date.UTC(2026, 6, 1, 12, 0, 0, 7);

const NESTED = nestedError();

function writeAll(log: Log): void {
  const claims = { plan: 'gold', roles: ['admin', null], empty: '' };
  log.info('authorizer decision', { decision: 'allow', principalId: 'auth0|1', kid: undefined, claims });
  log.warn('authorizer decision', { decision: 'deny', detail: '', rule: null, coldStart: true });
  log.error('authorizer decision', { decision: 'fault', error: NESTED });
}

function nestedError(): Error {
  const inner = Object.assign(new RangeError('inner'), { code: 'E_INNER', at: new Date(0), size: 12n });
  const error = new TypeError('outer (a:1:2)\nsecond line', { cause: inner });
  const more = { attempts: [1, { status: 503 }], nothing: null, empty: '' };
  error.stack =
    'TypeError: outer\n    at async call (file:///var/task/index.mjs:12:34)\n    at other (b.js:1:2)';
  return Object.assign(error, more);
}

describe('defaultLog', () => {
  let before: NodeJS.ProcessEnv;

  beforeEach(() => {
    before = { ...process.env };
    for (const name of VARIABLES) delete process.env[name];
    sinon.useFakeTimers({ now: NOON, toFake: ['Date'] });
  });
  afterEach(() => {
    for (const name of VARIABLES) delete process.env[name];
    Object.assign(process.env, before);
    delete (globalThis as { awslambda?: object }).awslambda;
    sinon.restore();
  });

  /** What a logger writes to stdout and stderr when it is made in this environment. */
  function written(
    make: () => Log,
    env: Environment = {},
    use = writeAll,
  ): { stdout: string; stderr: string } {
    Object.assign(process.env, env);
    const text = { stdout: '', stderr: '' };
    const stubs = (['stdout', 'stderr'] as const).map((name) =>
      sinon.stub(process[name], 'write').callsFake((chunk) => {
        text[name] += String(chunk);
        return true;
      }),
    );
    try {
      use(make());
    } finally {
      for (const stub of stubs) stub.restore();
    }
    return text;
  }

  const line = (env: Environment) => {
    const { stdout } = written(
      () => defaultLog(),
      env,
      (log) => log.info('authorizer decision', {}),
    );
    return stdout === '' ? null : (JSON.parse(stdout) as Record<string, unknown>);
  };

  const ENVIRONMENTS: Readonly<Record<string, Environment>> = {
    'no variable is set': {},
    'POWERTOOLS_SERVICE_NAME is set': { POWERTOOLS_SERVICE_NAME: ' orders ' },
    'POWERTOOLS_SERVICE_NAME is empty': { POWERTOOLS_SERVICE_NAME: ' ' },
    'POWERTOOLS_LOG_LEVEL is WARN': { POWERTOOLS_LOG_LEVEL: 'WARN', LOG_LEVEL: 'DEBUG' },
    'POWERTOOLS_LOG_LEVEL is CRITICAL': { POWERTOOLS_LOG_LEVEL: 'CRITICAL' },
    'POWERTOOLS_LOG_LEVEL is SILENT': { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    'POWERTOOLS_LOG_LEVEL is TRACE': { POWERTOOLS_LOG_LEVEL: 'TRACE' },
    'POWERTOOLS_LOG_LEVEL names no level': { POWERTOOLS_LOG_LEVEL: 'LOUD', LOG_LEVEL: 'ERROR' },
    'LOG_LEVEL is ERROR': { LOG_LEVEL: 'ERROR' },
    'AWS_LAMBDA_LOG_LEVEL is WARN': { AWS_LAMBDA_LOG_LEVEL: 'WARN', POWERTOOLS_LOG_LEVEL: 'INFO' },
    'AWS_LAMBDA_LOG_LEVEL is FATAL': { AWS_LAMBDA_LOG_LEVEL: 'FATAL' },
    'AWS_LAMBDA_LOG_LEVEL names no level': { AWS_LAMBDA_LOG_LEVEL: 'LOUD', POWERTOOLS_LOG_LEVEL: 'ERROR' },
    'the trace is that of an invocation': { _X_AMZN_TRACE_ID: TRACE },
    'the trace is an id alone': { _X_AMZN_TRACE_ID: '1-5759e988-bd862e3fe1be46a994272793' },
    'the trace has no root': { _X_AMZN_TRACE_ID: 'Parent=53995c3f42cd8ad8' },
    'the trace is empty': { _X_AMZN_TRACE_ID: ' ' },
    'TZ is UTC, as on Lambda': { TZ: ':UTC' },
    'POWERTOOLS_DEV is set': { POWERTOOLS_DEV: 'Yes' },
    'POWERTOOLS_DEV is no switch': { POWERTOOLS_DEV: 'maybe' },
  };
  for (const [name, env] of Object.entries(ENVIRONMENTS)) {
    it(`writes what the Powertools Logger writes when ${name}`, () => {
      const expected = written(() => new Logger() as Log, env);
      expect(written(() => defaultLog(), env)).to.deep.equal(expected);
    });
  }

  it('takes the trace of the invocation when invocations run side by side', () => {
    const awslambda = { InvokeStore: { getXRayTraceId: () => TRACE } };
    Object.assign(globalThis, { awslambda });
    const expected = written(() => new Logger() as Log, { _X_AMZN_TRACE_ID: 'Root=another' });
    expect(expected.stdout).to.include('1-5759e988');
    expect(written(() => defaultLog())).to.deep.equal(expected);
  });

  it('writes from DEBUG on in the share of environments that the sample rate names', () => {
    const env = { POWERTOOLS_LOG_LEVEL: 'ERROR', POWERTOOLS_LOGGER_SAMPLE_RATE: '0.25' };
    const random = sinon.stub(Math, 'random').returns(0.2499);
    expect(line(env)).to.include({ level: 'INFO', sampling_rate: 0.25 });
    random.returns(0.25);
    expect(line(env)).to.equal(null);
  });

  it('keeps a level below DEBUG, and the level of Lambda, when the environment is sampled', () => {
    const sampled = { POWERTOOLS_LOGGER_SAMPLE_RATE: '1' };
    expect(line({ ...sampled, POWERTOOLS_LOG_LEVEL: 'TRACE' })).to.include({ level: 'INFO' });
    expect(line({ ...sampled, AWS_LAMBDA_LOG_LEVEL: 'ERROR' })).to.equal(null);
  });

  it('takes a sample rate that is none as 0', () => {
    for (const rate of ['often', '-1', '1.1', ' ']) {
      expect(line({ POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_LOGGER_SAMPLE_RATE: rate })).to.include({
        sampling_rate: 0,
      });
    }
  });

  it('leaves out references of an error that lead back to it', () => {
    const error: Error & { self?: unknown } = new Error('circle');
    error.self = { error };
    error.cause = error;
    const { stderr } = written(
      () => defaultLog(),
      {},
      (log) => log.error('authorizer decision', { error }),
    );
    const shown = JSON.parse(stderr).error;
    expect(shown).to.include({ name: 'Error', message: 'circle' });
    expect(shown).not.to.have.property('cause');
    expect(shown.self).to.deep.equal({});
  });

  it('shows an error without a stack, and a cause that is no error', () => {
    const error = new Error('bare', { cause: 'ECONNRESET' });
    delete error.stack;
    const { stderr } = written(
      () => defaultLog(),
      {},
      (log) => log.error('authorizer decision', { error }),
    );
    expect(JSON.parse(stderr).error).to.deep.equal({
      name: 'Error',
      location: '',
      message: 'bare',
      stack: '',
      cause: 'ECONNRESET',
    });
  });
});

describe('the timestamp of defaultLog', () => {
  /** Date takes its time zone from TZ when the process starts, as on Lambda. */
  async function timestampIn(zone: string): Promise<string> {
    const script = `
      import { defaultLog } from ${JSON.stringify(import.meta.resolve('../../lib/middlewares/default-log.ts'))};
      globalThis.Date = class extends Date { constructor(...args) { super(...(args.length === 0 ? [${NOON}] : args)); } };
      defaultLog().info('authorizer decision', {});`;
    const args = ['--no-warnings', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { TZ: zone } });
    return JSON.parse(stdout).timestamp;
  }

  const ZONES = {
    'Asia/Kolkata': '2026-07-01T17:30:00.007+05:30',
    'America/New_York': '2026-07-01T08:00:00.007-04:00',
    'America/St_Johns': '2026-07-01T09:30:00.007-02:30',
    'no/zone': '2026-07-01T12:00:00.007+00:00',
  };
  for (const [zone, expected] of Object.entries(ZONES)) {
    it(`is local time with its offset from UTC when TZ is ${zone}`, async () => {
      expect(await timestampIn(zone)).to.equal(expected);
    });
  }
});
