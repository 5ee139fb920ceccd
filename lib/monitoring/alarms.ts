import { optional, plainObject, refuse, refuseValue, wholeNumber } from '../util/option-checks.ts';
import { ALARM_KINDS, type AlarmKind, type AlarmName } from './alarm-kinds.ts';
import { MEASURED_OPTIONS, type Measured, type MeasuredOptions, parseMeasured } from './measured.ts';
import { dimensionList, metricQueries } from './metric-queries.ts';
import {
  type CloudFormationResource,
  type CloudFormationResources,
  type Intrinsic,
  prefixed,
  type ResourceOptions,
  textsOrIntrinsics,
} from './resources.ts';

/** When an alarm rings. */
export interface AlarmSettings {
  /** The value from which on it rings. What the value is depends on the alarm. */
  readonly threshold?: number;
  /**
   * Length of a period, in seconds: 60, or a multiple of it.
   *
   * @default 300
   */
  readonly period?: number;
  /** In how many periods in a row the value must be that high. */
  readonly periods?: number;
}

/** Options of {@link alarms}. */
export type AlarmsOptions = MeasuredOptions &
  ResourceOptions & {
    readonly [name in AlarmName]?: AlarmSettings | false;
  } & {
    /**
     * What the alarms do when they ring: ARNs of SNS topics, for example. At most five.
     *
     * @default nothing
     */
    readonly actions?: readonly (string | Intrinsic)[];
  };

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MOST_ACTIONS = 5;

const NAMES = Object.keys(ALARM_KINDS) as AlarmName[];

/**
 * Returns alarms on the metrics of an authorizer, which needs the option `metrics`, as resources of a CloudFormation
 * template. Each takes other settings, or `false` for none:
 *
 * | alarm | rings if, within 5 minutes |
 * | --- | --- |
 * | `auth0Unreachable` | keys could not be refreshed, were stale or missing, 3 times |
 * | `faults` | the authorizer could not decide once, for another reason than Auth0's keys |
 * | `attack` | 25 tokens had a bad signature, an unknown key or an unknown issuer |
 * | `client` | one refusal that a client's set-up causes came 25 times, and was a fifth of all decisions |
 * | `latency` | the 99th percentile of the duration was over 1,000 ms, three times in a row |
 * | `coldStarts` | 25 % of at least 100 decisions were cold starts, three times in a row |
 *
 * No data means that nothing is wrong: the metrics of refusals and faults exist only once there is one.
 *
 * @throws {OptionError} for options that make no sense
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
 * @example
 * const template = { Resources: alarms({ service: 'orders-authorizer', actions: [{ Ref: 'OnCallTopic' }] }) };
 */
export function alarms(options: AlarmsOptions = {}): CloudFormationResources {
  const given = plainObject(options, '', [...MEASURED_OPTIONS, ...NAMES, 'actions', 'prefix']);
  const measured = parseMeasured(given);
  const actions = optional(given, '', 'actions', [], textsOrIntrinsics);
  if (actions.length > MOST_ACTIONS) refuse('actions', `must have at most ${MOST_ACTIONS} items`);
  const resources = NAMES.flatMap((name): [string, CloudFormationResource][] => {
    if (given[name] === false) return [];
    const settings = alarmSettings(given[name] ?? {}, name, ALARM_KINDS[name]);
    return [[ALARM_KINDS[name].logicalId, alarm(ALARM_KINDS[name], settings, measured, actions)]];
  });
  return prefixed(Object.fromEntries(resources), given);
}

function alarm(
  { description, watches }: AlarmKind,
  { threshold, period, periods }: Required<AlarmSettings>,
  measured: Measured,
  actions: readonly unknown[],
): CloudFormationResource {
  const value =
    watches.kind === 'expression'
      ? { Metrics: metricQueries(watches.expression, watches.sums, measured, period) }
      : {
          Namespace: measured.namespace,
          MetricName: watches.metric,
          Dimensions: dimensionList(measured),
          ExtendedStatistic: watches.percentile,
          Period: period,
        };
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: description,
      ...value,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: threshold,
      EvaluationPeriods: periods,
      TreatMissingData: 'notBreaching',
      ...(actions.length > 0 ? { AlarmActions: actions } : {}),
    },
  };
}

/** @throws {OptionError} */
function alarmSettings(value: unknown, path: string, kind: AlarmKind): Required<AlarmSettings> {
  const given = plainObject(value, path, ['threshold', 'period', 'periods']);
  const period = optional(given, path, 'period', 300, wholeNumber, 60, 86_400);
  if (period % 60 !== 0) refuseValue(`${path}.period`, 'a multiple of 60, in seconds', period);
  const periods = optional(given, path, 'periods', kind.periods, wholeNumber, 1, 1440);
  // The longest time that CloudWatch looks back for periods below an hour.
  if (period * periods > 86_400) refuseValue(`${path}.periods`, 'at most a day in all', periods);
  return {
    threshold: optional(given, path, 'threshold', kind.threshold, wholeNumber, 1, kind.highest ?? 1e9),
    period,
    periods,
  };
}
