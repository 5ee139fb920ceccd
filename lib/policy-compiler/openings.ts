import { labelsHit, type RememberedSearch } from './glob-hits.ts';
import type { Label } from './labels.ts';
import { nextState, type PathState, slashLabel, type VerbGroup } from './route-automaton.ts';
import {
  type GlobElements,
  nextSegments,
  type SegmentGlob,
  START,
  segmentGlob,
  step,
} from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/** The globs of one group of verbs, before openings are shut. */
export interface Draft {
  readonly group: VerbGroup;
  /** What must not get in. */
  readonly closed: (label: Label) => boolean;
  /** Whether such a label is at a state or below it. */
  readonly below: (state: PathState) => boolean;
  readonly budget: StepBudget;
  readonly allow: readonly SegmentGlob[];
  readonly deny: readonly SegmentGlob[];
  /** Searches for labels that a Deny must not touch. */
  readonly kept: RememberedSearch;
  /** Whether to stop at the first opening that no Deny can shut. */
  readonly untilStuck: boolean;
}

/** Paths of one shape that an Allow lets in and that must stay closed: `*` crosses `/`. */
export type Opening =
  | { readonly kind: 'shut'; readonly deny: SegmentGlob; readonly openers: readonly SegmentGlob[] }
  /** Every Deny that shuts these paths takes paths of `kept` as well. */
  | {
      readonly kind: 'stuck';
      readonly deny: SegmentGlob;
      readonly openers: readonly SegmentGlob[];
      readonly denied: Label;
      readonly kept: readonly Label[];
    };

interface Running {
  readonly glob: SegmentGlob;
  readonly state: number;
}

interface Walk {
  readonly draft: Draft;
  /** Elements of the longest Allow. */
  readonly deepest: number;
  readonly found: Opening[];
  /** Denies of the draft that shut what Allows open, with these Allows. */
  readonly used: Map<SegmentGlob, Set<SegmentGlob>>;
}

/**
 * Runs all globs of a draft side by side over all paths. For each shape of path that an Allow lets in against the grant
 * it finds the narrowest Deny that shuts it, or one of the draft that does.
 */
export function findOpenings(draft: Draft): readonly Opening[] {
  const deepest = Math.max(0, ...draft.allow.map((glob) => glob.elements.length));
  const walk: Walk = { draft, deepest, found: [], used: new Map() };
  const start = (globs: readonly SegmentGlob[]) => globs.map((glob) => ({ glob, state: START }));
  visit(walk, draft.group.start, [], start(draft.allow), start(draft.deny));
  const used = Array.from(
    walk.used,
    ([deny, openers]): Opening => ({ kind: 'shut', deny, openers: [...openers] }),
  );
  return [...walk.found, ...used];
}

function visit(
  walk: Walk,
  at: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): void {
  const shutting = deny.find(absorbed);
  if (shutting !== undefined) return use(walk, shutting, allow);
  if (isDone(walk)) return;
  // A sink is visited only if it is closed.
  if (at.kind === 'sink' && isShutBelow(walk, at.end, path, allow, deny)) return;
  const { closed } = walk.draft;
  const { end } = at;
  if (end !== null && closed(end)) open(walk, end, endingIn(path), allow, deny, ended);
  const slash = slashLabel(at);
  if (closed(slash)) open(walk, slash, [...path, ''], allow, deny, endedWithSlash);
  visitNext(walk, at, path, allow, deny);
}

/** A Deny that is there already shuts what the Allows open: they need it, too. */
function use({ used }: Walk, { glob }: Running, allow: readonly Running[]): void {
  const openers = used.get(glob) ?? new Set();
  used.set(glob, openers);
  for (const one of allow) openers.add(one.glob);
}

function isDone({ draft, found }: Walk): boolean {
  return draft.untilStuck && found.at(-1)?.kind === 'stuck';
}

const NO_LITERALS: ReadonlyMap<string, PathState> = new Map();

function visitNext(
  walk: Walk,
  at: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): void {
  const enter = (segment: string | null) => {
    const next = nextState(at, segment);
    if (!walk.draft.below(next)) return;
    walk.draft.budget.take(1 + allow.length + deny.length);
    const running = advance(allow, segment);
    if (running.length === 0) return;
    visit(walk, next, [...path, segment ?? '*'], running, advance(deny, segment));
  };
  const literals = at.kind === 'sink' ? NO_LITERALS : at.literals;
  for (const literal of literals.keys()) enter(literal);
  enter(null);
  const further = new Set(allow.flatMap(({ glob, state }) => nextSegments(glob, state)));
  for (const segment of further) if (!literals.has(segment)) enter(segment);
}

/**
 * Nothing in a closed sink may get in. Shuts the sink by one Deny, if that is possible; if not, the paths below are
 * looked at one by one, as deep as the longest Allow.
 */
function isShutBelow(
  walk: Walk,
  label: Label,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): boolean {
  const { draft } = walk;
  const all = path.at(-1) === '*';
  const below = segmentGlob(all ? endingIn(path) : [...path, '*']);
  const openers = allow.map(({ glob }) => glob);
  if (draft.kept.hits(draft.group.start, below)) {
    if (path.length <= walk.deepest) return false;
    walk.found.push({
      kind: 'stuck',
      deny: below,
      openers,
      denied: label,
      kept: [...labelsHit(draft.group.start, [below], draft.kept)],
    });
    return true;
  }
  if (!all) open(walk, label, path, allow, deny, ended);
  walk.found.push({ kind: 'shut', deny: below, openers });
  return true;
}

/** As a glob that ends with the path's last segment: any segment is `?*` there. */
function endingIn(path: readonly string[]): GlobElements {
  return path.at(-1) === '*' ? [...path.slice(0, -1), '?*'] : path;
}

/** Adds an opening if an Allow matches here and no Deny does. */
function open(
  walk: Walk,
  denied: Label,
  elements: GlobElements,
  allow: readonly Running[],
  deny: readonly Running[],
  matches: (running: Running) => boolean,
): void {
  const { draft, found } = walk;
  const opening = allow.filter(matches);
  if (opening.length === 0) return;
  const shutting = deny.find(matches);
  if (shutting !== undefined) return use(walk, shutting, opening);
  const openers = opening.map(({ glob }) => glob);
  const glob = segmentGlob(elements);
  if (draft.kept.hits(draft.group.start, glob)) {
    const kept = [...labelsHit(draft.group.start, [glob], draft.kept)];
    found.push({ kind: 'stuck', deny: glob, openers, denied, kept });
  } else {
    found.push({ kind: 'shut', deny: glob, openers });
  }
}

function advance(running: readonly Running[], segment: string | null): Running[] {
  const next: Running[] = [];
  for (const { glob, state } of running) {
    const after = step(glob, state, segment);
    if (after !== 0) next.push({ glob, state: after });
  }
  return next;
}

function ended({ glob, state }: Running): boolean {
  return (state & glob.ends) !== 0;
}

function endedWithSlash({ glob, state }: Running): boolean {
  return (state & glob.slashEnds) !== 0;
}

function absorbed({ glob, state }: Running): boolean {
  return (state & glob.absorbs) !== 0;
}
