import {
  Alarm,
  type CreateAlarmOptions,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Names } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** `faults`: decisions that failed. `crashes`: the function ended without a decision. `throttles`: it did not start. */
export type AlarmName = 'faults' | 'crashes' | 'throttles';

/** The alarms. Each one takes properties that replace the defaults, or `false` for none. */
export type AlarmsProps = {
  readonly [name in AlarmName]?: Partial<CreateAlarmOptions> | false;
} & {
  /**
   * What the alarms do, such as a message to an SNS topic.
   *
   * @default nothing
   */
  readonly actions?: readonly IAlarmAction[];
};

/** Lines that Lambda writes when the function could not be loaded, ran out of time or memory, or ended. */
const CRASHES = ['Task timed out', 'Uncaught Exception', 'Runtime exited', 'Runtime.ImportModuleError'];

/** What the alarms watch. */
export interface Watched {
  readonly handler: IFunction;
  readonly logs: ILogGroup;
}

/**
 * Makes the alarms, each on one event in five minutes. They do not count Lambda's errors: on a REST API each refused token
 * is one, because `Unauthorized` is thrown.
 */
export function alarmsOf(scope: Construct, { handler, logs }: Watched, props: AlarmsProps): readonly Alarm[] {
  const counted = (name: AlarmName, filterPattern: IFilterPattern) =>
    countedLines(scope, name, { logGroup: logs, filterPattern });
  const metrics: Readonly<Record<AlarmName, () => IMetric>> = {
    faults: () => counted('faults', FilterPattern.stringValue('$.decision', '=', 'fault')),
    crashes: () => counted('crashes', FilterPattern.anyTerm(...CRASHES)),
    throttles: () => handler.metricThrottles({ statistic: 'Sum' }),
  };
  return (Object.keys(metrics) as AlarmName[]).flatMap((name) => {
    const own = props[name];
    if (own === false) return [];
    const alarm = new Alarm(scope, `${name}-alarm`, {
      metric: metrics[name](),
      alarmDescription: DESCRIPTIONS[name],
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...own,
    });
    for (const action of props.actions ?? []) alarm.addAlarmAction(action);
    return [alarm];
  });
}

const DESCRIPTIONS: Readonly<Record<AlarmName, string>> = {
  faults: 'The Auth0 authorizer could not decide: see `fault` and `error` in its log lines.',
  crashes: 'The Auth0 authorizer ended without a decision: see its log.',
  throttles: 'Lambda did not start the Auth0 authorizer: its concurrency is used up.',
};

function countedLines(
  scope: Construct,
  name: AlarmName,
  { logGroup, filterPattern }: { readonly logGroup: ILogGroup; readonly filterPattern: IFilterPattern },
): IMetric {
  const filter = new MetricFilter(scope, `${name}-filter`, {
    logGroup,
    filterPattern,
    metricNamespace: 'Auth0Authorizer',
    metricName: `${Names.uniqueResourceName(scope, { maxLength: 200 })}-${name}`,
    metricValue: '1',
  });
  return filter.metric({ statistic: 'Sum' });
}
