import type { Grant } from './grant.ts';
import type { Label } from './labels.ts';
import { nextState, type PathState, slashLabel, type VerbGroup } from './route-automaton.ts';
import {
  type GlobElements,
  nextLiterals,
  type SegmentGlob,
  START,
  segmentGlob,
  step,
} from './segment-glob.ts';
import type { StepBudget } from './step-budget.ts';

/** A first draft of a group's globs: it lets every granted route in, and perhaps others too. */
export interface Draft {
  readonly group: VerbGroup;
  readonly grant: Grant;
  readonly budget: StepBudget;
  readonly allow: readonly SegmentGlob[];
  readonly deny: readonly SegmentGlob[];
  /** A label that the glob must not shut and would, else `null`. */
  readonly firstKept: (glob: SegmentGlob) => Label | null;
}

/** The draft with the Denies that make it exact. */
export interface Completed {
  readonly kind: 'completed';
  readonly allow: readonly SegmentGlob[];
  readonly deny: readonly SegmentGlob[];
}

/** An opening that no Deny can shut: it would shut `granted` too. */
export interface Stuck {
  readonly kind: 'stuck';
  readonly denied: Label;
  readonly granted: Label;
}

interface Running {
  readonly glob: SegmentGlob;
  readonly state: number;
}

interface Walk {
  readonly draft: Draft;
  readonly closing: SegmentGlob[];
  /** Elements of the longest Allow. */
  readonly deepest: number;
  stuck: Stuck | null;
}

/**
 * Runs all globs of a draft side by side over all paths and shuts, by one more Deny each, the openings: paths that an
 * Allow lets in beside its own route, because `*` crosses `/`.
 *
 * @returns the completed globs, or the first opening that no Deny can shut without shutting a granted route too
 */
export function findOpenings(draft: Draft): Completed | Stuck {
  const deepest = Math.max(0, ...draft.allow.map((glob) => glob.elements.length));
  const walk: Walk = { draft, closing: [], deepest, stuck: null };
  const start = (globs: readonly SegmentGlob[]) => globs.map((glob) => ({ glob, state: START }));
  visit(walk, draft.group.start, [], start(draft.allow), start(draft.deny));
  if (walk.stuck !== null) return walk.stuck;
  return { kind: 'completed', allow: draft.allow, deny: [...draft.deny, ...walk.closing] };
}

function visit(
  walk: Walk,
  at: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): void {
  if (walk.stuck !== null || allow.length === 0 || deny.some(absorbed)) return;
  if (at.kind === 'sink' && isShutBelow(walk, at.end, path, allow, deny)) return;
  const { grant } = walk.draft;
  const { end } = at;
  const slash = slashLabel(at);
  if (end !== null && grant[end] === 0 && allow.some(ended) && !deny.some(ended)) {
    shut(walk, end, endingIn(path));
  }
  if (grant[slash] === 0 && allow.some(endedWithSlash) && !deny.some(endedWithSlash)) {
    shut(walk, slash, [...path, '']);
  }
  visitNext(walk, at, path, allow, deny);
}

const NO_LITERALS = new Map<string, PathState>();

function visitNext(
  walk: Walk,
  at: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): void {
  const isOpen = (next: PathState) => next.kind === 'sink' && walk.draft.grant[next.end] === 1;
  const enter = (segment: string | null) => {
    const next = nextState(at, segment);
    if (isOpen(next)) return;
    walk.draft.budget.take(1 + allow.length + deny.length);
    const running = advance(allow, segment);
    if (running.length > 0) visit(walk, next, [...path, segment ?? '*'], running, advance(deny, segment));
  };
  const literals: ReadonlyMap<string, PathState> = at.kind === 'sink' ? NO_LITERALS : at.literals;
  for (const literal of literals.keys()) enter(literal);
  enter(null);
  if (isOpen(nextState(at, null))) return;
  const further = new Set(allow.flatMap(({ glob, state }) => nextLiterals(glob, state)));
  for (const literal of further) if (!literals.has(literal)) enter(literal);
}

/**
 * Nothing in a sink that is not granted may get in. Shuts the sink by one Deny, if that is possible; if not, the paths
 * below are looked at one by one, as deep as the longest Allow.
 */
function isShutBelow(
  walk: Walk,
  label: Label,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): boolean {
  const all = path.at(-1) === '*';
  const below = all ? endingIn(path) : [...path, '*'];
  const lost = walk.draft.firstKept(segmentGlob(below));
  if (lost !== null) {
    if (path.length > walk.deepest) walk.stuck = { kind: 'stuck', denied: label, granted: lost };
    return false;
  }
  if (!all && allow.some(ended) && !deny.some(ended)) shut(walk, label, path);
  shut(walk, label, below);
  return true;
}

/** As a glob that ends with the path's last segment: any segment is `?*` there. */
function endingIn(path: readonly string[]): GlobElements {
  return path.at(-1) === '*' ? [...path.slice(0, -1), '?*'] : path;
}

function shut(walk: Walk, denied: Label, elements: GlobElements): void {
  const glob = segmentGlob(elements);
  const lost = walk.draft.firstKept(glob);
  if (lost === null) walk.closing.push(glob);
  else walk.stuck = { kind: 'stuck', denied, granted: lost };
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
