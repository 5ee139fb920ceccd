import { labelsHit } from './glob-hits.ts';
import type { Label } from './labels.ts';
import type { Layout, LayoutTerms } from './layout.ts';
import { isWithin, type SegmentGlob } from './segment-glob.ts';
import type { Weights } from './settle.ts';
import type { VerbGlob } from './verb-globs.ts';
import { sizeOf, type VerbSet, verbSetOf } from './verb-patterns.ts';

interface Item {
  readonly allow: VerbGlob;
  readonly size: number;
  readonly weight: number;
  /** Indexes of the Denies that the Allow makes needed. */
  readonly denies: ReadonlySet<number>;
}

/**
 * Leaves out Allows, and with them the Denies that only they need, until the rest has the size: those first that cover
 * least for their size.
 *
 * @param deny - the Denies of the layout, written as few
 * @returns the layouts that are left, from the one that should just fit to ever smaller ones
 */
export function* packed(
  terms: LayoutTerms,
  { allow, required }: Layout,
  deny: readonly VerbGlob[],
  weights: Weights,
  size: number,
): Generator<{ readonly allow: readonly VerbGlob[]; readonly deny: readonly VerbGlob[] }> {
  const purposes = purposesOf(terms, required, deny);
  const items = allow.map((one) => itemFor(terms, one, purposes, weights));
  const left = new Packing(items, deny);
  let limit = size;
  while (left.count > 0) {
    while (left.size > limit && left.count > 1) left.dropWorst();
    yield { allow: left.allows(), deny: left.denies() };
    if (left.count === 1) return;
    limit = Math.min(limit, left.size) * 0.93;
  }
}

/** The Allows that are left, and the Denies that they need. */
class Packing {
  readonly #deny: readonly VerbGlob[];
  readonly #left: Set<Item>;
  /** By Deny: the Allows that need it. */
  readonly #users: readonly Set<Item>[];
  #size: number;

  constructor(items: readonly Item[], deny: readonly VerbGlob[]) {
    this.#deny = deny;
    this.#left = new Set(items);
    this.#users = deny.map((_, index) => new Set(items.filter(({ denies }) => denies.has(index))));
    this.#size = items.reduce((sum, item) => sum + item.size, 0);
    for (const index of deny.keys()) this.#size += this.#sizeAt(index);
  }

  get count(): number {
    return this.#left.size;
  }

  /** In characters. */
  get size(): number {
    return this.#size;
  }

  allows(): readonly VerbGlob[] {
    return Array.from(this.#left, ({ allow }) => allow);
  }

  denies(): readonly VerbGlob[] {
    return this.#deny.filter((_, index) => this.#isNeeded(index));
  }

  dropWorst(): void {
    const worst = [...this.#left].reduce((least, item) =>
      this.#worth(item) < this.#worth(least) ? item : least,
    );
    this.#left.delete(worst);
    this.#size -= worst.size;
    for (const index of worst.denies) {
      (this.#users[index] as Set<Item>).delete(worst);
      if (!this.#isNeeded(index)) this.#size -= this.#sizeAt(index);
    }
  }

  /** The weight of what an Allow covers, for each character that it and its share of the Denies take. */
  #worth(item: Item): number {
    let cost = item.size;
    for (const index of item.denies) cost += this.#sizeAt(index) / (this.#users[index] as Set<Item>).size;
    return item.weight / cost;
  }

  #isNeeded(index: number): boolean {
    return (this.#users[index] as Set<Item>).size > 0;
  }

  #sizeAt(index: number): number {
    const { glob, verbs } = this.#deny[index] as VerbGlob;
    return sizeOf(glob.text, verbs);
  }
}

function itemFor(terms: LayoutTerms, allow: VerbGlob, purposes: readonly Purpose[], weights: Weights): Item {
  const { table, groups, closed } = terms;
  const denies = new Set<number>();
  let weight = 0;
  for (const { group, allowed } of groups) {
    const verbs = verbSetOf(group.verbs);
    if ((allow.verbs & verbs) === 0) continue;
    const labels = labelsHit(group.start, [allow.glob], closed);
    const covered = allowed.filter((route) => table.ownOf(route).some((own) => isWithin(own, allow.glob)));
    for (const route of covered) weight += weights(route);
    for (const one of purposes) {
      if ((one.verbs & verbs) === 0) continue;
      const isNeeded =
        one.labels.some((label) => labels.has(label)) || covered.some((route) => one.openers.has(route));
      if (isNeeded) for (const index of one.denies) denies.add(index);
    }
  }
  return { allow, size: sizeOf(allow.glob.text, allow.verbs), weight, denies };
}

/** What one Deny of a layout is needed for. */
interface Purpose {
  readonly verbs: VerbSet;
  /** The closed labels of declared routes that it hits. */
  readonly labels: readonly Label[];
  /** Routes whose own globs make it needed, for paths that no label of a declared route has. */
  readonly openers: ReadonlySet<number>;
  /** Indexes of the Denies that stand for it. */
  readonly denies: readonly number[];
}

function purposesOf(
  { table, groups, closed, budget }: LayoutTerms,
  required: readonly VerbGlob[],
  deny: readonly VerbGlob[],
): readonly Purpose[] {
  const openings = groups.flatMap(({ denies }) => denies);
  const openersOf = (glob: SegmentGlob) =>
    new Set(openings.filter((one) => isWithin(one.glob, glob)).flatMap(({ openers }) => openers));
  return required.map(({ glob, verbs }) => {
    budget.take(1 + Math.ceil(deny.length / 8));
    const labels = groups
      .filter(({ group }) => (verbSetOf(group.verbs) & verbs) !== 0)
      .flatMap(({ group }) => [...labelsHit(group.start, [glob], closed)]);
    return {
      verbs,
      labels: labels.filter((label) => table.routesOf(label).length > 0),
      openers: openersOf(glob),
      denies: [...deny.keys()].filter((index) => {
        const other = deny[index] as VerbGlob;
        return (other.verbs & verbs) !== 0 && isWithin(glob, other.glob);
      }),
    };
  });
}
