import type { SlashTwin } from '../routes/slash-twin.ts';

declare const brand: unique symbol;

/** Names what the paths that end at one place are routed to. Also the index of that in a grant. */
export type Label = number & { readonly [brand]: true };

/** What a label stands for. Numbers are indexes of routes. */
export type LabelKind =
  | { readonly kind: 'route'; readonly route: number }
  /** Paths that no route takes. */
  | { readonly kind: 'undeclared' }
  /** Paths that are granted only with both routes. */
  | ({ readonly kind: 'twin' } & SlashTwin);

/** The labels of one table: one for each route, one for undeclared paths, and one for each pair of slash twins. */
export interface Labels {
  readonly undeclared: Label;
  readonly count: number;
  route(index: number): Label;
  /** The same label for the same twin. */
  twin(twin: SlashTwin): Label;
  kindOf(label: Label): LabelKind;
  /** The routes that a label stands for: itself, or those of a twin that are declared. */
  routesOf(label: Label): readonly number[];
}

export function createLabels(routeCount: number): Labels {
  const undeclared = routeCount as Label;
  const twins: SlashTwin[] = [];
  const known = new Map<string, Label>();
  const labels: Labels = {
    undeclared,
    get count() {
      return routeCount + 1 + twins.length;
    },
    route: (index) => index as Label,
    twin(twin) {
      const key = `${twin.closed} ${twin.open}`;
      const label = known.get(key) ?? ((routeCount + twins.push(twin)) as Label);
      known.set(key, label);
      return label;
    },
    kindOf(label) {
      const twin = twins[label - routeCount - 1];
      if (twin !== undefined) return { kind: 'twin', ...twin };
      return label === undeclared ? { kind: 'undeclared' } : { kind: 'route', route: label };
    },
    routesOf(label) {
      const of = labels.kindOf(label);
      if (of.kind === 'twin') return of.open === null ? [of.closed] : [of.closed, of.open];
      return of.kind === 'route' ? [of.route] : [];
    },
  };
  return labels;
}
