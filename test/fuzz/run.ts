import type { FuzzOptions } from './arguments.ts';
import { type FoundCase, runSlice } from './slice.ts';
import type { AnyTarget } from './target.ts';

/** What became of a target. */
export interface TargetResult {
  readonly target: AnyTarget;
  /** Inputs that were checked. */
  readonly runs: number;
  readonly found: FoundCase | null;
}

/** Longest turn of a target before the next one goes on. */
const MAX_SLICE_MS = 10_000;
/** Least number of turns of each target, so that all of them are tried early. */
const MIN_ROUNDS = 3;

/**
 * Runs the targets in turn until the limit is reached. A target for which a case was found takes no more turns, the others
 * go on. Each turn has a seed of its own: the first is that of the options, the others are counted up from it.
 *
 * @param onFound - called at once
 */
export async function runTargets(
  { targets, limit, seed }: FuzzOptions,
  onFound: (target: AnyTarget, found: FoundCase) => void,
): Promise<readonly TargetResult[]> {
  const results = new Map(
    targets.map((target) => [target, { target, runs: 0, found: null } as TargetResult]),
  );
  const take = async (target: AnyTarget, limits: Parameters<typeof runSlice>[1]): Promise<void> => {
    const { runs, found } = await runSlice(target, limits);
    if (found !== null) onFound(target, found);
    results.set(target, { target, runs: (results.get(target)?.runs ?? 0) + runs, found });
  };
  if (limit.kind !== 'time') {
    for (const target of targets) {
      const runs = limit.kind === 'ci' ? target.ciRuns : limit.runs;
      await take(target, { seed, runs, timeMs: MAX_TIMER_MS });
    }
    return [...results.values()];
  }
  const end = performance.now() + limit.ms;
  const turnMs = Math.min(MAX_SLICE_MS, limit.ms / (targets.length * MIN_ROUNDS));
  for (let round = 0; performance.now() < end; round += 1) {
    const open = targets.filter((target) => results.get(target)?.found === null);
    if (open.length === 0) break;
    for (const target of open) {
      const timeMs = Math.min(turnMs, end - performance.now());
      if (timeMs <= 0) break;
      await take(target, { seed: (seed + round) % 2 ** 31, runs: Number.MAX_SAFE_INTEGER, timeMs });
    }
  }
  return [...results.values()];
}

/** The longest time of a timer in Node.js. */
const MAX_TIMER_MS = 2 ** 31 - 1;
