import type { ColdResult } from './cold/since-start.ts';
import type { GrowthResult } from './growth.ts';
import type { MemoryStep } from './memory-worker.ts';
import type { WarmResult } from './warm.ts';

/** The results of one run. */
export interface Results {
  readonly environment: Environment;
  readonly warm: readonly WarmResult[];
  readonly cold: readonly ColdResult[];
  /** This package with Middy, bundled by esbuild and minified. */
  readonly bundleBytes: number;
  readonly growth: readonly GrowthResult[];
  readonly memory: readonly MemoryStep[];
}

export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly seconds: number;
}

/** @throws if there is no result of that name */
export function named<Result extends { readonly name: string }>(
  results: readonly Result[],
  name: string,
): Result {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`no result of ${name}`);
  return found;
}
