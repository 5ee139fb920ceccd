import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../statistics.ts';
import type { Undeclared } from './authorizers.ts';
import { SCOPE_MODELS } from './callers.ts';
import type { RealTable } from './real-tables.ts';

/** A first policy: of one caller, for the first routes of a table. */
export interface CompileCase {
  readonly table: string;
  /** Number of routes. */
  readonly size: number;
  readonly model: string;
  /** Which one of the sample callers. */
  readonly caller: number;
  readonly undeclared: Undeclared;
}

/** CPU time of the main thread, milliseconds. */
export interface CompileTime {
  /** From the routes to a compiler, with the analysis of the table. */
  readonly startUp: number;
  /** The first policy in the process. */
  readonly firstPolicy: number;
}

/** Times of several cases. */
export interface CompileTimes {
  readonly size: number;
  readonly undeclared: Undeclared;
  readonly cases: number;
  readonly startUp: Spread;
  readonly firstPolicy: Spread;
}

export interface Spread {
  readonly median: number;
  readonly worst: number;
}

export const SIZES = [10, 100, 300, 700] as const;

/** Processes for each case. The quickest counts: what else the machine does only adds. */
const RUNS = 2;

/**
 * Times the first policy of a caller in fresh processes, one after another, by the number of routes.
 *
 * @param cases - for each size and mode
 */
export function compileTimes(
  tables: readonly RealTable[],
  sizes: readonly number[],
  cases: number,
): readonly CompileTimes[] {
  return sizes.flatMap((size) =>
    (['absent', 'deny'] as const).map((undeclared) => {
      const times = casesOf(tables, size, undeclared, cases).map(quickest);
      return {
        size,
        undeclared,
        cases: times.length,
        startUp: spreadOf(times.map(({ startUp }) => startUp)),
        firstPolicy: spreadOf(times.map(({ firstPolicy }) => firstPolicy)),
      };
    }),
  );
}

/** Goes round the tables that are large enough, the models and the kinds of callers. */
function casesOf(
  tables: readonly RealTable[],
  size: number,
  undeclared: Undeclared,
  count: number,
): readonly CompileCase[] {
  const large = tables.filter(({ keys }) => keys.length >= size);
  const models = Object.keys(SCOPE_MODELS);
  return Array.from({ length: count }, (_, at) => {
    const { name } = large[at % large.length] as RealTable;
    // Callers 1, 2 and 3 of each five have about half of the scopes, nine tenths, and all but one.
    return {
      table: name,
      size,
      model: models[Math.floor(at / 3) % models.length] as string,
      caller: 1 + (at % 3),
      undeclared,
    };
  });
}

function quickest(one: CompileCase): CompileTime {
  const times = Array.from({ length: RUNS }, () => timeInProcess(one));
  return {
    startUp: Math.min(...times.map(({ startUp }) => startUp)),
    firstPolicy: Math.min(...times.map(({ firstPolicy }) => firstPolicy)),
  };
}

function timeInProcess(one: CompileCase): CompileTime {
  const worker = fileURLToPath(new URL('compile-worker.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', worker, JSON.stringify(one)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as CompileTime;
}

function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), worst: Math.max(...values) };
}
