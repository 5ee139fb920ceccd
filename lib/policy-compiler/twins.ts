import type { RouteKey, Segment } from '../routes/route-key.ts';
import { type Binding, type OwnText, placeholderOf } from './own-text.ts';
import type { PolicyTable } from './policy-table.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

/**
 * A table with twins: each route through a bound parameter is there as declared, and once more with the placeholder of the
 * own text as a literal in place of the parameter. Routing stays the same: at the placeholder every route has its twin,
 * which goes before it. A bound route is granted as a twin only.
 */
export interface TwinTable {
  readonly table: PolicyTable;
  /** Own texts with their placeholders. */
  readonly placeholders: ReadonlyMap<OwnText, string>;
  /** By index in the table: index of the declared route. */
  readonly declared: readonly number[];
  /** By index of the declared route: indexes in the table of what is granted with the route. */
  readonly granted: readonly (readonly number[])[];
}

/** A route of the table. */
interface Twin {
  readonly route: RouteKey;
  /** Index of the declared route. */
  readonly declared: number;
  /** Whether it is granted with the declared route. */
  readonly isGranted: boolean;
}

/** Adds the twins that the bindings of a table need; `null` if no route is bound. */
export function withTwins(table: PolicyTable): TwinTable | null {
  const { routes, requirements, bindings = [] } = table;
  const owns = new Set(bindings.flat().map(({ own }) => own));
  if (owns.size === 0) return null;
  const placeholders = new Map(Array.from(owns, (own, number) => [own, placeholderOf(own, number)]));
  const twins = twinsOf(routes, bindings, placeholders);
  const requirementOf = (route: number) => requirements?.[route] ?? `route ${route}`;
  const granted = routes.map((): number[] => []);
  for (const [at, { declared, isGranted }] of twins.entries())
    if (isGranted) (granted[declared] as number[]).push(at);
  return {
    table: {
      ...table,
      routes: twins.map(({ route }) => route),
      requirements: twins.map(({ declared, isGranted }) => isGranted && requirementOf(declared)),
    },
    placeholders,
    declared: twins.map(({ declared }) => declared),
    granted,
  };
}

function twinsOf(
  routes: readonly RouteKey[],
  bindings: readonly (readonly Binding[])[],
  placeholders: ReadonlyMap<OwnText, string>,
): readonly Twin[] {
  const literalOf = ({ own }: Binding) => placeholders.get(own) as string;
  /** The placeholders by the place of their parameters in the tree of routes. */
  const places = new Map<string, Set<string>>();
  for (const [index, bound] of bindings.entries()) {
    for (const one of bound) {
      const place = placeOf(routes[index] as PathKey, one.segment);
      places.set(place, (places.get(place) ?? new Set()).add(literalOf(one)));
    }
  }
  return routes.flatMap((route, declared): readonly Twin[] => {
    if (route.kind !== 'path') return [{ route, declared, isGranted: true }];
    const isOwn = ({ segments }: PathKey, one: Binding) => {
      const segment = segments[one.segment] as Segment;
      return segment.kind === 'literal' && segment.text === literalOf(one);
    };
    return variantsOf(route, places).map((twin) => ({
      route: twin,
      declared,
      isGranted: (bindings[declared] as readonly Binding[]).every((one) => isOwn(twin, one)),
    }));
  });
}

/** The path up to a segment, without the names of its parameters. */
function placeOf({ segments }: PathKey, last: number): string {
  const texts = segments.map((segment) => (segment.kind === 'literal' ? segment.text : '{}'));
  return texts.slice(0, last + 1).join('/');
}

/** The route, and its twins: one for each way to put placeholders in place of bound parameters. */
function variantsOf(route: PathKey, places: ReadonlyMap<string, ReadonlySet<string>>): readonly PathKey[] {
  let variants: (readonly Segment[])[] = [[]];
  for (const [at, segment] of route.segments.entries()) {
    const texts = segment.kind === 'parameter' ? places.get(placeOf(route, at)) : undefined;
    const choices = [segment, ...Array.from(texts ?? [], (text): Segment => ({ kind: 'literal', text }))];
    variants = choices.flatMap((choice) => variants.map((before) => [...before, choice]));
  }
  return variants.map((segments) => ({ ...route, segments }));
}
