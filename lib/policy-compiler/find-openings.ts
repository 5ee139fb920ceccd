import type { Grant, Obstacle } from './grant.ts';
import { NOWHERE, type PathState, type VerbGroup } from './route-automaton.ts';
import {
  type GlobElements,
  nextLiterals,
  type SegmentGlob,
  START,
  segmentGlob,
  step,
} from './segment-glob.ts';
import { takeSteps } from './step-budget.ts';

/** A first draft of a group's globs: it lets every granted route in, and perhaps others too. */
export interface Draft {
  readonly group: VerbGroup;
  readonly grant: Grant;
  readonly allow: readonly SegmentGlob[];
  readonly deny: readonly SegmentGlob[];
  /** A label that the glob must not shut and would, else `null`. */
  readonly firstKept: (glob: SegmentGlob) => number | null;
}

/** Exact. */
export interface Completed {
  readonly allow: readonly SegmentGlob[];
  readonly deny: readonly SegmentGlob[];
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
  obstacle: Obstacle | null;
}

/**
 * Runs all globs of a draft side by side over all paths and shuts, by one more Deny each, the openings through which
 * a path gets in that should not: what an Allow opens beyond its own route since `*` crosses `/`.
 *
 * @returns the completed globs, or the first opening that no Deny can shut without shutting a granted route too
 */
export function findOpenings(draft: Draft): Completed | Obstacle {
  const deepest = Math.max(0, ...draft.allow.map((glob) => glob.elements.length));
  const walk: Walk = { draft, closing: [], deepest, obstacle: null };
  const start = (globs: readonly SegmentGlob[]) => globs.map((glob) => ({ glob, state: START }));
  visit(walk, draft.group.start, [], start(draft.allow), start(draft.deny));
  if (walk.obstacle !== null) return walk.obstacle;
  return { allow: draft.allow, deny: [...draft.deny, ...walk.closing] };
}

function visit(
  walk: Walk,
  place: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): void {
  if (walk.obstacle !== null || allow.length === 0 || deny.some(absorbed)) return;
  const { grant } = walk.draft;
  if (place.sink && isShutBelow(walk, place, path, allow, deny)) return;
  const opened = place.end !== NOWHERE && grant[place.end] === 0;
  if (opened && allow.some(ended) && !deny.some(ended)) shut(walk, place.end, endingIn(path));
  if (grant[place.slash] === 0 && allow.some(endedWithSlash) && !deny.some(endedWithSlash)) {
    shut(walk, place.slash, [...path, '']);
  }
  visitNext(walk, place, path, allow, deny);
}

function visitNext(
  walk: Walk,
  place: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): void {
  const { grant } = walk.draft;
  const enter = (next: PathState, segment: string | null) => {
    if (next.sink && grant[next.end] === 1) return;
    takeSteps(1 + allow.length + deny.length);
    const running = advance(allow, segment);
    if (running.length > 0) visit(walk, next, [...path, segment ?? '*'], running, advance(deny, segment));
  };
  for (const [literal, next] of place.literals) enter(next, literal);
  enter(place.other, null);
  if (place.other.sink && grant[place.other.end] === 1) return;
  const further = new Set(allow.flatMap(({ glob, state }) => nextLiterals(glob, state)));
  for (const literal of further) if (!place.literals.has(literal)) enter(place.other, literal);
}

/**
 * Nothing in a sink that is not granted may get in. Shuts the place and all below it by one Deny, if that is possible;
 * if not, the places below are to be looked at one by one, down to where no granted route reaches.
 */
function isShutBelow(
  walk: Walk,
  place: PathState,
  path: readonly string[],
  allow: readonly Running[],
  deny: readonly Running[],
): boolean {
  const all = path.at(-1) === '*';
  const below = all ? endingIn(path) : [...path, '*'];
  const lost = walk.draft.firstKept(segmentGlob(below));
  if (lost !== null) {
    if (path.length > walk.deepest) walk.obstacle = { denied: place.end, granted: lost };
    return false;
  }
  if (!all && allow.some(ended) && !deny.some(ended)) shut(walk, place.end, path);
  shut(walk, place.end, below);
  return true;
}

/** As a glob that ends with the path's last segment: any segment is `?*` there. */
function endingIn(path: readonly string[]): GlobElements {
  return path.at(-1) === '*' ? [...path.slice(0, -1), '?*'] : path;
}

function shut(walk: Walk, label: number, elements: GlobElements): void {
  const glob = segmentGlob(elements);
  const lost = walk.draft.firstKept(glob);
  if (lost === null) walk.closing.push(glob);
  else walk.obstacle = { denied: label, granted: lost };
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
