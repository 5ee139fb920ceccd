import { expect } from 'chai';
import { FAULTS, REFUSALS } from '../../lib/decision/codes.ts';
import { type AlarmsOptions, alarms } from '../../lib/monitoring.ts';
import { schemaFlaws } from '../support/cloudformation-schema.ts';
import { dimensionsText } from '../support/emf.ts';
import { type MeasuredPoint, ringingAlarms } from '../support/ringing-alarms.ts';

const of = (metric: string, value = 1, dimensions: Readonly<Record<string, string>> = {}): MeasuredPoint => ({
  namespace: 'Auth0Authorizer',
  metric,
  dimensions: dimensionsText(Object.entries({ service: 'service_undefined', ...dimensions })),
  value,
});

const times = (count: number, ...points: readonly MeasuredPoint[]) =>
  Array.from({ length: count }, () => points).flat();

const refused = (refusal: string) => [of('Duration', 2), of('Refusals', 1, { refusal })];
const failed = (fault: string) => [of('Duration', 2), of('Faults', 1, { fault })];
const allowed = [of('Duration', 2)];

describe('alarms', () => {
  const all = alarms();
  const ringing = (...periods: readonly (readonly MeasuredPoint[])[]) => ringingAlarms(all, periods);

  it('are silent without data, and while all is well', () => {
    expect(ringing([])).to.deep.equal([]);
    const quiet = times(1000, ...allowed);
    expect(ringing(quiet, quiet, quiet)).to.deep.equal([]);
  });

  it('ring for Auth0 alone when keys cannot be refreshed, are stale or missing', () => {
    for (const points of [[of('KeyRefreshFailed')], [of('KeysStale')], failed('keys_unavailable')]) {
      expect(ringing(times(2, ...points))).to.deep.equal([]);
      expect(ringing(times(3, ...points))).to.deep.equal(['Auth0UnreachableAlarm']);
    }
  });

  it('ring for the authorizer at any other fault', () => {
    for (const fault of Object.keys(FAULTS).filter((code) => code !== 'keys_unavailable')) {
      expect(ringing(failed(fault)), fault).to.deep.equal(['AuthorizerFaultsAlarm']);
    }
  });

  it('ring for an attack at many forged tokens', () => {
    const forged = [...refused('invalid_signature'), ...refused('unknown_key'), ...refused('unknown_issuer')];
    expect(ringing(times(8, ...forged))).to.deep.equal([]);
    expect(ringing(times(9, ...forged))).to.deep.equal(['AuthorizerAttackAlarm']);
  });

  it('ring for a client at one refusal that is a fifth of all decisions', () => {
    const wrong = times(25, ...refused('wrong_audience'));
    expect(ringing([...wrong, ...times(100, ...allowed)])).to.deep.equal(['AuthorizerClientAlarm']);
    expect(ringing([...wrong, ...times(101, ...allowed)])).to.deep.equal([]);
    expect(ringing(times(24, ...refused('wrong_audience')))).to.deep.equal([]);
    const different = [...times(20, ...refused('id_token')), ...times(20, ...refused('token_expired'))];
    expect(ringing(different)).to.deep.equal([]);
  });

  it('ring for slow decisions and for cold starts that stay', () => {
    const slow = times(10, of('Duration', 1000));
    expect(ringing(slow, slow)).to.deep.equal([]);
    expect(ringing(slow, slow, slow)).to.deep.equal(['AuthorizerLatencyAlarm']);
    const cold = times(100, of('Duration', 2)).concat(times(25, of('ColdStart')));
    expect(ringing(cold, cold)).to.deep.equal([]);
    expect(ringing(cold, cold, cold)).to.deep.equal(['AuthorizerColdStartsAlarm']);
    const few = times(99, of('Duration', 2), of('ColdStart'));
    expect(ringing(few, few, few)).to.deep.equal([]);
  });

  it('watch the service, the namespace and the dimensions that they are for', () => {
    const own = alarms({ service: 'orders', namespace: 'Shop', dimensions: { stage: 'prod' } });
    const point = (service: string, more: Readonly<Record<string, string>>): MeasuredPoint => ({
      namespace: 'Shop',
      metric: 'Faults',
      dimensions: dimensionsText(Object.entries({ service, fault: 'internal_error', ...more })),
      value: 1,
    });
    expect(ringingAlarms(own, [[point('orders', { stage: 'prod' })]])).to.have.length(1);
    expect(ringingAlarms(own, [[point('orders', {})]])).to.be.empty;
    expect(ringingAlarms(own, [[point('billing', { stage: 'prod' })]])).to.be.empty;
  });

  it('ring at thresholds and periods of their own', () => {
    const own = alarms({ faults: { threshold: 2, periods: 2, period: 60 } });
    const two = times(2, ...failed('rule_error'));
    expect(ringingAlarms(own, [two])).to.be.empty;
    expect(ringingAlarms(own, [two, two])).to.deep.equal(['AuthorizerFaultsAlarm']);
    expect(JSON.stringify(own['AuthorizerFaultsAlarm'])).to.contain('"Period":60');
  });

  it('are left out by false, and do what actions say', () => {
    const { AuthorizerLatencyAlarm: latency, ...others } = alarms({
      actions: ['arn:topic', { Ref: 'Topic' }],
    });
    expect(latency?.Properties).to.deep.include({ AlarmActions: ['arn:topic', { Ref: 'Topic' }] });
    expect(Object.keys(alarms({ latency: false }))).to.have.members(Object.keys(others));
  });

  it('stand beside those of another authorizer in one template, by a prefix', () => {
    const both = { ...alarms({ service: 'a', prefix: 'A' }), ...alarms({ service: 'b', prefix: 'B' }) };
    expect(Object.keys(both)).to.have.length(2 * Object.keys(all).length);
    expect(both).to.include.keys('AAuthorizerFaultsAlarm', 'BAuthorizerFaultsAlarm');
  });

  it('fit the schema of AWS, and the limit of ten metrics', async () => {
    const resources = alarms({ actions: [{ Ref: 'Topic' }] });
    expect(await schemaFlaws(resources)).to.deep.equal([]);
    for (const [id, { Properties }] of Object.entries(resources)) {
      const { Metrics = [] } = Properties as {
        Metrics?: readonly { readonly Id: string; readonly MetricStat?: unknown }[];
      };
      expect(Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length, id).to.be.at.most(10);
      for (const { Id } of Metrics) expect(Id).to.match(/^[a-z]\w{0,254}$/);
    }
  });

  it('watch codes that exist', () => {
    const dimensions = [
      ...JSON.stringify(all).matchAll(/"Name":"(?:refusal|fault)","Value":"(?<code>\w+)"/g),
    ];
    expect(dimensions).not.to.be.empty;
    for (const { groups } of dimensions) {
      expect({ ...REFUSALS, ...FAULTS }).to.have.property(groups?.['code'] ?? '');
    }
  });

  it('refuse options that make no sense', () => {
    const flaws: readonly [unknown, string][] = [
      [{ alarm: {} }, 'options.alarm'],
      [{ faults: { level: 1 } }, 'faults.level'],
      [{ faults: { threshold: 0 } }, 'faults.threshold'],
      [{ faults: { period: 90 } }, 'faults.period'],
      [{ faults: { period: 3600, periods: 25 } }, 'faults.periods'],
      [{ actions: [] }, 'actions'],
      [{ actions: [1] }, 'actions[0]'],
      [{ service: "it's" }, 'service'],
      [{ dimensions: { stage: '' } }, 'dimensions.stage'],
      [{ dimensions: { outcome: 'deny' } }, 'dimensions.outcome'],
      [{ dimensions: { service: 'a' } }, 'dimensions.service'],
      [{ coldStarts: { threshold: 101 } }, 'coldStarts.threshold'],
      [{ actions: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'actions'],
      [{ prefix: 'a-b' }, 'prefix'],
    ];
    for (const [options, path] of flaws) {
      expect(() => alarms(options as AlarmsOptions), path).to.throw(Error, path.replace('options.', ''));
    }
  });
});
