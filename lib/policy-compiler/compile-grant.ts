import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { type Draft, draftsFor } from './drafts.ts';
import { type GrantedParts, mayUseRest } from './grant.ts';
import { type LayoutTerms, layoutTerms } from './layout.ts';
import { longerPaths } from './longer-paths.ts';
import { lostRoutes, reservedRoutes } from './lost-routes.ts';
import { type Obstacle, type Settled, settle, type Weights } from './settle.ts';
import type { StepBudget } from './step-budget.ts';
import type { CompiledTable } from './table.ts';
import type { VerbGlob } from './verb-globs.ts';
import { sizeOf } from './verb-patterns.ts';
import { denyAll, documentFor, guardBytes, tailsOf } from './write-document.ts';

/** What one document is to be for. */
export interface GrantTask {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly weights: Weights;
  readonly arn: ExecuteApiArn;
  readonly maxBytes: number;
  /** Whether all that is granted is wanted, with explicit denials where they fit. */
  readonly isWhole: boolean;
}

export interface GrantDocument {
  readonly document: PolicyDocument;
  readonly bytes: number;
  /** Granted routes that it does not, or not wholly, allow. */
  readonly leftOut: readonly number[];
  /** Routes of which it denies paths with a parameter that spells a literal. */
  readonly reserved: readonly number[];
  readonly obstacle: Obstacle | null;
}

/** Writes the document for a grant, the most explicit one that fits; `null` if not even part of one does. */
export function compileGrant(task: GrantTask, budget: StepBudget): GrantDocument | null {
  const settled = settle(task.table, task.granted, task.weights, budget);
  const isNothing = settled.groups.every(({ allowed }) => allowed.length === 0);
  if (isNothing && !mayUseRest(task.granted)) return nothingAllowed(task, settled);
  const terms = layoutTerms(task.table, task.granted, settled, budget);
  // A part is small for want of room.
  const longer = task.isWhole ? longerPaths(terms) : [];
  const room = task.maxBytes - guardBytes(task.arn, task.table.routing);
  for (const draft of draftsFor(terms, task.weights, task.isWhole, room)) {
    const written =
      leastSize(draft) > room ? null : writtenAs(terms, draft, draft.isPart ? [] : longer, task);
    if (written === null) continue;
    const leftOut = draft.isPart ? lostRoutes(terms, draft) : [...settled.leftOut];
    return { ...written, leftOut, reserved: reservedRoutes(terms, draft), obstacle: settled.obstacle };
  }
  return null;
}

function nothingAllowed({ arn }: GrantTask, { leftOut, obstacle }: Settled): GrantDocument {
  const document = denyAll(arn);
  const bytes = JSON.stringify(document).length;
  return { document, bytes, leftOut: [...leftOut], reserved: [], obstacle };
}

/** The characters of the globs if one pattern were enough for the verbs of each: the document has no fewer. */
function leastSize({ allow, deny }: Draft): number {
  const sum = (globs: readonly VerbGlob[]) =>
    globs.reduce((total, { glob }) => total + sizeOf(glob.text, 1) - 2, 0);
  return sum(allow) + sum(deny);
}

/** @param longer - Denies to be added if there is room */
function writtenAs(
  terms: LayoutTerms,
  draft: Draft,
  longer: readonly string[],
  { arn, maxBytes }: GrantTask,
) {
  const { allow, deny, spare, forms } = draft;
  const tails = tailsOf(terms, allow, deny, spare, arn.stage === '*');
  const ways = longer.length === 0 ? [tails] : [{ ...tails, deny: [...tails.deny, ...longer] }, tails];
  for (const form of forms) {
    for (const way of ways) {
      const written = documentFor(way, arn, form, maxBytes);
      if (written !== null) return written;
    }
  }
  return null;
}
