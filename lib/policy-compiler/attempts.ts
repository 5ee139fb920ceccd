import type { ExecuteApiArn } from '../iam/arn.ts';
import { compileGrant, type GrantDocument } from './compile-grant.ts';
import type { GrantedParts } from './grant.ts';
import { withinSteps } from './step-budget.ts';
import type { CompiledTable } from './table.ts';

/** A bounded attempt at a document. */
export interface Attempt {
  /** Step limit; 10,000 steps take about 1 ms. */
  readonly steps: number;
  /** How many routes besides those that were asked for. */
  readonly others: number;
}

/** If the whole grant takes too many steps, a part of it is compiled: smaller and smaller ones. */
export const ATTEMPTS: readonly Attempt[] = [
  { steps: 300_000, others: Number.POSITIVE_INFINITY },
  { steps: 150_000, others: 60 },
  { steps: 50_000, others: 15 },
  { steps: 50_000, others: 5 },
  { steps: 50_000, others: 0 },
];

/** What a document is wanted for. */
export interface AttemptTask {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly asked: ReadonlySet<number>;
  /** Granted routes in the order in which they matter, as far as one matters more than another. */
  readonly lately: readonly number[];
  readonly arn: ExecuteApiArn;
  readonly maxBytes: number;
}

export interface AttemptsResult {
  /** The document of the first attempt that has one. */
  readonly found: GrantDocument | null;
  /** The attempts that are worth to be made for the same grant again: at least the last one. */
  readonly left: readonly Attempt[];
}

export function firstDocument(task: AttemptTask, attempts: readonly Attempt[]): AttemptsResult {
  for (const [index, attempt] of attempts.entries()) {
    const found = documentWithin(task, attempt);
    if (found !== null) return { found, left: attempts.slice(index) };
  }
  return { found: null, left: attempts.slice(-1) };
}

function documentWithin(task: AttemptTask, { steps, others }: Attempt): GrantDocument | null {
  const { table, granted, asked, lately, arn, maxBytes } = task;
  const isWhole = others === Number.POSITIVE_INFINITY;
  const leftOut = isWhole ? new Set<number>() : leftOutBut(task, others);
  const recent = new Set(lately);
  const weights = (route: number) =>
    asked.has(route) ? 1_000_000 : recent.has(route) ? 20 : 1 - route / (2 * table.routes.length);
  const grant = { table, granted: { ...granted, leftOut }, weights, arn, maxBytes, isWhole };
  return withinSteps(
    steps,
    (budget) => compileGrant(grant, budget),
    () => null,
  );
}

/** All granted routes but those that were asked for, and some others: those asked for lately, then in order. */
function leftOutBut({ table, granted, asked, lately }: AttemptTask, others: number): Set<number> {
  const isOther = (route: number) => Boolean(granted.routes[route]) && !asked.has(route);
  const kept = new Set(lately.filter(isOther).slice(0, others));
  const leftOut = new Set<number>();
  for (const route of table.routes.keys()) {
    if (!isOther(route) || kept.has(route)) continue;
    if (kept.size < others) kept.add(route);
    else leftOut.add(route);
  }
  return leftOut;
}
