import { ROUTINGS, type Routing } from '../gateways/routing.ts';
import type { Landing } from '../routes/resolve.ts';

declare const brand: unique symbol;

/** Names what the paths that end in one state are routed to. Also the index of their status in a grant. */
export type Label = number & { readonly [brand]: true };

/** Where the gateways lead the paths that end in one state. */
export type Landings = Readonly<Record<Routing, Landing>>;

/** The labels of one table, the same ones for all ways of routing. */
export interface Labels {
  /** The same label for the same landings. */
  labelOf(landings: Landings): Label;
  /** By label. */
  landingsFor(routing: Routing): readonly Landing[];
}

export function createLabels(): Labels {
  const all: Landings[] = [];
  const known = new Map<string, Label>();
  return {
    labelOf(landings) {
      const key = keyOf(landings);
      const label = known.get(key) ?? ((all.push(landings) - 1) as Label);
      known.set(key, label);
      return label;
    },
    landingsFor: (routing) => all.map((landings) => landings[routing]),
  };
}

function keyOf(landings: Landings): string {
  let key = '';
  for (const routing of ROUTING_NAMES) {
    const { routes, undeclared, spelled } = landings[routing];
    key += `${routes} ${undeclared} ${spelled} `;
  }
  return key;
}

const ROUTING_NAMES = Object.keys(ROUTINGS) as readonly Routing[];
