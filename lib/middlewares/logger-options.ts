import type { DecisionTracer } from '../invocation/trace.ts';
import type { DecisionHook } from '../observing/decision-hook.ts';
import { type MetricsLike, type MetricsSettings, parseMetricsOptions } from '../observing/metrics-options.ts';
import { isObject } from '../util/is-object.ts';
import { func, nonEmptyStrings, objectWith, optional, refuseValue, share } from '../util/option-checks.ts';
import type { DecisionLog } from './decision-log.ts';

export interface DecisionLoggerOptions {
  /**
   * Your own Powertools `Logger`, with its persistent keys, level and formatter, or `false` for no lines at all. Any other
   * logger that takes `(message, fields)` works too; Pino does not, and needs an adapter.
   *
   * @default a Powertools `Logger` of its own
   */
  readonly logger?: DecisionLog | false;
  /**
   * Names of claims that the log line contains under `claims`.
   *
   * @default none
   */
  readonly logClaims?: readonly string[];
  /**
   * Fraction of the allows that is logged, from 0 to 1, each chosen at random. Denials, faults, and allows that have rule
   * reports are always logged. Not the sample rate of Powertools, which adds lines of level `DEBUG` and drops none.
   *
   * @default 1: all of them
   */
  readonly allowSampleRate?: number;
  /**
   * Called with each decision, for metrics: also if `logger` is `false` and if the line of an allow is not sampled. It
   * must return at once: a promise is not awaited. What it throws, or rejects, is logged as one line of level `ERROR` and
   * changes nothing. Called once an invocation; a second time, with the fault, if a middleware before the authorizer
   * fails after the answer.
   *
   * @default none
   */
  readonly onDecision?: DecisionHook;
  /**
   * Writes CloudWatch metrics in the embedded metric format: one line to standard output after the log line of each decision.
   * `true` takes namespace and service from `POWERTOOLS_METRICS_NAMESPACE` and `POWERTOOLS_SERVICE_NAME`; a Powertools
   * `Metrics` of yours gives namespace, service and default dimensions. They count decisions, not requests: a request that
   * API Gateway answers from its cache is not among them. See docs/21 for the metrics.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
   */
  readonly metrics?: boolean | MetricsLike;
  /**
   * Dimensions that all metrics get besides `service`, such as `{ stage: 'prod' }`: at most 28, of ASCII characters.
   *
   * @default none
   */
  readonly metricsDimensions?: { readonly [name: string]: string };
  /**
   * Your Powertools `Tracer`: each decision becomes a subsegment `authorize` in AWS X-Ray, with the annotations `outcome`,
   * `refusal` or `fault`, `route` and `gateway`. A refusal is no fault in X-Ray.
   *
   * @default none
   * @see https://docs.powertools.aws.dev/lambda/typescript/latest/features/tracer/
   */
  readonly tracer?: DecisionTracer;
}

export interface DecisionLoggerSettings {
  readonly logger: DecisionLog | false | undefined;
  readonly logClaims: readonly string[];
  readonly allowSampleRate: number;
  readonly onDecision: DecisionHook | null;
  readonly metrics: MetricsSettings | null;
  readonly tracer: DecisionTracer | null;
}

/** The options of decisionLogger. */
export const LOGGER_OPTIONS = [
  'logger',
  'logClaims',
  'allowSampleRate',
  'onDecision',
  'metrics',
  'metricsDimensions',
  'tracer',
] as const satisfies readonly (keyof DecisionLoggerOptions)[];

const LEVELS = ['info', 'warn', 'error'] as const;

/**
 * Checks the options of decisionLogger and adds the defaults.
 *
 * @throws {OptionError}
 */
export function parseLoggerOptions(
  options: { readonly [key in keyof DecisionLoggerOptions]?: unknown },
): DecisionLoggerSettings {
  const { logger } = options;
  return {
    logger: logger === undefined || logger === false ? logger : decisionLog(logger),
    logClaims: optional(options, '', 'logClaims', [], nonEmptyStrings),
    allowSampleRate: optional(options, '', 'allowSampleRate', 1, share),
    onDecision: optional(options, '', 'onDecision', null, func<DecisionHook>),
    metrics: parseMetricsOptions(options, process.env),
    tracer: optional(options, '', 'tracer', null, objectWith<DecisionTracer>, 'a Powertools Tracer', [
      'isTracingEnabled',
      'getSegment',
      'setSegment',
      'addErrorAsMetadata',
      'getRootXrayTraceId',
    ]),
  };
}

function decisionLog(value: unknown): DecisionLog {
  for (const level of LEVELS) {
    if (!isObject(value) || typeof value[level] !== 'function') {
      refuseValue('logger', 'a Powertools Logger, or false for none', value);
    }
  }
  return value as unknown as DecisionLog;
}
