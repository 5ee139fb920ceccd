import { exchangedLayout } from './exchange.ts';
import { mayUseRest, STATUS } from './grant.ts';
import {
  denyTerms,
  explicitDenies,
  type Layout,
  type LayoutTerms,
  narrowLayout,
  wideLayout,
} from './layout.ts';
import { packed } from './pack.ts';
import { regroupAll } from './regroup.ts';
import type { Weights } from './settle.ts';
import { simplified, type VerbGlob } from './verb-globs.ts';
import { sizeOf } from './verb-patterns.ts';
import type { ArnForm } from './write-document.ts';

/** Globs that are ready to be written. */
export interface Draft {
  readonly allow: readonly VerbGlob[];
  readonly deny: readonly VerbGlob[];
  /** Denies must not touch labels from this status on. */
  readonly spare: number;
  readonly forms: readonly ArnForm[];
  /** Whether routes are missing. */
  readonly isPart: boolean;
}

const BOTH: readonly ArnForm[] = ['full', 'short'];
const SHORT: readonly ArnForm[] = ['short'];

/** Merging Denies does not make them so many times smaller. */
const MOST_MERGED = 4;

/**
 * Drafts for what the grant covers, from the most explicit to the smallest, then for ever smaller parts of it.
 *
 * @param isWhole - whether large drafts, which deny more than is needed, are worth a try
 * @param room - characters that the globs may take: what is hopelessly larger is not tried
 */
export function* draftsFor(
  terms: LayoutTerms,
  weights: Weights,
  isWhole: boolean,
  room: number,
): Generator<Draft> {
  const { kept } = STATUS;
  const narrow = isWhole ? yield* largeDrafts(terms, room) : null;
  const loose = exchangedLayout(terms, kept);
  const smallest = small(terms, loose, kept);
  yield smallest;
  if (narrow !== null) yield small(terms, narrow, kept);
  for (const one of packed(terms, loose, smallest.deny, weights, room)) {
    yield { ...one, spare: kept, forms: SHORT, isPart: true };
  }
}

/** @returns the narrow layout, which is wanted again */
function* largeDrafts(terms: LayoutTerms, room: number): Generator<Draft, Layout> {
  if (mayUseRest(terms.granted)) yield* wideDrafts(terms, room);
  const narrow = narrowLayout(terms);
  yield* explicitDrafts(terms, narrow, room);
  if (!mayUseRest(terms.granted)) yield* wideDrafts(terms, room);
  yield small(terms, narrow, STATUS.undeclared);
  yield small(terms, exchangedLayout(terms, STATUS.reserved), STATUS.undeclared);
  return narrow;
}

/** Deny every closed route that can be denied, and allow as widely as that permits. */
function* wideDrafts(terms: LayoutTerms, room: number): Generator<Draft> {
  const { allow, required } = wideLayout(terms);
  yield* eachWay(terms, { allow, deny: required, spare: STATUS.undeclared, forms: BOTH }, room);
}

/** Allow as little as can be, and deny every closed route that can be denied. */
function* explicitDrafts(terms: LayoutTerms, { allow, required }: Layout, room: number): Generator<Draft> {
  const deny = simplified([...required, ...explicitDenies(terms)], terms.budget);
  yield* eachWay(terms, { allow, deny, spare: STATUS.undeclared, forms: BOTH }, room);
}

/** The draft as it is, and with its Denies merged. */
function* eachWay(terms: LayoutTerms, draft: Omit<Draft, 'isPart'>, room: number): Generator<Draft> {
  yield { ...draft, isPart: false };
  const size = draft.deny.reduce((sum, { glob }) => sum + sizeOf(glob.text, 1), 0);
  if (size > MOST_MERGED * room) return;
  yield { ...draft, deny: merged(terms, draft.deny, draft.spare), isPart: false };
}

/** Denies only what the Allows open. */
function small(terms: LayoutTerms, { allow, required }: Layout, spare: number): Draft {
  return { allow, deny: merged(terms, required, spare), spare, forms: SHORT, isPart: false };
}

function merged(terms: LayoutTerms, globs: readonly VerbGlob[], spare: number): readonly VerbGlob[] {
  return simplified(regroupAll(globs, denyTerms(terms, spare)), terms.budget);
}
