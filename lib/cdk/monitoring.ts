import { Alarm, type IAlarm, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AlarmName } from '../monitoring/alarm-kinds.ts';
import { type AlarmSettings, alarms } from '../monitoring/alarms.ts';
import { dashboard } from '../monitoring/dashboard.ts';
import type { MeasuredOptions } from '../monitoring/measured.ts';
import type { CloudFormationResources } from '../monitoring/resources.ts';
import { savedQueries } from '../monitoring/saved-queries.ts';
import { boolean, optional, plainMap, plainObject, refuse } from '../util/option-checks.ts';

/** What is made of the metrics of the authorizer, and of its log lines. */
export interface MonitoringProps {
  /**
   * Settings of the alarms on metrics; `false` for none. They do what `actions` of the property `alarms` says.
   *
   * @default all of them, if the option `metrics` is on
   */
  readonly alarms?: { readonly [name in AlarmName]?: AlarmSettings | false } | false;
  /**
   * Whether there is a dashboard. Needs the option `metrics`.
   *
   * @default false
   */
  readonly dashboard?: boolean;
  /**
   * Whether the queries of the documentation are saved in CloudWatch Logs Insights.
   *
   * @default false
   */
  readonly savedQueries?: boolean;
}

/** What the monitoring is about. */
export interface Monitored {
  readonly logs: ILogGroup;
  /** `null`: the authorizer writes no metrics. */
  readonly measured: MeasuredOptions | null;
  readonly actions: readonly IAlarmAction[];
}

/**
 * Makes alarms on metrics, the dashboard and the saved queries.
 *
 * @throws {OptionError} for properties that make no sense, and for those that need the option `metrics`
 */
export function monitoringOf(
  scope: Construct,
  { logs, measured, actions }: Monitored,
  props: MonitoringProps,
): readonly IAlarm[] {
  const given = plainObject(props, 'monitoring', ['alarms', 'dashboard', 'savedQueries']);
  const hasDashboard = optional(given, 'monitoring', 'dashboard', false, boolean);
  const hasQueries = optional(given, 'monitoring', 'savedQueries', false, boolean);
  if (hasQueries) added(scope, savedQueries({ logGroups: [logs.logGroupName] }));
  if (measured === null) {
    for (const name of ['alarms', 'dashboard'] as const) {
      if (given[name]) refuse(`monitoring.${name}`, 'needs metrics: set `metrics: true` in the options');
    }
    return [];
  }
  const settings = given.alarms === false ? null : plainMap(given.alarms ?? {}, 'monitoring.alarms');
  const ringing = settings === null ? [] : added(scope, alarms({ ...settings, ...measured }));
  if (hasDashboard) {
    const shown = Object.fromEntries(
      ringing.map(({ logicalId, cfnResourceType: Type }) => [logicalId, { Type, Properties: {} }]),
    );
    const board = dashboard({ ...measured, alarms: shown, logGroups: [logs.logGroupName] });
    added(scope, withTokens(board));
  }
  return ringing.map((resource) => withActions(scope, resource, actions));
}

/** A token of the CDK in the body of a dashboard, where `${` stands for itself. */
const TOKEN = /\$\{!(?<token>Token\[[\w:.-]+\])\}/g;

/** Makes values that CloudFormation fills in of the tokens in the body: the name of the log group is one. */
function withTokens(board: CloudFormationResources): CloudFormationResources {
  return Object.fromEntries(
    Object.entries(board).map(([id, { Type, Properties }]) => {
      const [text, values] = (Properties['DashboardBody'] as SubstitutedText)['Fn::Sub'];
      const tokens: Record<string, string> = {};
      const body = text.replace(TOKEN, (_, token: string) => {
        const name = token.replace(/\W/g, '');
        tokens[name] = `\${${token}}`;
        return `\${${name}}`;
      });
      const DashboardBody = { 'Fn::Sub': [body, { ...values, ...tokens }] };
      return [id, { Type, Properties: { ...Properties, DashboardBody } }];
    }),
  );
}

type SubstitutedText = { readonly 'Fn::Sub': readonly [string, object] };

function added(scope: Construct, resources: CloudFormationResources): readonly CfnResource[] {
  return Object.entries(resources).map(
    ([id, { Type: type, Properties: properties }]) => new CfnResource(scope, id, { type, properties }),
  );
}

function withActions(scope: Construct, resource: CfnResource, actions: readonly IAlarmAction[]): IAlarm {
  const alarm = Alarm.fromAlarmArn(scope, `${resource.node.id}-ref`, resource.getAtt('Arn').toString());
  const arns = actions.map((action) => action.bind(scope, alarm).alarmActionArn);
  if (arns.length > 0) resource.addPropertyOverride('AlarmActions', arns);
  return alarm;
}
