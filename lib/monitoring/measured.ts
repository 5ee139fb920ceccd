import { DIMENSIONS } from '../observing/metric-names.ts';
import { nonEmptyString, optional, plainMap, refuse } from '../util/option-checks.ts';

/** Which metrics are watched. The same values as the authorizer has. */
export interface MeasuredOptions {
  /**
   * The dimension `service`: `POWERTOOLS_SERVICE_NAME` of the authorizer.
   *
   * @default 'service_undefined', as in Powertools
   */
  readonly service?: string;
  /**
   * `POWERTOOLS_METRICS_NAMESPACE` of the authorizer.
   *
   * @default 'Auth0Authorizer'
   */
  readonly namespace?: string;
  /**
   * The authorizer's option `metricsDimensions`.
   *
   * @default none
   */
  readonly dimensions?: Readonly<Record<string, string>>;
}

export const MEASURED_OPTIONS = [
  'service',
  'namespace',
  'dimensions',
] as const satisfies readonly (keyof MeasuredOptions)[];

/** What all metrics of one authorizer have in common. */
export interface Measured {
  readonly namespace: string;
  /** The dimensions of every metric, `service` first. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** @throws {OptionError} */
export function parseMeasured(options: { readonly [key in keyof MeasuredOptions]?: unknown }): Measured {
  return {
    namespace: optional(options, '', 'namespace', 'Auth0Authorizer', searchable),
    dimensions: {
      service: optional(options, '', 'service', 'service_undefined', searchable),
      ...optional(options, '', 'dimensions', {}, dimensions),
    },
  };
}

const OWN: readonly string[] = ['service', ...Object.values(DIMENSIONS)];

function dimensions(value: unknown, path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(plainMap(value, path));
  return Object.fromEntries(
    entries.map(([name, text]) => {
      if (OWN.includes(name)) refuse(`${path}.${name}`, 'is a dimension of the metrics themselves');
      return [searchable(name, `${path}.${name}`), searchable(text, `${path}.${name}`)];
    }),
  );
}

/** What the search language of CloudWatch takes between double quotes. */
function searchable(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  return /["'\\]/.test(text) ? refuse(path, 'must have no quotes and no backslash') : text;
}
