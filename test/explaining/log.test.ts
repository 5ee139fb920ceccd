import { expect } from 'chai';
import { explainLog } from '../../lib/explaining/log/explained-log.ts';

const DENIED = {
  level: 'WARN',
  message: 'authorizer decision',
  timestamp: '2026-11-28T10:00:00.000Z',
  decision: 'deny',
  refusal: 'insufficient_scope',
  rule: 'scopes',
  detail: 'missing write:orders',
  route: 'POST /orders',
  gateway: 'rest-request',
  principalId: 'auth0|secret',
  requestId: 'id-1',
};
const ALLOWED = { message: 'authorizer decision', decision: 'allow', route: 'GET /orders' };
const LINE = JSON.stringify(DENIED);
const BOTH = `${LINE}\n${JSON.stringify(ALLOWED)}`;
const csv = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** The same two lines in each form in which people get them. */
const FORMS: Readonly<Record<string, string>> = {
  'lines of the log': BOTH,
  'lines in the text format of Lambda': BOTH.replaceAll(/^/gm, '2026-11-28T10:00:00.000Z\tf3f0e6a2\tINFO\t'),
  'aws logs tail': BOTH.replaceAll(/^/gm, '2026-11-28T10:00:00.000000+00:00 2026/11/28/[$LATEST]0a1b '),
  'aws logs tail --format json': `${JSON.stringify(DENIED, null, 4)}\n2026 stream {\n${JSON.stringify(ALLOWED, null, 4).slice(1)}`,
  'aws logs filter-log-events': JSON.stringify({
    events: [LINE, JSON.stringify(ALLOWED)].map((message) => ({ logStreamName: 's', timestamp: 1, message })),
    searchedLogStreams: [],
  }),
  'aws logs get-query-results': JSON.stringify({
    results: [LINE, JSON.stringify(ALLOWED)].map((value) => [
      { field: '@timestamp', value: 't' },
      { field: '@message', value },
    ]),
    status: 'Complete',
  }),
  'Logs Insights as JSON': JSON.stringify([
    { '@timestamp': 't', '@message': DENIED },
    { '@timestamp': 't', '@message': JSON.stringify(ALLOWED) },
  ]),
  'Logs Insights as CSV': `@timestamp,@message\r\n2026,${csv(LINE)}\r\n2026,${csv(JSON.stringify(ALLOWED))}\r\n`,
  'Logs Insights as CSV with fields': `decision,refusal,rule,detail,route,gateway,requestId,@timestamp\ndeny,insufficient_scope,scopes,missing write:orders,POST /orders,rest-request,id-1,2026-11-28T10:00:00.000Z\nallow,,,,GET /orders,,,\n`,
};

describe('explainLog', () => {
  for (const [form, text] of Object.entries(FORMS)) {
    it(`reads ${form}`, () => {
      const log = explainLog(text);
      expect(log).to.include({ decisions: 2, allows: 1 });
      expect(log.problems).to.have.length(1);
      expect(log.problems[0]).to.deep.include({
        outcome: 'deny',
        code: 'insufficient_scope',
        status: 403,
        count: 1,
        rule: 'scopes',
        detail: 'missing write:orders',
        routes: ['POST /orders'],
        gateways: ['rest-request'],
        requestId: 'id-1',
      });
      expect(log.problems[0]?.remedies).not.to.be.empty;
      expect(JSON.stringify(log)).to.not.include('secret');
    });
  }

  it('groups by code, rule and detail, the most frequent first, with the times of the first and the last', () => {
    const at = (timestamp: string, more: object = {}) => JSON.stringify({ ...DENIED, timestamp, ...more });
    const text = [
      at('2026-02', { refusal: 'token_expired' }),
      at('2026-03'),
      at('2026-01', { route: 'GET /a' }),
    ].join('\n');
    const { problems } = explainLog(text);
    expect(problems.map(({ code, count }) => [code, count])).to.deep.equal([
      ['insufficient_scope', 2],
      ['token_expired', 1],
    ]);
    expect(problems[0]).to.deep.include({
      first: '2026-01',
      last: '2026-03',
      routes: ['POST /orders', 'GET /a'],
    });
  });

  it('explains faults, with the message of the error and without a token in it', () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
    const fault = { decision: 'fault', fault: 'rule_error', rule: 'custom.a' };
    for (const error of [
      { error: { message: `no ${token}` } },
      { error: `no ${token}` },
      { 'error.message': `no ${token}` },
    ]) {
      const { problems } = explainLog(JSON.stringify({ ...fault, ...error }));
      expect(problems[0]).to.include({ code: 'rule_error', status: 500, error: 'no [token]' });
    }
  });

  it('says that it does not know a code of another version', () => {
    const { problems } = explainLog('{"decision":"deny","refusal":"new_code"}\n{"decision":"deny"}');
    expect(problems.map(({ code, status }) => [code, status])).to.deep.equal([
      ['new_code', null],
      ['no code', null],
    ]);
    expect(problems[0]?.advice).to.match(/no such code/);
  });

  it('counts metrics if there are no lines of decisions', () => {
    const metric = (dimensions: object) =>
      JSON.stringify({ _aws: { Timestamp: 1 }, service: 's', ...dimensions });
    const metrics = [
      metric({ outcome: 'allow', Decisions: 1 }),
      metric({ outcome: 'deny', Decisions: 1 }),
      metric({ refusal: 'token_expired', Refusals: 1 }),
      metric({ fault: 'keys_unavailable', Faults: 1 }),
    ].join('\n');
    expect(explainLog(metrics)).to.include({ decisions: 3, allows: 1 });
    expect(explainLog(metrics).problems.map(({ code }) => code)).to.deep.equal([
      'token_expired',
      'keys_unavailable',
    ]);
    expect(explainLog(`${metrics}\n${LINE}`)).to.include({ decisions: 1 });
  });

  it('finds what decisions leave out, each kind once', () => {
    const lines = [
      { policy: 'partial' },
      { policy: 'partial' },
      { policy: 'request' },
      { keys: 'stale' },
      { reports: [{ rule: 'ip', code: 'ip_not_allowed' }] },
      { reports: 'ip' },
      { claimsLeftOut: 'permissions' },
      { gatewayRoute: 'ANY /{proxy+}' },
    ].map((more) => JSON.stringify({ decision: 'allow', ...more }));
    const { findings } = explainLog(lines.join('\n'));
    expect(findings.map(({ count }) => count)).to.deep.equal([2, 1, 1, 2, 1, 1]);
    expect(explainLog('{"decision":"allow","policy":"","claimsLeftOut":""}').findings).to.deep.equal([]);
  });

  it('names other lines of the authorizer once, with their advice', () => {
    const lines = [
      { message: 'authorizer set-up', gateway: 'rest-request', advice: 'Configure.' },
      { message: 'authorizer set-up', gateway: 'rest-request', advice: 'Configure.' },
      { message: 'authorizer set-up', gateway: 'http-api-2.0', warning: 'Declare.' },
      { message: 'authorizer idle event' },
      { message: 'something else' },
    ].map((line) => JSON.stringify(line));
    expect(explainLog(lines.join('\n')).notices).to.deep.equal([
      { message: 'authorizer set-up', count: 2, advice: 'Configure.' },
      { message: 'authorizer set-up', count: 1, advice: 'Declare.' },
      { message: 'authorizer idle event', count: 1 },
    ]);
  });

  it('knows failures before a decision', () => {
    for (const [text, failure] of [
      ['OptionError: domain: is missing', 'invalid options'],
      ['Error [ERR_REQUIRE_ESM]: require()', 'CommonJS code loads an ES module with `require()`'],
      ['Dynamic require of "util" is not supported', 'an ES module bundle contains a CommonJS package'],
      ['2026 f3f Task timed out after 3.00 seconds', 'the function ran out of time'],
      ['{"errorType":"Runtime.ExitError"}', 'the process ended'],
    ] as const) {
      expect(explainLog(text).failures.map((one) => one.failure)).to.deep.equal([failure]);
    }
    expect(explainLog(LINE).failures).to.deep.equal([]);
  });

  it('reads a text with braces, broken JSON, and nothing of this package', () => {
    const nothing = { decisions: 0, allows: 0, problems: [], findings: [], notices: [], failures: [] };
    for (const text of [
      '',
      '{',
      'a { b } c',
      '{"a":"\\"}"',
      '[1,2]',
      '"text"',
      'null',
      'decision\n',
      '{"message":{"a":1}}',
      'a,b\n1,2',
    ]) {
      expect(explainLog(text), text).to.deep.equal(nothing);
    }
    expect(explainLog('decision,refusal\ndeny')).to.include({ decisions: 1 });
    expect(explainLog(`{ broken ${LINE}`)).to.include({ decisions: 1 });
    const deep = Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), DENIED);
    expect(explainLog(JSON.stringify(deep))).to.include({ decisions: 0 });
  });

  it('reads lines after many braces that begin no object, in linear time', () => {
    const text = `${'{'.repeat(100_000)}\n${BOTH}\n${'{'.repeat(100_000)}`;
    expect(explainLog(text)).to.include({ decisions: 2 });
  });
});
