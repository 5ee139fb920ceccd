import { Refused } from '../decision/errors.ts';
import type { MaybePromise } from '../util/maybe-promise.ts';

/** Turns one form of a token into the next, or refuses the token. Returns a promise only if it must wait. */
export type Step<From, To, Terms> = (form: From, terms: Terms) => MaybePromise<To | Refused>;

/** Looks at a form and changes nothing: `null` lets the token pass. */
export type Check<Form, Terms> = (form: Form, terms: Terms) => MaybePromise<Refused | null>;

/**
 * An ordered list of steps, the first of which receives a `First` and the last of which leaves a `Last`. The compiler
 * checks that each step receives the form that the step before it leaves.
 *
 * An error that a step throws is a fault, not a refusal. It is not caught here.
 */
export class Steps<First, Last, Terms> {
  readonly #steps: readonly Step<unknown, unknown, Terms>[];

  private constructor(steps: readonly Step<unknown, unknown, Terms>[]) {
    this.#steps = steps;
  }

  /** An empty list, to add steps to. */
  static from<Form, Terms>(): Steps<Form, Form, Terms> {
    return new Steps([]);
  }

  step<Next extends object>(step: Step<Last, Next, Terms>): Steps<First, Next, Terms> {
    return new Steps([...this.#steps, step as Step<unknown, unknown, Terms>]);
  }

  check(...checks: readonly Check<Last, Terms>[]): Steps<First, Last, Terms> {
    return new Steps([...this.#steps, ...(checks as readonly Step<unknown, unknown, Terms>[])]);
  }

  /** Runs the steps in order, up to the first that refuses. Synchronous as long as the steps are. */
  run(form: First, terms: Terms): MaybePromise<Last | Refused> {
    return this.#runFrom(0, form, terms) as MaybePromise<Last | Refused>;
  }

  #runFrom(first: number, form: unknown, terms: Terms): unknown {
    let current = form;
    for (let index = first; index < this.#steps.length; index += 1) {
      const step = this.#steps[index] as Step<unknown, unknown, Terms>;
      const outcome = step(current, terms);
      if (outcome instanceof Promise) return this.#resume(outcome, index + 1, current, terms);
      if (outcome instanceof Refused) return outcome;
      current = outcome ?? current;
    }
    return current;
  }

  async #resume(pending: Promise<unknown>, next: number, form: unknown, terms: Terms): Promise<unknown> {
    const outcome = await pending;
    return outcome instanceof Refused ? outcome : this.#runFrom(next, outcome ?? form, terms);
  }
}
