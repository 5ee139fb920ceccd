import type { DividedMetric, PlainMetric } from '../observing/metric-names.ts';
import type { Measured } from './measured.ts';

/** A metric of the authorizer, summed over a period. */
export interface MetricSum {
  /** Its name in expressions: a lower-case letter, then letters, digits and `_`. */
  readonly id: string;
  readonly metric: DividedMetric | PlainMetric;
  /** The dimensions that it has besides those of every metric. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** @default 'Sum' */
  readonly statistic?: 'SampleCount';
}

/** The dimensions of a metric in CloudFormation's form. */
export function dimensionList(
  { dimensions }: Measured,
  more: Readonly<Record<string, string>> = {},
): readonly { readonly Name: string; readonly Value: string }[] {
  return Object.entries({ ...dimensions, ...more }).map(([Name, Value]) => ({ Name, Value }));
}

/** `MetricDataQuery` of an alarm: one for each sum, which the expression is made of. */
export function metricQueries(
  expression: string,
  sums: readonly MetricSum[],
  measured: Measured,
  period: number,
): readonly Readonly<Record<string, unknown>>[] {
  return [
    { Id: 'value', Expression: expression, ReturnData: true },
    ...sums.map(({ id, metric, dimensions, statistic = 'Sum' }) => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: measured.namespace,
          MetricName: metric,
          Dimensions: dimensionList(measured, dimensions),
        },
        Period: period,
        Stat: statistic,
      },
      ReturnData: false,
    })),
  ];
}
