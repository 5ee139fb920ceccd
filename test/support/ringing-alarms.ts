import type { CloudFormationResources } from '../../lib/monitoring.ts';
import { type DataPoint, dimensionsText } from './emf.ts';
import { evaluate } from './metric-math.ts';

/** What alarms see of a data point. */
export type MeasuredPoint = Omit<DataPoint, 'unit'>;

interface MetricName {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

interface AlarmProperties extends Partial<MetricName> {
  readonly ExtendedStatistic?: string;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: MetricName; readonly Stat: string };
  }[];
}

/**
 * The logical IDs of the alarms that ring, as CloudWatch would decide it.
 *
 * @param periods - what was measured in each period, the latest last
 */
export function ringingAlarms(
  resources: CloudFormationResources,
  periods: readonly (readonly MeasuredPoint[])[],
): readonly string[] {
  return Object.entries(resources)
    .filter(([, { Properties }]) => rings(Properties as unknown as AlarmProperties, periods))
    .map(([id]) => id);
}

function rings(alarm: AlarmProperties, periods: readonly (readonly MeasuredPoint[])[]): boolean {
  if (alarm.ComparisonOperator !== 'GreaterThanOrEqualToThreshold') throw new Error(alarm.ComparisonOperator);
  if (alarm.TreatMissingData !== 'notBreaching') throw new Error(alarm.TreatMissingData);
  const latest = periods.slice(-alarm.EvaluationPeriods);
  return (
    latest.length === alarm.EvaluationPeriods &&
    latest.every((points) => (watchedValue(alarm, points) ?? Number.NEGATIVE_INFINITY) >= alarm.Threshold)
  );
}

/** What the alarm watches in one period. `null`: no data. */
function watchedValue(alarm: AlarmProperties, points: readonly MeasuredPoint[]): number | null {
  const { Metrics = [], ExtendedStatistic } = alarm;
  if (ExtendedStatistic !== undefined) {
    return statisticOf(alarm as unknown as MetricName, ExtendedStatistic, points);
  }
  const values = Object.fromEntries(
    Metrics.flatMap(({ Id, MetricStat }) =>
      MetricStat === undefined ? [] : [[Id, statisticOf(MetricStat.Metric, MetricStat.Stat, points)]],
    ),
  );
  const expressions = Metrics.flatMap(({ Expression }) => (Expression === undefined ? [] : [Expression]));
  if (expressions.length !== 1) throw new Error('an alarm has one expression');
  return evaluate(expressions[0] as string, values);
}

/** A metric is its name with exactly its dimensions: one with more or fewer is another metric. */
function statisticOf(name: MetricName, statistic: string, points: readonly MeasuredPoint[]): number | null {
  const wanted = dimensionsText(name.Dimensions.map(({ Name, Value }) => [Name, Value]));
  const values = points
    .filter(
      ({ namespace, metric, dimensions }) =>
        namespace === name.Namespace && metric === name.MetricName && dimensions === wanted,
    )
    .map(({ value }) => value);
  if (values.length === 0) return null;
  switch (statistic) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'SampleCount':
      return values.length;
    case 'p99':
      return values.toSorted((one, other) => one - other)[Math.ceil(0.99 * values.length) - 1] ?? null;
    default:
      throw new Error(`no statistic ${statistic}`);
  }
}
