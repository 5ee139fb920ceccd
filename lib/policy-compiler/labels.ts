import type { Landing } from '../routes/resolve.ts';

declare const brand: unique symbol;

/** Names what the paths that end in one state are routed to. Also the index of their status in a grant. */
export type Label = number & { readonly [brand]: true };

/** The labels of one table: one for each landing that the automata meet. */
export interface Labels {
  /** By label. */
  readonly landings: readonly Landing[];
  /** The same label for the same landing. */
  labelOf(landing: Landing): Label;
}

export function createLabels(): Labels {
  const landings: Landing[] = [];
  const known = new Map<string, Label>();
  return {
    landings,
    labelOf(landing) {
      const key = `${landing.routes.join()} ${landing.undeclared} ${landing.spelled}`;
      const label = known.get(key) ?? ((landings.push(landing) - 1) as Label);
      known.set(key, label);
      return label;
    },
  };
}
