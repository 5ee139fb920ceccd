import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument, PolicyStatement } from '../iam/policy-document.ts';
import { documentWith, statement } from '../iam/policy-document.ts';
import { MAX_RESOURCE_LENGTH } from '../iam/request-policy.ts';
import type { RouteKey } from '../routes/route-key.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import { type LabelSearch, someRouteHit } from './glob-hits.ts';
import {
  type Grant,
  type GrantSolver,
  type GroupGlobs,
  isObstacle,
  type Obstacle,
  type Style,
} from './grant-solver.ts';
import { ambiguityGuards, anyStageGuards, encodedLiterals, encodingGuards } from './path-guards.ts';
import { allowTails, denyTails } from './resource-tails.ts';
import { type GlobElements, START, segmentGlob, step } from './segment-glob.ts';
import { withinSteps } from './step-budget.ts';

export interface Explanation {
  readonly document: PolicyDocument | null;
  /** Size as JSON; of the smallest that was tried when it is too large. */
  readonly bytes: number;
  /** How the denials are written; `null` without a document. `lean` leaves some of them implicit. */
  readonly style: Style | null;
  /** Set when no policy can express the grant. */
  readonly obstacle: Obstacle | null;
}

/** What stays the same for all grants of a table. */
export interface GrantTable {
  readonly routes: readonly RouteKey[];
  readonly solver: GrantSolver;
  readonly maxBytes: number;
  /** What one document may take. */
  readonly steps: number;
}

/** A grant's solutions, and its documents for as many stages as one function serves at a time. */
export interface CompiledGrant {
  readonly grant: Grant;
  readonly solutions: Map<Style, readonly GroupGlobs[] | Obstacle>;
  readonly documents: BoundedMap<Explanation>;
}

export function newCompiledGrant(grant: Grant): CompiledGrant {
  return { grant, solutions: new Map(), documents: new BoundedMap(8) };
}

const STYLES: readonly Style[] = ['tight', 'wide', 'lean'];

/** Without a document, and without a reason that could be named. */
export const BEYOND_BOUNDS: Explanation = Object.freeze({
  document: null,
  bytes: 0,
  style: null,
  obstacle: null,
});

/** The document of a grant for the ARN's stage, written once. */
export function documentOf(table: GrantTable, entry: CompiledGrant, arn: ExecuteApiArn): Explanation {
  return entry.documents.getOrMake(arn.stagePrefix, () =>
    withinSteps(
      table.steps,
      () => compileGrant(table, entry, arn),
      () => BEYOND_BOUNDS,
    ),
  );
}

/** Writes the document in the most explicit style that fits, and forgets the solutions in the others. */
function compileGrant(table: GrantTable, entry: CompiledGrant, arn: ExecuteApiArn): Explanation {
  let bytes = 0;
  for (const style of STYLES) {
    const solved = solutionOf(table.solver, entry, style);
    // The other styles have wider Denies or fewer: what one cannot express, none can.
    if (isObstacle(solved)) return { document: null, bytes, style: null, obstacle: solved };
    const document = write(table, entry.grant, solved, style, arn);
    bytes = JSON.stringify(document).length;
    if (bytes <= table.maxBytes && fits(document)) return { document, bytes, style, obstacle: null };
    entry.solutions.delete(style);
  }
  return { document: null, bytes, style: null, obstacle: null };
}

function solutionOf(
  solver: GrantSolver,
  entry: CompiledGrant,
  style: Style,
): readonly GroupGlobs[] | Obstacle {
  const known = entry.solutions.get(style);
  if (known !== undefined) return known;
  const solution = solver.solve(entry.grant, style);
  entry.solutions.set(style, solution);
  return solution;
}

function write(
  table: GrantTable,
  grant: Grant,
  solved: readonly GroupGlobs[],
  style: Style,
  arn: ExecuteApiArn,
): PolicyDocument {
  const { solver } = table;
  const prefix = arn.stagePrefix;
  const kept = solver.keptSearch(grant);
  const overReach = style === 'wide' || !solver.isOpen(grant);
  const anyStage = arn.stage === '*';
  const allow = allowTails(solved, anyStage).map((tail) => prefix + tail);
  const deny = denyTails(solved, (glob) => overReach && safeForAnyVerb(solver, kept, glob)).map(
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

/** With a star for the verb a glob may match deeper paths of any verb: fine as long as nothing granted is among them. */
function safeForAnyVerb(solver: GrantSolver, kept: LabelSearch, elements: GlobElements): boolean {
  const glob = segmentGlob(['*', ...elements]);
  const afterVerb = step(glob, START, null);
  return !solver.groups.some((group) => someRouteHit(group.start, glob, kept, afterVerb));
}

function deniedEncodings(table: GrantTable, grant: Grant): ReadonlySet<string> {
  const encodings = table.routes.flatMap((route, index) =>
    grant[index] === 0 ? encodedLiterals(route) : [],
  );
  return new Set(encodings);
}

function fits(document: PolicyDocument): boolean {
  return document.Statement.every(({ Resource }) =>
    (Resource as readonly string[]).every((resource) => resource.length <= MAX_RESOURCE_LENGTH),
  );
}
