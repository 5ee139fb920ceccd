import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { MeasuredOptions } from '../monitoring/measured.ts';
import { parseMetricsOptions } from '../observing/metrics-options.ts';
import type { AuthorizerFunctionProps } from './authorizer-function.ts';

/**
 * The metrics that the function will write, by its options and its environment; `null` if it writes none.
 *
 * @throws {OptionError}
 */
export function measuredOf(
  options: AuthorizerOptions,
  { environment = {} }: AuthorizerFunctionProps,
): MeasuredOptions | null {
  const settings = parseMetricsOptions(options, environment);
  if (settings === null) return null;
  const { namespace: own, dimensions: all } = settings.common();
  const { service: ownService, ...dimensions } = all;
  // A Powertools Metrics without a name of its own has, in the CDK, that of the CDK's environment.
  const namespace = own === 'default_namespace' ? environment['POWERTOOLS_METRICS_NAMESPACE'] || own : own;
  const service =
    ownService === 'service_undefined' ? environment['POWERTOOLS_SERVICE_NAME'] || ownService : ownService;
  return { namespace, dimensions, ...(service === undefined ? {} : { service }) };
}
