import { EVERY_ROUTING, type Routing } from '../gateways/routing.ts';
import type { Landing } from '../routes/resolve.ts';

declare const brand: unique symbol;

/** Names where the gateways lead the paths that end in one state. Also the index of their status in a grant. */
export type Label = number & { readonly [brand]: true };

/** The labels of one table, the same ones for all ways of routing. */
export interface Labels {
  /** The same label for the same landings. */
  labelOf(landingOn: (routing: Routing) => Landing): Label;
  /** By label. */
  landingsOn(routing: Routing): readonly Landing[];
}

export function createLabels(): Labels {
  const known = new Map<string, Label>();
  const columns = new Map(EVERY_ROUTING.map((routing) => [routing, [] as Landing[]]));
  return {
    labelOf(landingOn) {
      const landings = [...columns.keys()].map(landingOn);
      const key = landings.map(textOf).join();
      const before = known.get(key);
      if (before !== undefined) return before;
      const label = known.size as Label;
      known.set(key, label);
      for (const [index, all] of [...columns.values()].entries()) all.push(landings[index] as Landing);
      return label;
    },
    landingsOn: (routing) => columns.get(routing) as readonly Landing[],
  };
}

function textOf({ routes, undeclared, spelled }: Landing): string {
  return `${routes} ${undeclared} ${spelled}`;
}
