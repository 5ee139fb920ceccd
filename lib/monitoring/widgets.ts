import { DIMENSIONS, type DividedMetric, type PlainMetric } from '../observing/metric-names.ts';
import type { Measured } from './measured.ts';

/** A widget on its way into the body of a dashboard. */
export interface Widget {
  readonly title: string;
  /** The part of its row that it takes, in columns of 24. */
  readonly width: number;
  readonly type: 'metric' | 'log' | 'alarm';
  readonly properties: Readonly<Record<string, unknown>>;
}

const PERIOD_S = 300;

const graph = (
  title: string,
  width: number,
  metrics: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
): Widget => ({
  title,
  width,
  type: 'metric',
  properties: { view: 'timeSeries', stat: 'Sum', period: PERIOD_S, metrics, ...more },
});

/** One line of a graph. */
function line(
  { namespace, dimensions }: Measured,
  metric: DividedMetric | PlainMetric,
  dimension: Readonly<Record<string, string>>,
  rendering: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  return [namespace, metric, ...Object.entries({ ...dimensions, ...dimension }).flat(), rendering];
}

/** A line for each value of a dimension. Values that never occurred have none. */
function linesBy({ namespace, dimensions }: Measured, metric: DividedMetric): readonly unknown[] {
  const dimension = DIMENSIONS[metric];
  const schema = [namespace, ...Object.keys(dimensions), dimension].map((name) => `"${name}"`).join(',');
  const terms = Object.entries(dimensions).map(([name, value]) => `"${name}"="${value}"`);
  const search = `{${schema}} MetricName="${metric}" ${terms.join(' ')}`;
  return [
    {
      expression: `SEARCH('${search}', 'Sum', ${PERIOD_S})`,
      label: `\${PROP('Dim.${dimension}')}`,
      id: 'codes',
    },
  ];
}

const STACKED = { stacked: true };

/** The graphs over the metrics of an authorizer, in reading order. Each row has 24 columns. */
export function graphs(measured: Measured): readonly Widget[] {
  const of = (
    metric: DividedMetric | PlainMetric,
    label: string,
    rendering: Readonly<Record<string, unknown>> = {},
    dimension: Readonly<Record<string, string>> = {},
  ) => line(measured, metric, dimension, { label, ...rendering });
  return [
    graph(
      'Decisions',
      12,
      [
        of('Decisions', 'allow', { color: '#2ca02c' }, { outcome: 'allow' }),
        of('Decisions', 'deny', { color: '#ff7f0e' }, { outcome: 'deny' }),
        of('Decisions', 'fault', { color: '#d62728' }, { outcome: 'fault' }),
      ],
      STACKED,
    ),
    graph('Refusals by code', 12, [linesBy(measured, 'Refusals')], STACKED),
    graph('Faults by code', 8, [linesBy(measured, 'Faults')], STACKED),
    graph('Keys', 8, [
      of('KeyRefreshFailed', 'refreshes that failed'),
      of('KeysStale', 'decisions with stale keys'),
      of('StoreFailed', 'calls of a store that failed'),
    ]),
    graph('Age', 8, [
      of('KeysAge', 'keys, seconds', { stat: 'Maximum' }),
      of('RevocationsAge', 'revocations, seconds', { stat: 'Maximum' }),
    ]),
    graph('Duration, milliseconds', 8, [
      of('Duration', 'p50', { stat: 'p50' }),
      of('Duration', 'p99', { stat: 'p99' }),
    ]),
    graph('Cold starts', 8, [of('ColdStart', 'cold starts')]),
    graph('Rules in report-only mode', 8, [linesBy(measured, 'Reports')], STACKED),
    graph('Policies that cover a part of the routes', 8, [of('PolicyPartial', 'policies')]),
  ];
}
