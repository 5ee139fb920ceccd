/** A figure with a limit: a ratio or a count of bytes. Not a time, which depends on the machine. */
export interface Check {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
}

/** The checks over their limit, a line each. NaN is over every limit. */
export function overBudget(checks: readonly Check[]): string[] {
  return checks
    .filter(({ value, limit }) => !(value <= limit))
    .map(({ name, value, limit }) => `${name}: ${value.toFixed(2)}, and the limit is ${limit}`);
}

/** The smaller value of each check in two runs of the same checks. */
export function bestOf(one: readonly Check[], other: readonly Check[]): Check[] {
  return one.map((check, index) => {
    const value = Math.min(check.value, other[index]?.value ?? Number.NaN);
    return { ...check, value };
  });
}
