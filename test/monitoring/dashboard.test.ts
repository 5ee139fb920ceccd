import { expect } from 'chai';
import {
  alarms,
  type CloudFormationResource,
  type DashboardOptions,
  dashboard,
} from '../../lib/monitoring.ts';
import { DIMENSIONS, UNITS } from '../../lib/observing/metric-names.ts';
import { schemaFlaws } from '../support/cloudformation-schema.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>> & {
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

/** The widgets once CloudFormation has filled in its values, each by a text of its own. */
function widgetsOf(options?: DashboardOptions): readonly Widget[] {
  const [resource] = Object.values(dashboard(options)) as [CloudFormationResource];
  const body = resource.Properties['DashboardBody'] as { 'Fn::Sub': [string, Record<string, unknown>] };
  const [text, values] = body['Fn::Sub'];
  const filledIn = text.replace(/\$\{(?<kept>!?)(?<name>[^}]*)\}/g, (_, kept: string, name: string) => {
    if (kept === '!') return `\${${name}}`;
    expect(values).to.have.property(name);
    return JSON.stringify(values[name]).replaceAll('"', '');
  });
  return (JSON.parse(filledIn) as { widgets: readonly Widget[] }).widgets;
}

describe('dashboard', () => {
  it('shows every metric of the authorizer', () => {
    const text = JSON.stringify(widgetsOf());
    const names = [...Object.keys(DIMENSIONS), ...Object.keys(UNITS)];
    for (const name of names) expect(text).to.match(new RegExp(`(?:"|\\\\"|=\\\\\\\\?")${name}`), name);
  });

  it('has widgets in rows, none over another, within 24 columns', () => {
    const ringing = alarms();
    const widgets = widgetsOf({ alarms: ringing, logGroups: ['/aws/lambda/a'] });
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, at) => `${x + (at % width)}/${y + Math.floor(at / width)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    for (const { x, width } of widgets) expect(x + width).to.be.at.most(24);
  });

  it('shows the state of the alarms of the same template', () => {
    const [first] = widgetsOf({ alarms: alarms({ latency: false, coldStarts: false }) });
    expect(first?.type).to.equal('alarm');
    expect(first?.properties['alarms']).to.deep.equal([
      '{Fn::GetAtt:[Auth0UnreachableAlarm,Arn]}',
      '{Fn::GetAtt:[AuthorizerFaultsAlarm,Arn]}',
      '{Fn::GetAtt:[AuthorizerAttackAlarm,Arn]}',
      '{Fn::GetAtt:[AuthorizerClientAlarm,Arn]}',
    ]);
  });

  it('shows who is refused, from the log groups', () => {
    const logs = widgetsOf({ logGroups: ['/aws/lambda/a', { Ref: 'Logs' }] }).filter(
      ({ type }) => type === 'log',
    );
    expect(logs).to.have.length(1);
    expect(logs[0]?.properties['query']).to.match(
      /^SOURCE '\/aws\/lambda\/a' \| SOURCE '\{Ref:Logs\}' \| filter decision = "deny"/,
    );
    expect(widgetsOf().filter(({ type }) => type === 'log')).to.be.empty;
  });

  it('searches values of a dimension among the metrics with the dimensions of the authorizer', () => {
    const text = JSON.stringify(widgetsOf({ service: 'orders', dimensions: { stage: 'prod' } }));
    expect(text).to.contain(
      String.raw`SEARCH('{\"Auth0Authorizer\",\"service\",\"stage\",\"refusal\"} MetricName=\"Refusals\" \"service\"=\"orders\" \"stage\"=\"prod\"', 'Sum', 300)`,
    );
    expect(text).to.contain(String.raw`\${PROP('Dim.refusal')}`.replace('\\$', '$'));
  });

  it('is of the region that it is deployed to', () => {
    for (const { type, properties } of widgetsOf()) {
      expect(type).to.equal('metric');
      expect(properties['region']).to.equal('{Ref:AWS::Region}');
    }
  });

  it('has a prefix in front of its ID, and refers to alarms under theirs', () => {
    const ringing = alarms({ prefix: 'Orders' });
    expect(dashboard({ prefix: 'Orders' })).to.have.all.keys('OrdersAuthorizerDashboard');
    expect(JSON.stringify(dashboard({ alarms: ringing }))).to.contain('OrdersAuthorizerFaultsAlarm');
  });

  it('fits the schema of AWS, and has the name that it is given', async () => {
    const resources = dashboard({ name: 'orders_authorizer-1', alarms: alarms() });
    expect(await schemaFlaws(resources)).to.deep.equal([]);
    expect(resources['AuthorizerDashboard']?.Properties['DashboardName']).to.equal('orders_authorizer-1');
  });

  it('refuses options that make no sense', () => {
    const flaws: readonly [unknown, string][] = [
      [{ widgets: [] }, 'widgets'],
      [{ name: 'a b' }, 'name'],
      [{ alarms: { A: { Type: 'AWS::SNS::Topic' } } }, 'alarms'],
      [{ alarms: { A: 1 } }, 'alarms'],
      [{ logGroups: [] }, 'logGroups'],
      [{ logGroups: ["a' | fields @message"] }, 'logGroups'],
    ];
    for (const [options, path] of flaws) {
      expect(() => dashboard(options as DashboardOptions), path).to.throw(Error, path);
    }
  });
});
