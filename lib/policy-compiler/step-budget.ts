/**
 * A bound on the work for one policy. What a caller is granted follows from the token, and there are tables for which
 * some grants take seconds. If the bound is reached the grant counts as not expressible, which is always safe. The bound
 * is in steps, not in time, so that the same grant has the same outcome on every machine. 10,000 steps take about 1 ms.
 */
export interface StepBudget {
  /** Takes steps. If there are not enough left, the work is given up: {@link withinSteps} catches the throw. */
  take(count: number): void;
}

class OutOfSteps extends Error {
  readonly budget: StepBudget;

  constructor(budget: StepBudget) {
    super();
    this.budget = budget;
  }
}

function stepBudget(steps: number): StepBudget {
  let left = steps;
  const budget: StepBudget = {
    take(count) {
      left -= count;
      if (left < 0) throw new OutOfSteps(budget);
    },
  };
  return budget;
}

/** The result of the work, or `otherwise()` if the work takes more steps than its budget has. */
export function withinSteps<Result>(
  steps: number,
  work: (budget: StepBudget) => Result,
  otherwise: () => Result,
): Result {
  const budget = stepBudget(steps);
  try {
    return work(budget);
  } catch (error) {
    if (error instanceof OutOfSteps && error.budget === budget) return otherwise();
    throw error;
  }
}
