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
  const { namespace, dimensions: all } = settings.common();
  const { service, ...dimensions } = all;
  return { namespace, dimensions, ...(service === undefined ? {} : { service }) };
}
