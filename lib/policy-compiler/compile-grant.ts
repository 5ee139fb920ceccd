import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { type Draft, draftsFor } from './drafts.ts';
import type { GrantedParts } from './grant.ts';
import { type LayoutTerms, layoutTerms, mayUseRest } from './layout.ts';
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
  const room = task.maxBytes - guardBytes(task.arn, task.table.routing);
  for (const draft of draftsFor(terms, task.weights, task.isWhole, room)) {
    const written = leastSize(draft) > room ? null : writtenAs(terms, draft, task);
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

function writtenAs(terms: LayoutTerms, draft: Draft, { arn, maxBytes, isWhole }: GrantTask) {
  const { allow, deny, spare, forms, isPart } = draft;
  const tails = tailsOf(terms, allow, deny, spare, arn.stage === '*');
  // A part is small for want of room.
  const longer = isWhole && !isPart ? longerPaths(terms) : [];
  const withLonger = { ...tails, deny: [...tails.deny, ...longer] };
  for (const form of forms) {
    const written = documentFor(withLonger, arn, form, maxBytes) ?? documentFor(tails, arn, form, maxBytes);
    if (written !== null) return written;
  }
  return null;
}
