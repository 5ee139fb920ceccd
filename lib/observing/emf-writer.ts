import { DIMENSIONS, type DividedMetric, type PlainMetric, UNITS } from './metric-names.ts';

/** What all lines have in common. */
export interface EmfBase {
  readonly namespace: string;
  /** The dimensions of every metric, by name: `service` and those of the user. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** The level of the lines; `null` if they need none. */
  readonly level: string | null;
}

/** One bit for each metric. A text of all names would take longer to look up. */
const BITS = Object.fromEntries(
  [...Object.keys(DIMENSIONS), ...Object.keys(UNITS)].map((name, at) => [name, 2 ** at]),
) as Readonly<Record<DividedMetric | PlainMetric, number>>;

/** The values of a divided metric: one count, and the value of its dimension. */
export interface DividedValue {
  readonly name: DividedMetric;
  /** ASCII without quotes and backslashes. */
  readonly by: string;
  readonly count: number;
}

/**
 * Writes lines in CloudWatch's embedded metric format: one JSON object, which has a directive for each set of dimensions.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmfWriter {
  readonly #base: EmfBase;
  /** JSON of the common members. */
  readonly #common: string;
  /** JSON of the directives, by the bits of the metrics. There are few combinations. */
  readonly #directives = new Map<number, string>();

  constructor(base: EmfBase) {
    this.#base = base;
    this.#common = JSON.stringify(base.dimensions).slice(1, -1);
  }

  /**
   * @param divided - at most one value of each metric
   * @param plain - at least one metric in all
   * @param moreDurations - more values of `Duration`, if `plain` has one
   * @param now - epoch milliseconds
   */
  line(
    divided: readonly DividedValue[],
    plain: ReadonlyMap<PlainMetric, number>,
    moreDurations: readonly number[],
    now: number,
  ): string {
    const { level } = this.#base;
    let shape = 0;
    let members = this.#common;
    for (const { name, by, count } of divided) {
      shape |= BITS[name];
      members += `,"${DIMENSIONS[name]}":"${by}","${name}":${count}`;
    }
    for (const [name, value] of plain) {
      shape |= BITS[name];
      const isList = name === 'Duration' && moreDurations.length > 0;
      members += `,"${name}":${isList ? `[${[value, ...moreDurations]}]` : value}`;
    }
    // Lambda's log filter takes a line without a level, or without a time, for one of level INFO.
    if (level !== null) members += `,"level":"${level}","timestamp":"${new Date(now).toISOString()}"`;
    let directives = this.#directives.get(shape);
    if (directives === undefined) {
      directives = JSON.stringify(directivesOf(divided, plain, this.#base));
      this.#directives.set(shape, directives);
    }
    return `{"_aws":{"Timestamp":${now},"CloudWatchMetrics":${directives}},${members}}`;
  }
}

/** One directive for the metrics without a dimension of their own, and one for each of the others. */
function directivesOf(
  divided: readonly DividedValue[],
  plain: ReadonlyMap<PlainMetric, number>,
  { namespace: Namespace, dimensions }: EmfBase,
): readonly object[] {
  const common = Object.keys(dimensions);
  const Metrics = Array.from(plain.keys(), (Name) => ({ Name, Unit: UNITS[Name] }));
  return [
    ...divided.map(({ name: Name }) => ({
      Namespace,
      Dimensions: [[...common, DIMENSIONS[Name]]],
      Metrics: [{ Name, Unit: 'Count' }],
    })),
    // A directive without metrics is not valid.
    ...(Metrics.length > 0 ? [{ Namespace, Dimensions: [common], Metrics }] : []),
  ];
}
