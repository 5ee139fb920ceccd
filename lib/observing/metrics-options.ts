import { objectWith, optional, plainMap, refuse } from '../util/option-checks.ts';
import { type EmfBase, EmfWriter } from './emf-writer.ts';
import { DIMENSIONS, UNITS } from './metric-names.ts';

/**
 * The part of a Powertools `Metrics` that is used; a `Metrics` of `@aws-lambda-powertools/metrics` fits as it is. Only its
 * settings are read: what it holds for your own metrics is neither read nor changed.
 */
export interface MetricsLike {
  /** An instance with the same namespace and default dimensions. */
  singleMetric(): {
    /** A line, as an object. */
    serializeMetrics(): {
      readonly _aws: {
        /** One directive. */
        readonly CloudWatchMetrics: readonly {
          readonly Namespace: string;
          readonly Dimensions: readonly (readonly string[])[];
        }[];
      };
      readonly [member: string]: unknown;
    };
  };
}

/** The options, checked and complete. */
export interface MetricsSettings {
  /** Namespace, and the dimensions of every metric. Throws what the user's `Metrics` throws. */
  common(): Common;
  /** The writer of the lines, made with the first one. Throws as `common` does. */
  createWriter(): EmfWriter;
}

/** The environment variables of Powertools and Lambda. */
type Environment = Readonly<Record<string, string | undefined>>;

const TRUTHY = /^(?:1|y|yes|t|true|on)$/i;

/** Levels of Lambda's log filter that drop lines without a level. */
const HIGH_LEVEL = /^(?:WARN|ERROR|FATAL)$/;

/** CloudWatch accepts 30 dimensions. One is `service`, and one belongs to the metric. */
const MOST_DIMENSIONS = 28;

/**
 * Checks the options `metrics` and `metricsDimensions`.
 *
 * @returns `null` if there are no metrics: not configured, or switched off by `POWERTOOLS_METRICS_DISABLED` or
 *   `POWERTOOLS_DEV`
 * @throws {OptionError}
 */
export function parseMetricsOptions(
  options: { readonly metrics?: unknown; readonly metricsDimensions?: unknown },
  environment: Environment,
): MetricsSettings | null {
  const { metrics = false } = options;
  const own = optional(options, '', 'metricsDimensions', null, dimensionsOf);
  if (metrics === false) {
    if (own === null) return null;
    refuse('metricsDimensions', 'has no effect without metrics: set `metrics: true`, or leave it out');
  }
  const wanted = 'true, false or a Powertools Metrics';
  const given =
    metrics === true ? null : objectWith<MetricsLike>(metrics, 'metrics', wanted, ['singleMetric']);
  const { POWERTOOLS_DEV, POWERTOOLS_METRICS_DISABLED = POWERTOOLS_DEV } = environment;
  if (TRUTHY.test(POWERTOOLS_METRICS_DISABLED ?? '')) return null;
  const common = (): Common => {
    const { namespace, dimensions } = given === null ? baseOf(environment) : baseOfMetrics(given);
    return checkedCommon({ namespace, dimensions: { ...dimensions, ...own } });
  };
  if (given === null) common();
  return {
    common,
    createWriter() {
      const { AWS_LAMBDA_LOG_LEVEL = '' } = environment;
      const level = HIGH_LEVEL.test(AWS_LAMBDA_LOG_LEVEL) ? AWS_LAMBDA_LOG_LEVEL : null;
      return new EmfWriter({ ...common(), level });
    },
  };
}

type PowertoolsLine = ReturnType<ReturnType<MetricsLike['singleMetric']>['serializeMetrics']>;
type Directive = PowertoolsLine['_aws']['CloudWatchMetrics'][number];

type Common = Pick<EmfBase, 'namespace' | 'dimensions'>;

/** CloudWatch drops lines without a word if it does not accept their names. */
function checkedCommon(common: Common): Common {
  const dimensions = Object.entries(common.dimensions);
  if (!NAMESPACE.test(common.namespace)) {
    refuse('metrics', 'has a namespace that CloudWatch rejects: use ASCII characters, and not AWS/ in front');
  }
  if (!dimensions.every(([name, text]) => NAME.test(name) && VALUE.test(text))) {
    refuse('metrics', 'has a service or a dimension that CloudWatch rejects: use ASCII characters');
  }
  if (dimensions.length > MOST_DIMENSIONS + 1) {
    refuse('metrics', `has more than ${MOST_DIMENSIONS} dimensions besides the service`);
  }
  return common;
}

/** By the variables of Powertools; the service is named as Powertools names it. */
function baseOf({ POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME }: Environment): Common {
  return {
    namespace: POWERTOOLS_METRICS_NAMESPACE || 'Auth0Authorizer',
    dimensions: { service: POWERTOOLS_SERVICE_NAME || 'service_undefined' },
  };
}

/**
 * Namespace and default dimensions of a Powertools `Metrics`. Its own lines have one set of dimensions for all metrics, so
 * that ours would need a line for each metric.
 */
function baseOfMetrics(metrics: MetricsLike): Common {
  const line = metrics.singleMetric().serializeMetrics();
  const { Namespace, Dimensions } = line._aws.CloudWatchMetrics[0] as Directive;
  const names = Dimensions.flat().filter((name) => name === 'service' || !TAKEN.includes(name));
  return {
    namespace: Namespace,
    dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
  };
}

/** Names of members that lines have already. */
const TAKEN =
  `_aws service level timestamp ${[...Object.entries(DIMENSIONS).flat(), ...Object.keys(UNITS)].join(' ')}`.split(
    ' ',
  );

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const NAMESPACE = /^(?!:|AWS\/)(?=.*[!-~])[ -~]{1,255}$/;

/** Names and values that CloudWatch accepts: ASCII, not blank; a name has no colon in front. */
const NAME = /^(?!:)(?=.*[!-~])[ -~]{1,250}$/;
const VALUE = /^(?=.*[!-~])[ -~]{1,1024}$/;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
function dimensionsOf(value: unknown, path: string): Readonly<Record<string, string>> {
  const dimensions = plainMap(value, path);
  const names = Object.keys(dimensions);
  if (names.length > MOST_DIMENSIONS) refuse(path, `must have at most ${MOST_DIMENSIONS} dimensions`);
  for (const name of names) {
    const text = dimensions[name];
    if (TAKEN.includes(name))
      refuse(`${path}.${name}`, 'has a name that the lines use already: choose another');
    if (!NAME.test(name) || typeof text !== 'string' || !VALUE.test(text)) {
      refuse(`${path}.${name}`, 'must be a text, as its name: ASCII characters, at most 1024, the name 250');
    }
  }
  return { ...dimensions } as Record<string, string>;
}
