import { Ajv } from 'ajv';

/** A line in the embedded metric format. */
export interface EmfLine {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

const UNITS = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'None',
  'Percent',
  'Count',
  'Count/Second',
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((unit) => [
    unit,
    `${unit}/Second`,
  ]),
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((unit) => [unit, `${unit}/Second`]),
];

const text = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^[ -~]*[!-~][ -~]*$',
});
const object = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

/**
 * The embedded metric format, as its specification and the limits of CloudWatch's API describe it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
const SCHEMA = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: object(
      {
        Timestamp: { type: 'integer', minimum: 0 },
        LogGroupName: { type: 'string' },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: object({
            Namespace: { type: 'string', pattern: '^(?!AWS/)[0-9A-Za-z._\\-/#:]{1,255}$' },
            Dimensions: {
              type: 'array',
              minItems: 1,
              items: { type: 'array', maxItems: 30, uniqueItems: true, items: text(250) },
            },
            Metrics: {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              items: object(
                { Name: text(255), Unit: { enum: UNITS }, StorageResolution: { enum: [1, 60] } },
                ['Unit', 'StorageResolution'],
              ),
            },
          }),
        },
      },
      ['LogGroupName'],
    ),
  },
} as const;

const isOfSchema = new Ajv().compile(SCHEMA);

/** The largest event of CloudWatch Logs, bytes. */
const MOST_BYTES = 262_144;
const TWO_WEEKS = 14 * 86_400_000;
const TWO_HOURS = 2 * 3_600_000;

/** What is wrong with a line; an empty list if CloudWatch accepts it. */
export function emfProblems(line: string, now: number = Date.now()): readonly string[] {
  const root: unknown = JSON.parse(line);
  if (!isOfSchema(root))
    return (isOfSchema.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const { _aws, ...members } = root as EmfLine;
  const problems: string[] = [];
  if (Buffer.byteLength(line) > MOST_BYTES) problems.push('is longer than an event of CloudWatch Logs');
  if (_aws.Timestamp < now - TWO_WEEKS || _aws.Timestamp > now + TWO_HOURS) {
    problems.push('Timestamp is older than two weeks, or more than two hours ahead');
  }
  const seen = new Set<string>();
  for (const { Dimensions, Metrics, Namespace } of _aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat()) {
      const value = members[name];
      if (typeof value !== 'string' || !/^(?=.*[!-~])[ -~]{1,1024}$/.test(value)) {
        problems.push(`dimension ${name} has no member with a text of 1 to 1024 ASCII characters`);
      }
    }
    for (const { Name } of Metrics) {
      if (!isMetricValue(members[Name])) problems.push(`metric ${Name} has no member with numbers`);
      for (const set of Dimensions) {
        const key = JSON.stringify([Namespace, Name, set.toSorted()]);
        if (seen.has(key)) problems.push(`metric ${Name} is in the line twice`);
        seen.add(key);
      }
    }
  }
  return problems;
}

/** A number, or at most 100 of them, within the range of CloudWatch. */
function isMetricValue(value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return (
    values.length > 0 &&
    values.length <= 100 &&
    values.every((one) => typeof one === 'number' && Number.isFinite(one) && Math.abs(one) <= 2 ** 360)
  );
}

/**
 * Throws if a text that is written to standard output contains an EMF line that CloudWatch does not accept.
 *
 * @returns the EMF lines
 */
export function checkedEmf(output: string): readonly EmfLine[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{') && line.includes('"_aws":'));
  for (const line of lines) {
    const problems = emfProblems(line);
    if (problems.length > 0)
      throw new Error(`not in the embedded metric format: ${problems.join('; ')}: ${line}`);
  }
  return lines.map((line) => JSON.parse(line) as EmfLine);
}

/** A data point as CloudWatch takes it from a line. */
export interface DataPoint {
  readonly namespace: string;
  readonly metric: string;
  readonly unit: string;
  /** `service=orders outcome=allow`, sorted by name. */
  readonly dimensions: string;
  readonly value: number;
}

/** Dimensions as data points have them. */
export function dimensionsText(dimensions: readonly (readonly [name: string, value: unknown])[]): string {
  return dimensions
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** The data points that CloudWatch extracts from lines. */
export function dataPoints(lines: readonly EmfLine[]): readonly DataPoint[] {
  return lines.flatMap((line) =>
    line._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((set) => {
        const dimensions = dimensionsText(set.map((name) => [name, line[name]]));
        return Metrics.flatMap(({ Name: metric, Unit: unit }) =>
          [line[metric]]
            .flat()
            .map((value) => ({ namespace, metric, unit, dimensions, value: Number(value) })),
        );
      }),
    ),
  );
}

/** The sum of each counter, by metric and the dimension that is not `service`: `{ 'Decisions allow': 2 }`. */
export function sums(lines: readonly EmfLine[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { metric, unit, dimensions, value } of dataPoints(lines)) {
    if (unit !== 'Count') continue;
    const own = /(?:outcome|refusal|fault|rule)=(?<value>\S+)/.exec(dimensions)?.groups?.['value'];
    const name = own === undefined ? metric : `${metric} ${own}`;
    totals[name] = (totals[name] ?? 0) + value;
  }
  return totals;
}
