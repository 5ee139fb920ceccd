import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument, PolicyStatement } from '../iam/policy-document.ts';
import { documentWith, statement } from '../iam/policy-document.ts';
import { MAX_RESOURCE_LENGTH } from '../iam/request-policy.ts';
import type { RouteKey } from '../routes/route-key.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import { hitsSome, type LabelSearch } from './glob-hits.ts';
import type { Grant, Obstacle } from './grant.ts';
import type { GrantSolver, Solution, Solved, Style } from './grant-solver.ts';
import { ambiguityGuards, anyStageGuards, encodedLiterals, encodingGuards } from './path-guards.ts';
import { allowTails, denyTails } from './resource-tails.ts';
import { type GlobElements, START, segmentGlob, step } from './segment-glob.ts';
import { type StepBudget, withinSteps } from './step-budget.ts';

/** A document for a grant, or why there is none. `bytes` is the size as JSON. */
export type Explanation =
  | {
      readonly kind: 'exact';
      readonly document: PolicyDocument;
      readonly bytes: number;
      /** How the denials are written. `lean` leaves some of them implicit. */
      readonly style: Style;
    }
  /** No policy can express the grant. */
  | { readonly kind: 'conflict'; readonly document: null; readonly obstacle: Obstacle }
  /** The smallest document that was tried has this size. */
  | { readonly kind: 'too-large'; readonly document: null; readonly bytes: number }
  /** The table is too deep or too intertwined to compile, or this grant of it takes too many steps. */
  | { readonly kind: 'beyond-bounds'; readonly document: null };

/** What stays the same for all grants of a table. */
export interface GrantTable {
  readonly routes: readonly RouteKey[];
  readonly solver: GrantSolver;
  readonly maxBytes: number;
  /** Limit for one document. */
  readonly steps: number;
}

/** A grant's solutions, and its documents for as many stages as one function serves at a time. */
export interface CompiledGrant {
  readonly grant: Grant;
  readonly solutions: Map<Style, Solution>;
  readonly documents: BoundedMap<Explanation>;
}

export function newCompiledGrant(grant: Grant): CompiledGrant {
  return { grant, solutions: new Map(), documents: new BoundedMap(8) };
}

const STYLES: readonly Style[] = ['tight', 'wide', 'lean'];

export const BEYOND_BOUNDS: Explanation = Object.freeze({ kind: 'beyond-bounds', document: null });

/** The document of a grant for the ARN's stage, written once. */
export function documentOf(table: GrantTable, entry: CompiledGrant, arn: ExecuteApiArn): Explanation {
  return entry.documents.getOrMake(arn.stagePrefix, () =>
    withinSteps(
      table.steps,
      (budget) => compileGrant(table, entry, arn, budget),
      () => BEYOND_BOUNDS,
    ),
  );
}

/** Writes the document in the most explicit style that fits, and forgets the solutions in the other styles. */
function compileGrant(
  table: GrantTable,
  entry: CompiledGrant,
  arn: ExecuteApiArn,
  budget: StepBudget,
): Explanation {
  let bytes = 0;
  for (const style of STYLES) {
    const solution = solutionOf(table.solver, entry, style, budget);
    // The other styles have wider Denies or fewer: what one cannot express, none can.
    if (solution.kind === 'obstacle') return { kind: 'conflict', document: null, obstacle: solution };
    const document = write(table, entry.grant, solution, style, arn, budget);
    bytes = JSON.stringify(document).length;
    if (bytes <= table.maxBytes && hasValidLengths(document))
      return { kind: 'exact', document, bytes, style };
    entry.solutions.delete(style);
  }
  return { kind: 'too-large', document: null, bytes };
}

function solutionOf(solver: GrantSolver, entry: CompiledGrant, style: Style, budget: StepBudget): Solution {
  const solution = entry.solutions.get(style) ?? solver.solve(entry.grant, style, budget);
  entry.solutions.set(style, solution);
  return solution;
}

function write(
  table: GrantTable,
  grant: Grant,
  { groups }: Solved,
  style: Style,
  arn: ExecuteApiArn,
  budget: StepBudget,
): PolicyDocument {
  const { solver } = table;
  const prefix = arn.stagePrefix;
  const kept = solver.keptSearch(grant, budget);
  const overReach = style === 'wide' || grant[solver.labels.undeclared] === 0;
  const anyStage = arn.stage === '*';
  const allow = allowTails(groups, anyStage).map((tail) => prefix + tail);
  const deny = denyTails(groups, (glob) => overReach && isSafeForAnyVerb(solver, kept, glob)).map(
    (tail) => prefix + tail,
  );
  if (allow.length === 0) return frozenDocument(frozen('Deny', [`${prefix}*`]));
  deny.push(
    ...ambiguityGuards(arn.partition),
    ...encodingGuards(arn.partition, deniedEncodings(table, grant)),
    ...(anyStage ? anyStageGuards(prefix) : []),
  );
  return frozenDocument(frozen('Allow', allow), frozen('Deny', deny));
}

function frozenDocument(...statements: readonly PolicyStatement[]): PolicyDocument {
  return Object.freeze(documentWith(Object.freeze(statements)));
}

function frozen(effect: 'Allow' | 'Deny', resources: readonly string[]): PolicyStatement {
  return Object.freeze(statement(effect, Object.freeze(resources)));
}

/** With a star for the verb a glob may match deeper paths of any verb, which is fine if nothing granted is among them. */
function isSafeForAnyVerb(solver: GrantSolver, kept: LabelSearch, elements: GlobElements): boolean {
  const glob = segmentGlob(['*', ...elements]);
  const afterVerb = step(glob, START, null);
  return !solver.groups.some((group) => hitsSome(group.start, glob, kept, afterVerb));
}

function deniedEncodings(table: GrantTable, grant: Grant): ReadonlySet<string> {
  const encodings = table.routes.flatMap((route, index) =>
    grant[index] === 0 ? encodedLiterals(route) : [],
  );
  return new Set(encodings);
}

function hasValidLengths(document: PolicyDocument): boolean {
  return document.Statement.every(({ Resource }) =>
    [Resource].flat().every((resource) => resource.length <= MAX_RESOURCE_LENGTH),
  );
}
