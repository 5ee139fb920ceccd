/** A figure that must not fall back: a ratio, or a count of bytes, never a time. */
export interface Check {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
}

/** What of the checks is over its limit, a line each. A value that is no number is over every limit. */
export function overBudget(checks: readonly Check[]): string[] {
  return checks
    .filter(({ value, limit }) => !(value <= limit))
    .map(({ name, value, limit }) => `${name}: ${value.toFixed(2)}, and the limit is ${limit}`);
}
