/**
 * The metrics that are divided, by the dimension that divides them. A dimension takes its values from a closed set: the
 * outcomes, the codes, and the rules of the options. CloudWatch charges for each value, so none is a route, a caller or a key.
 */
export const DIMENSIONS = {
  Decisions: 'outcome',
  Refusals: 'refusal',
  Faults: 'fault',
  Reports: 'rule',
} as const;

/** The units of all other metrics. */
export const UNITS = {
  Duration: 'Milliseconds',
  ColdStart: 'Count',
  PolicyPartial: 'Count',
  KeysStale: 'Count',
  KeysAge: 'Seconds',
  KeyRefreshFailed: 'Count',
  StoreFailed: 'Count',
  RevocationsAge: 'Seconds',
} as const;

export type DividedMetric = keyof typeof DIMENSIONS;

export type PlainMetric = keyof typeof UNITS;
