/** A function of the options: a claim predicate, a custom check, a country look-up. */
export type UserFunction = (...args: never[]) => unknown;

type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown };

/**
 * Calls functions of the options, each at most once a request for the same input. So a predicate that several routes
 * use, for the verdict and for the policy, is called once.
 */
export class UserCalls {
  #outcomes: Map<UserFunction, Map<string, Outcome>> | null = null;

  /**
   * Returns what the function returned, or throws what it threw, in this request.
   *
   * @param input - names what `call` passes to the function: a claim, for example. The same name must mean the same
   *   input throughout a request
   */
  once(fn: UserFunction, input: string, call: () => unknown): unknown {
    this.#outcomes ??= new Map();
    const byInput = this.#outcomes.get(fn) ?? new Map<string, Outcome>();
    this.#outcomes.set(fn, byInput);
    const outcome = byInput.get(input) ?? outcomeOf(call);
    byInput.set(input, outcome);
    if (outcome.kind === 'threw') throw outcome.error;
    return outcome.value;
  }
}

function outcomeOf(call: () => unknown): Outcome {
  try {
    return { kind: 'returned', value: call() };
  } catch (error) {
    return { kind: 'threw', error };
  }
}
