import type { RouteKey } from '../routes/route-key.ts';

/** A declared segment's place in the tree of one verb's routes. */
export interface Place {
  readonly id: number;
  readonly literals: Map<string, Place>;
  parameter: Place | null;
  plain: number;
  slash: number;
  greedy: number;
}

/** A place that is still possible, or the greedy route that takes all that the places before it in the list do not. */
export type Candidate = Place | number;

/** The tree of the selected routes; `nothing` is the label of what no route takes. */
export function treeOf(routes: readonly RouteKey[], selected: readonly number[], nothing: number): Place {
  let ids = 0;
  const newPlace = (): Place => ({
    id: ids++,
    literals: new Map(),
    parameter: null,
    plain: nothing,
    slash: nothing,
    greedy: nothing,
  });
  const root = newPlace();
  for (const index of selected) {
    const route = routes[index] as Extract<RouteKey, { kind: 'path' }>;
    let place = root;
    let end: 'plain' | 'slash' | 'greedy' =
      route.trailingSlash || route.segments.length === 0 ? 'slash' : 'plain';
    for (const segment of route.segments) {
      if (segment.kind === 'greedy') {
        end = 'greedy';
      } else if (segment.kind === 'parameter') {
        place.parameter ??= newPlace();
        place = place.parameter;
      } else {
        const next: Place = place.literals.get(segment.text) ?? newPlace();
        place.literals.set(segment.text, next);
        place = next;
      }
    }
    // The verb's own key goes before ANY for the same path.
    if (place[end] === nothing || route.method !== 'ANY') place[end] = index;
  }
  return root;
}

/** The most specific label, and whether its route names the end of its paths. */
export function firstLabel(
  candidates: readonly Candidate[],
  nothing: number,
  closedAt: (place: Place) => number,
  openAt: (place: Place) => number,
): { label: number; closed: boolean } {
  for (const candidate of candidates) {
    if (typeof candidate === 'number') return { label: candidate, closed: false };
    const label = closedAt(candidate);
    if (label !== nothing) return { label, closed: true };
    if (openAt(candidate) !== nothing) return { label: openAt(candidate), closed: false };
  }
  return { label: nothing, closed: false };
}

/** Where the candidates lead, most specific first: a literal before a parameter before a greedy parameter. */
export function advance(
  candidates: readonly Candidate[],
  segment: string | null,
  nothing: number,
): readonly Candidate[] {
  const next: Candidate[] = [];
  for (const candidate of candidates) {
    if (typeof candidate === 'number') {
      next.push(candidate);
      return next;
    }
    const literal = segment === null ? undefined : candidate.literals.get(segment);
    if (literal !== undefined) next.push(literal);
    if (candidate.parameter !== null) next.push(candidate.parameter);
    if (candidate.greedy !== nothing) {
      next.push(candidate.greedy);
      return next;
    }
  }
  return next;
}

export function literalsOf(candidates: readonly Candidate[]): Iterable<string> {
  const [first, second] = candidates;
  if (typeof first === 'object' && second === undefined) return first.literals.keys();
  const all = new Set<string>();
  for (const candidate of candidates) {
    if (typeof candidate === 'number') continue;
    for (const literal of candidate.literals.keys()) all.add(literal);
  }
  return all;
}
