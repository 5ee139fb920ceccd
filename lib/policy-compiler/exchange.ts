import { hitsSome } from './glob-hits.ts';
import { closableShape } from './group-openings.ts';
import type { Label } from './labels.ts';
import { globsFor, type Layout, type LayoutTerms, openingDenies } from './layout.ts';
import { type RegroupTerms, regroupAll, regroupBeginnings } from './regroup.ts';
import type { VerbGroup } from './route-automaton.ts';
import type { SegmentGlob } from './segment-glob.ts';
import type { SettledGroup } from './settle.ts';
import { simplified } from './verb-globs.ts';
import { sizeOf } from './verb-patterns.ts';

/**
 * Widens Allows where that takes fewer characters than the Denies which it makes needed.
 *
 * @param spare - Denies must not touch labels from this status on
 */
export function exchangedLayout(terms: LayoutTerms, spare: number): Layout {
  const { groups, budget, table } = terms;
  const prices = new Map(groups.map((settled) => [settled.group, new Prices(terms, settled, spare)]));
  const pricesOf = (group: VerbGroup) => prices.get(group) as Prices;
  const regroupTerms: RegroupTerms = {
    groups: table.groups,
    budget,
    costOf: (group, glob, limit) => pricesOf(group).quote(glob, limit)?.cost ?? null,
    use(group, glob) {
      pricesOf(group).pay(glob);
    },
  };
  const own = groups.flatMap(({ group, allowed }) => {
    const globs = allowed.flatMap((route) => table.ownOf(route));
    return globsFor(group, globs);
  });
  const allow = regroupAll(regroupBeginnings(simplified(own, budget), regroupTerms), regroupTerms);
  const denies = groups.flatMap(({ group }) => globsFor(group, pricesOf(group).paid()));
  const required = simplified([...openingDenies(terms), ...denies], budget);
  return { allow: simplified(allow, budget), required };
}

/** Denies that are alike are written as one: what each costs, as a part of what it costs alone. */
const SHARE = 0.4;

interface Quote {
  /** In characters. */
  readonly cost: number;
  readonly denies: readonly SegmentGlob[];
}

/** What it costs one group of verbs to let in closed labels: the characters of the Denies that shut them again. */
class Prices {
  readonly #terms: LayoutTerms;
  readonly #group: VerbGroup;
  readonly #spare: number;
  /** Denies that are needed. */
  readonly #paid: Map<string, SegmentGlob>;
  /** What shuts a label; `null` if nothing does. */
  readonly #shapes = new Map<Label, readonly SegmentGlob[] | null>();

  constructor(terms: LayoutTerms, { group, denies }: SettledGroup, spare: number) {
    this.#terms = terms;
    this.#group = group;
    this.#spare = spare;
    this.#paid = new Map(denies.map(({ glob }) => [glob.text, glob]));
  }

  paid(): readonly SegmentGlob[] {
    return [...this.#paid.values()];
  }

  /** The price of a glob; `null` if something cannot be shut, or beyond the limit. */
  quote(glob: SegmentGlob, limit: number): Quote | null {
    const { closed, budget } = this.#terms;
    const labels = new Set<Label>();
    const due = new Map<string, SegmentGlob>();
    let cost = 0;
    const found = (label: Label) => {
      if (labels.has(label) || !closed.found(label)) return false;
      labels.add(label);
      const shape = this.#shapeOf(label);
      for (const deny of shape ?? []) {
        if (this.#paid.has(deny.text) || due.has(deny.text)) continue;
        due.set(deny.text, deny);
        cost += SHARE * sizeOf(deny.text, 1);
      }
      return shape === null || cost > limit;
    };
    const canSkip: typeof closed.below = (state) => !closed.below(state);
    const isTooMuch = hitsSome(this.#group.start, glob, { budget, found, canSkip });
    return isTooMuch ? null : { cost, denies: [...due.values()] };
  }

  pay(glob: SegmentGlob): void {
    const { denies } = this.quote(glob, Number.POSITIVE_INFINITY) as Quote;
    for (const deny of denies) this.#paid.set(deny.text, deny);
  }

  #shapeOf(label: Label): readonly SegmentGlob[] | null {
    const known = this.#shapes.get(label);
    if (known !== undefined) return known;
    const { table, granted, from } = this.#terms;
    const shape = closableShape(table, granted, this.#group, label, from(this.#spare));
    this.#shapes.set(label, shape);
    return shape;
  }
}
