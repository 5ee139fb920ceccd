/**
 * Bounds the work on one policy. What a caller is granted follows from the token, and there are tables of routes for
 * which some grants take seconds; beyond the bound they count as not expressible, which is always safe. Steps and not
 * time, so that the same grant has the same outcome on any machine. The work is synchronous: one counter does for all.
 */

class OutOfSteps extends Error {}

let left = Number.POSITIVE_INFINITY;

/** Takes so many steps, or gives up the work that `withinSteps` bounds. */
export function takeSteps(count: number): void {
  left -= count;
  if (left < 0) throw new OutOfSteps();
}

/** What the work comes to, or what there is without it if it takes more than so many steps. */
export function withinSteps<Result>(steps: number, work: () => Result, otherwise: () => Result): Result {
  const outer = left;
  const allowed = Math.min(steps, outer);
  left = allowed;
  const end = () => {
    left = outer - (allowed - left);
  };
  try {
    const result = work();
    end();
    return result;
  } catch (error) {
    end();
    if (error instanceof OutOfSteps) return otherwise();
    throw error;
  }
}
