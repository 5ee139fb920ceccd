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
import { plainMap, plainObject } from '../util/option-checks.ts';

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

/**
 * Lines that Lambda writes in the log format `Text` when the function could not be loaded, ran out of time or memory, or
 * ended.
 */
const CRASH_TEXTS = FilterPattern.anyTerm(
  'Task timed out',
  'Uncaught Exception',
  'Runtime exited',
  'Runtime.ImportModuleError',
);

/**
 * The same in the log format `JSON`: Lambda's report of an invocation or of init, and the line of the Node.js runtime. A
 * thrown `Unauthorized` is none of these: its `errorType` is `Error`, and in the report `Runtime.Unknown`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
const CRASH_EVENTS = FilterPattern.any(
  FilterPattern.stringValue('$.record.status', '=', 'timeout'),
  FilterPattern.stringValue('$.record.errorType', '=', 'Runtime.ExitError'),
  FilterPattern.stringValue('$.record.errorType', '=', 'Runtime.OutOfMemory'),
  FilterPattern.stringValue('$.errorType', '=', 'Runtime.*'),
);

const FAULTS = FilterPattern.stringValue('$.decision', '=', 'fault');

/** What the alarms watch. */
export interface Watched {
  readonly handler: IFunction;
  readonly logs: ILogGroup;
}

/**
 * Makes the alarms, each on one event in five minutes. They do not count Lambda's errors: on a REST API each refused token
 * is one, because `Unauthorized` is thrown.
 *
 * @throws {OptionError} for an alarm that does not exist, and for one that is neither an object nor `false`
 */
export function alarmsOf(scope: Construct, { handler, logs }: Watched, props: AlarmsProps): readonly Alarm[] {
  const lines = (name: AlarmName, patterns: readonly IFilterPattern[]) =>
    countedLines(scope, name, logs, patterns);
  const metrics: Readonly<Record<AlarmName, () => IMetric>> = {
    faults: () => lines('faults', [FAULTS]),
    // The log format may be changed where the construct does not see it, so both patterns are always there.
    crashes: () => lines('crashes', [CRASH_TEXTS, CRASH_EVENTS]),
    throttles: () => handler.metricThrottles({ statistic: 'Sum' }),
  };
  const names = Object.keys(metrics) as AlarmName[];
  plainObject(props, 'alarms', [...names, 'actions']);
  return names.flatMap((name) => {
    const { [name]: own = {} } = props;
    if (own === false) return [];
    plainMap(own, `alarms.${name}`);
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

/** The number of log lines that match one of the patterns. */
function countedLines(
  scope: Construct,
  name: AlarmName,
  logGroup: ILogGroup,
  patterns: readonly IFilterPattern[],
): IMetric {
  const filters = patterns.map(
    (filterPattern, index) =>
      new MetricFilter(scope, `${name}-filter${index === 0 ? '' : `-${index}`}`, {
        logGroup,
        filterPattern,
        metricNamespace: 'Auth0Authorizer',
        metricName: `${Names.uniqueResourceName(scope, { maxLength: 200 })}-${name}`,
        metricValue: '1',
      }),
  );
  const [first] = filters as [MetricFilter];
  return first.metric({ statistic: 'Sum' });
}
