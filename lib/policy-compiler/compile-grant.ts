import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { hitsSome, rememberedSearch } from './glob-hits.ts';
import { type GrantedParts, STATUS } from './grant.ts';
import {
  denyTerms,
  exchangedLayout,
  explicitDenies,
  type Layout,
  type LayoutTerms,
  layoutTerms,
  narrowLayout,
  wideLayout,
} from './layout.ts';
import { packed } from './pack.ts';
import { regroupAll } from './regroup.ts';
import { covers } from './segment-glob.ts';
import { type Obstacle, settle, type Weights } from './settle.ts';
import type { StepBudget } from './step-budget.ts';
import type { CompiledTable } from './table.ts';
import { simplified, type VerbGlob } from './verb-globs.ts';
import { verbSetOf } from './verb-patterns.ts';
import { type ArnForm, denyAll, documentFor, tailsOf } from './write-document.ts';

/** What one document is to be for. */
export interface GrantTask {
  readonly table: CompiledTable;
  readonly granted: GrantedParts;
  readonly weights: Weights;
  readonly arn: ExecuteApiArn;
  readonly maxBytes: number;
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

/** Globs that are ready to be written. */
interface Draft {
  readonly allow: readonly VerbGlob[];
  readonly deny: readonly VerbGlob[];
  readonly spare: number;
  readonly forms: readonly ArnForm[];
}

const BOTH: readonly ArnForm[] = ['full', 'short'];
const SHORT: readonly ArnForm[] = ['short'];

/** Writes the document for a grant, the most explicit one that fits; `null` if not even part of one does. */
export function compileGrant(task: GrantTask, budget: StepBudget): GrantDocument | null {
  const { table, granted, weights, arn } = task;
  const settled = settle(table, granted, weights, budget);
  if (settled === null) return null;
  const terms = layoutTerms(table, granted, settled, budget);
  const { leftOut, obstacle } = settled;
  if (settled.groups.every(({ allowed }) => allowed.length === 0) && !mayUseRest(granted)) {
    const document = denyAll(arn);
    return {
      document,
      bytes: JSON.stringify(document).length,
      leftOut: [...leftOut],
      reserved: [],
      obstacle,
    };
  }
  for (const draft of wholeDrafts(terms)) {
    const written = writtenAs(terms, draft, task);
    if (written !== null)
      return { ...written, leftOut: [...leftOut], reserved: reservedIn(terms, draft), obstacle };
  }
  for (const draft of partDrafts(terms, weights, task)) {
    const written = writtenAs(terms, draft, task);
    if (written !== null)
      return { ...written, leftOut: leftOutIn(terms, draft), reserved: reservedIn(terms, draft), obstacle };
  }
  return null;
}

function mayUseRest({ undeclared, mayUseUndeclared }: GrantedParts): boolean {
  return undeclared === 'rules' && mayUseUndeclared;
}

function writtenAs(terms: LayoutTerms, { allow, deny, spare, forms }: Draft, { arn, maxBytes }: GrantTask) {
  const tails = tailsOf(terms, allow, deny, spare, arn.stage === '*');
  for (const form of forms) {
    const written = documentFor(tails, arn, form, maxBytes);
    if (written !== null) return written;
  }
  return null;
}

/** Drafts for all that the grant covers: from the most explicit to the smallest. */
function* wholeDrafts(terms: LayoutTerms): Generator<Draft> {
  const { budget } = terms;
  const merged = (globs: readonly VerbGlob[], spare: number) =>
    simplified(regroupAll(globs, denyTerms(terms, spare)), budget);
  const { reserved, undeclared, kept } = STATUS;
  if (mayUseRest(terms.granted)) {
    const wide = wideLayout(terms);
    yield { allow: wide.allow, deny: wide.required, spare: undeclared, forms: BOTH };
    yield { allow: wide.allow, deny: merged(wide.required, undeclared), spare: undeclared, forms: BOTH };
  }
  const narrow = narrowLayout(terms);
  const explicit = simplified([...narrow.required, ...explicitDenies(terms)], budget);
  const strict = undeclared;
  yield { allow: narrow.allow, deny: explicit, spare: strict, forms: BOTH };
  const explicitMerged = merged(explicit, strict);
  yield { allow: narrow.allow, deny: explicitMerged, spare: strict, forms: BOTH };
  if (!mayUseRest(terms.granted)) {
    const wide = wideLayout(terms);
    yield { allow: wide.allow, deny: wide.required, spare: strict, forms: BOTH };
    yield { allow: wide.allow, deny: merged(wide.required, strict), spare: strict, forms: BOTH };
  }
  yield { allow: narrow.allow, deny: merged(narrow.required, strict), spare: strict, forms: SHORT };
  const exchanged = exchangedLayout(terms, reserved);
  yield { allow: exchanged.allow, deny: merged(exchanged.required, strict), spare: strict, forms: SHORT };
  const loose = exchangedLayout(terms, kept);
  yield { allow: loose.allow, deny: merged(loose.required, kept), spare: kept, forms: SHORT };
  yield { allow: narrow.allow, deny: merged(narrow.required, kept), spare: kept, forms: SHORT };
}

/** Drafts for part of what the grant covers, from large to small. */
function* partDrafts(terms: LayoutTerms, weights: Weights, { maxBytes }: GrantTask): Generator<Draft> {
  const { budget } = terms;
  const layout: Layout = exchangedLayout(terms, STATUS.kept);
  const deny = simplified(regroupAll(layout.required, denyTerms(terms, STATUS.kept)), budget);
  for (const one of packed(terms, layout, deny, weights, maxBytes - 2300)) {
    yield { ...one, spare: STATUS.kept, forms: SHORT };
  }
}

/** Granted routes that a draft does not wholly allow. */
function leftOutIn(
  { table, granted, groups, budget }: LayoutTerms,
  { allow, deny }: Draft,
): readonly number[] {
  const leftOut = new Set<number>();
  for (const { group } of groups) {
    const verbs = verbSetOf(group.verbs);
    const allows = allow.filter((one) => (one.verbs & verbs) !== 0);
    const denies = deny.filter((one) => (one.verbs & verbs) !== 0);
    for (const route of group.routes) {
      if (!granted.routes[route] || leftOut.has(route)) continue;
      budget.take(allows.length + denies.length);
      const isAllowed = table
        .ownOf(route)
        .every((own) => allows.some(({ glob }) => own.text === glob.text || covers(glob, own.elements)));
      if (!isAllowed) leftOut.add(route);
    }
    const search = rememberedSearch((label) => {
      const { routes, spelled } = table.labels.landings[label] ?? { routes: [], spelled: true };
      return !spelled && routes.length > 0 && routes.every((route) => Boolean(granted.routes[route]));
    }, budget);
    for (const { glob } of denies) {
      hitsSome(group.start, glob, {
        budget,
        canSkip: (state) => !search.below(state),
        found(label) {
          if (search.found(label))
            for (const route of table.labels.landings[label]?.routes ?? []) leftOut.add(route);
          return false;
        },
      });
    }
  }
  return [...leftOut];
}

/** Granted routes with paths that a draft denies because a parameter spells a literal. */
function reservedIn({ table, grant, groups, from, budget }: LayoutTerms, { deny }: Draft): readonly number[] {
  const found = new Set<number>();
  const search = from(STATUS.reserved);
  for (const { group } of groups) {
    for (const { glob, verbs } of deny) {
      if ((verbs & verbSetOf(group.verbs)) === 0) continue;
      hitsSome(group.start, glob, {
        budget,
        canSkip: (state) => !search.below(state),
        found(label) {
          if (grant[label] === STATUS.reserved)
            for (const route of table.labels.landings[label]?.routes ?? []) found.add(route);
          return false;
        },
      });
    }
  }
  return [...found];
}
