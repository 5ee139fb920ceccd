import fc from 'fast-check';
import { parseRouteKey, type RouteKey } from '../../../lib/routes/route-key.ts';
import { isRestKey } from '../../support/routing-cases.ts';

export interface Case {
  readonly keys: readonly string[];
  readonly granted: readonly boolean[];
  readonly undeclared: boolean;
  readonly seed: number;
}

/** How large and how odd the tables of a run are. */
export interface Shape {
  readonly maxRoutes: number;
  readonly maxDepth: number;
  readonly literals: readonly string[];
  readonly methods: readonly string[];
}

export function parse(keys: readonly string[]): RouteKey[] {
  return keys.map((key) => parseRouteKey(key, 'routes'));
}

/** Random tables with random grants. Shrinks to few and short routes. */
export function cases(shape: Shape): fc.Arbitrary<Case> {
  const segment = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...shape.literals) },
    { weight: 3, arbitrary: fc.constant('{}') },
  );
  const end = fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant('/') },
    { weight: 2, arbitrary: fc.constant('/{+}') },
  );
  const path = fc
    .tuple(fc.array(segment, { maxLength: shape.maxDepth }), end)
    .map(([segments, last]) => pathOf(segments, last));
  const key = fc.oneof(
    {
      weight: 40,
      arbitrary: fc.tuple(fc.constantFrom(...shape.methods), path).map((parts) => parts.join(' ')),
    },
    { weight: 1, arbitrary: fc.constant('$default') },
  );
  return fc
    .uniqueArray(fc.tuple(key, fc.boolean()), {
      minLength: 1,
      maxLength: shape.maxRoutes,
      selector: ([text]) => text,
    })
    .chain((routes) =>
      fc.record({
        keys: fc.constant(routes.map(([text]) => text)),
        granted: fc.constant(routes.map(([, granted]) => granted)),
        undeclared: fc.boolean(),
        seed: fc.nat(),
      }),
    );
}

/** The routes that a REST API can have, with their grants. */
export function restPartOf(table: Case): Case {
  const has = (_: unknown, index: number) => isRestKey(table.keys[index] as string);
  return { ...table, keys: table.keys.filter(has), granted: table.granted.filter(has) };
}

/** Parameters get names by their place, so that two paths that are alike are the same text. */
function pathOf(segments: readonly string[], end: string): string {
  const named = segments.map((text, index) => (text === '{}' ? `{p${index}}` : text));
  return `/${named.join('/')}${named.length === 0 ? end.slice(1) : end}`.replace('{+}', '{rest+}');
}

/** A small linear congruential generator: the same paths for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = (seed ^ 0x5deece66) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Segments that no route names; some look like patterns, verbs, ARNs and encodings, all can be read in one way only. */
const STRANGE = [
  'zz',
  'q',
  '*',
  '$',
  'a:b',
  'GET',
  'POST',
  'x%20y',
  '%3A',
  '%E2%82%AC',
  '...',
  '${*}',
  '{}',
  '+',
  '(a|b)',
];

/** A concrete request: near a route more often than not, so that the edges between routes are met. */
export function somePath(
  routes: readonly RouteKey[],
  literals: readonly string[],
  random: (below: number) => number,
) {
  const pick = <Item>(list: readonly Item[]) => list[random(list.length)] as Item;
  const anySegment = () => (random(2) === 0 ? pick(literals) : pick(STRANGE));
  const route = pick(routes);
  const segments: string[] = [];
  let verb = pick(VERBS);
  if (route.kind === 'path') {
    if (route.method !== 'ANY' && random(8) !== 0) verb = route.method;
    for (const segment of route.segments) {
      if (segment.kind === 'literal') segments.push(segment.text);
      else if (segment.kind === 'parameter') segments.push(anySegment());
      else for (let more = random(4); more >= 0; more--) segments.push(anySegment());
    }
    if (route.trailingSlash) segments.push('');
  }
  for (let changes = random(3); changes > 0; changes--) change(segments, random, anySegment);
  const inner = segments.filter((text, index) => text !== '' || index === segments.length - 1);
  return { verb, path: `/${inner.join('/')}` };
}

function change(segments: string[], random: (below: number) => number, anySegment: () => string): void {
  const at = random(segments.length + 1);
  const kind = random(5);
  if (kind === 0) segments.splice(at, 0, anySegment());
  else if (kind === 1) segments.splice(at, 1);
  else if (kind === 2) segments.splice(at, 1, anySegment());
  else if (kind === 3) segments.push('');
  else segments.push(anySegment(), anySegment());
}
