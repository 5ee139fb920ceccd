/** A line in CloudWatch's embedded metric format, as the authorizer writes it. */
interface EmfLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

const EMF = '{"_aws":';

/**
 * Takes the lines of metrics out of what is written to standard output, where CloudWatch would find them.
 *
 * @returns ends it
 */
export function divertMetrics(onLine: (text: string) => void): () => void {
  const { stdout } = process;
  const write = stdout.write;
  stdout.write = ((text: string | Uint8Array, ...rest: []) => {
    if (typeof text !== 'string' || !text.startsWith(EMF))
      return Reflect.apply(write, stdout, [text, ...rest]);
    onLine(text.trimEnd());
    return true;
  }) as typeof stdout.write;
  return () => {
    stdout.write = write;
  };
}

/** The values of each metric, by its name and then by the value of its own dimension; `''` if it has none. */
export type MetricValues = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** What CloudWatch would know after these lines. */
export function metricValues(lines: readonly string[]): MetricValues {
  const values = new Map<string, Map<string, number[]>>();
  for (const text of lines) {
    const line = JSON.parse(text) as EmfLine;
    for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      const own = Dimensions.flat().find((name) => name !== 'service');
      const by = own === undefined ? '' : String(line[own]);
      for (const { Name } of Metrics) {
        const metric = values.get(Name) ?? new Map<string, number[]>();
        const added = [line[Name]].flat().map(Number);
        values.set(Name, metric.set(by, [...(metric.get(by) ?? []), ...added]));
      }
    }
  }
  return values;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const percentile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((one, other) => one - other)[Math.ceil(share * numbers.length) - 1] ?? 0;

/** The dashboard as text: a bar for each value of the divided metrics, then the others in a line each. */
export function dashboardLines(values: MetricValues): readonly string[] {
  const divided = ['Decisions', 'Refusals', 'Faults', 'Reports'].flatMap((name) => bars(name, values));
  const durations = values.get('Duration')?.get('') ?? [];
  const times = [0.5, 0.99].map((share) => `p${share * 100} ${percentile(durations, share).toFixed(1)} ms`);
  const counted = ['ColdStart', 'PolicyPartial', 'KeysStale', 'KeyRefreshFailed', 'StoreFailed'].map(
    (name) => `${name.padEnd(NAME_WIDTH)} ${sum(values.get(name)?.get('') ?? [])}`,
  );
  return [...divided, `${'Duration'.padEnd(NAME_WIDTH)} ${times.join(', ')}`, ...counted];
}

const NAME_WIDTH = 17;
const CODE_WIDTH = 28;

function bars(name: string, values: MetricValues): readonly string[] {
  const counts = [...(values.get(name) ?? [])].map(([by, numbers]) => [by, sum(numbers)] as const);
  return counts
    .toSorted(([, one], [, other]) => other - one)
    .map(([by, count], index) => {
      const title = (index === 0 ? name : '').padEnd(NAME_WIDTH);
      return `${title} ${by.padEnd(CODE_WIDTH)} ${String(count).padStart(3)} ${'█'.repeat(count)}`;
    });
}
