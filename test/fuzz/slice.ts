import fc from 'fast-check';
import type { AnyTarget } from './target.ts';

/** How much of a target is run at once. */
export interface SliceLimits {
  readonly seed: number;
  /** Inputs at most. */
  readonly runs: number;
  /** Milliseconds; the input that is being checked may take longer. */
  readonly timeMs: number;
}

/** An input for which a claim does not hold. */
export interface FoundCase {
  /** Minimised. */
  readonly input: unknown;
  readonly error: unknown;
  readonly seed: number;
  /** fast-check's path to the minimised input, from the seed. */
  readonly path: string;
}

export interface SliceResult {
  /** Inputs that were checked. */
  readonly runs: number;
  readonly found: FoundCase | null;
}

/** Longest time for one input. Longer is a hang, which is a finding. */
const INPUT_TIMEOUT_MS = 20_000;
/** Time to minimise a case beyond the time of the slice. */
const SHRINKING_MS = 20_000;

/** Checks random inputs until a limit is reached or the claim does not hold. */
export async function runSlice(target: AnyTarget, { seed, runs, timeMs }: SliceLimits): Promise<SliceResult> {
  const property = fc.asyncProperty(target.inputs, async (input) => target.check(input));
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
    timeout: INPUT_TIMEOUT_MS,
    interruptAfterTimeLimit: timeMs,
  });
  if (!isFound(details)) return { runs: details.numRuns, found: null };
  // The time of the slice can end while the case is being minimised: goes on from there.
  const smaller = details.interrupted
    ? await fc.check(property, {
        seed: details.seed,
        path: details.counterexamplePath,
        numRuns: 1,
        timeout: INPUT_TIMEOUT_MS,
        interruptAfterTimeLimit: SHRINKING_MS,
      })
    : details;
  return { runs: details.numRuns, found: caseOf(isFound(smaller) ? smaller : details) };
}

type Found = Extract<fc.RunDetails<[unknown]>, { counterexample: [unknown] }>;

function isFound(details: fc.RunDetails<[unknown]>): details is Found {
  return details.failed && details.counterexample !== null;
}

function caseOf({ counterexample, seed, counterexamplePath, errorInstance }: Found): FoundCase {
  return { input: counterexample[0], error: errorInstance, seed, path: counterexamplePath };
}
