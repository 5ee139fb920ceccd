import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { AnyTarget } from './target.ts';
import { TARGETS } from './targets.ts';

/** How long a run goes on. */
export type Limit =
  /** All targets together. */
  | { readonly kind: 'time'; readonly ms: number }
  /** Each target. */
  | { readonly kind: 'runs'; readonly runs: number }
  /** The fixed slice of CI: as many as each target says. */
  | { readonly kind: 'ci' };

export interface FuzzOptions {
  readonly targets: readonly AnyTarget[];
  readonly limit: Limit;
  readonly seed: number;
}

/** The seed of the fixed slice. */
const CI_SEED = 20_261_129;
const MAX_SEED = 2 ** 31 - 1;
const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** @throws {UsageError} */
export class UsageError extends Error {
  constructor(problem: string) {
    const names = TARGETS.map(({ name }) => name).join(', ');
    super(
      `${problem}\n` +
        'usage: npm run fuzz -- [TIME] [TARGET...] [--seed N] [--runs N] [--ci]\n' +
        '  TIME     of all targets together: 60s, 10m, 2h, or a number of seconds. Default: 60s\n' +
        `  TARGET   default: all of ${names}\n` +
        '  --seed   the first seed. Default: a random one\n' +
        '  --runs   as many inputs for each target, in place of TIME\n' +
        '  --ci     the fixed slice of CI: its seed and its runs',
    );
    this.name = 'UsageError';
  }
}

/** @throws {UsageError} names the argument that is wrong */
export function parseArguments(args: readonly string[]): FuzzOptions {
  const { positionals, values } = parsed(args);
  const times = positionals.filter((text) => /^\d/.test(text));
  const names = positionals.filter((text) => !/^\d/.test(text));
  if (times.length > 1) throw new UsageError(`two times are given: ${times.join(' and ')}`);
  const [time] = times;
  const seed = values.seed === undefined ? null : whole(values.seed, '--seed', 0);
  if (values.ci) {
    const others = [time, values.seed, values.runs].filter((one) => one !== undefined);
    if (others.length > 0) throw new UsageError('--ci has a fixed seed and fixed runs: remove the others');
    return { targets: targetsOf(names), limit: { kind: 'ci' }, seed: CI_SEED };
  }
  return { targets: targetsOf(names), limit: limitOf(time, values.runs), seed: seed ?? randomInt(MAX_SEED) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seed: { type: 'string' }, runs: { type: 'string' }, ci: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function limitOf(time: string | undefined, runs: string | undefined): Limit {
  if (runs !== undefined && time !== undefined) {
    throw new UsageError(`${time} and --runs both limit the run: remove one of them`);
  }
  return runs === undefined
    ? { kind: 'time', ms: millisecondsOf(time ?? '60s') }
    : { kind: 'runs', runs: whole(runs, '--runs', 1) };
}

function millisecondsOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([smh]?)$/.exec(text) ?? [];
  const ms = Number(digits) * (UNITS[unit] as number);
  if (!(ms > 0)) throw new UsageError(`'${text}' is not a time`);
  return ms;
}

function whole(text: string, option: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= MAX_SEED) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${MAX_SEED}, not '${text}'`);
}

function targetsOf(names: readonly string[]): readonly AnyTarget[] {
  if (names.length === 0) return TARGETS;
  return [...new Set(names)].map((name) => {
    const found = TARGETS.find((target) => target.name === name);
    if (found === undefined) throw new UsageError(`no target is named '${name}'`);
    return found;
  });
}
