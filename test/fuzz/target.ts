import type fc from 'fast-check';

/** A claim about this package, and inputs that could prove it wrong. */
export interface FuzzTarget<Input> {
  /** Name on the command line. */
  readonly name: string;
  /** What holds for each input: the title of the test that is printed for an input for which it does not. */
  readonly claim: string;
  /** The test file in which a found case belongs once it is mended. */
  readonly home: string;
  /** Plain data without functions and instances of classes, so that a printed test can contain an input as a literal. */
  readonly inputs: fc.Arbitrary<Input>;
  /** Inputs of the fixed slice that CI runs. */
  readonly ciRuns: number;
  /** Throws or rejects if the claim does not hold. Must not depend on inputs before. */
  check(input: Input): void | Promise<void>;
}

/** A target among others, with inputs of its own type. */
export type AnyTarget = FuzzTarget<unknown>;
