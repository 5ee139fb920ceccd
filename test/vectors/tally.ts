import { COUNTS, type Counted } from './counts.ts';
import { type PledgeName, pledgeFor } from './pledges.ts';
import type { Says } from './read-vectors.ts';

/** Counts what became of the vectors of one set. A deviation that no sentence covers throws. */
export class Tally {
  #asSaid = 0;
  #crossed = 0;
  readonly #stricter: Partial<Record<PledgeName, number>> = {};

  /**
   * @param refusal - why it was refused; `null` if it was accepted
   * @throws {Error} if an invalid vector is accepted, or a valid one is refused for a reason that no sentence covers
   */
  add(vector: string, says: Says, refusal: string | null): void {
    if (says === 'acceptable' || (says === 'valid') === (refusal === null)) {
      this.#asSaid += 1;
      return;
    }
    if (refusal === null) throw new Error(`${vector} is invalid, and was accepted`);
    const pledge = pledgeFor(refusal);
    if (pledge === null) throw new Error(`${vector} is valid, and was refused without a promise: ${refusal}`);
    this.#stricter[pledge] = (this.#stricter[pledge] ?? 0) + 1;
  }

  /** A valid signature that was tried as another algorithm. */
  cross(vector: string, refusal: string | null): void {
    if (refusal === null) throw new Error(`${vector} was accepted`);
    this.#crossed += 1;
  }

  get counted(): Counted {
    const stricter = Object.values(this.#stricter).reduce((sum, count) => sum + count, 0);
    return {
      vectors: this.#asSaid + stricter,
      ...(this.#crossed > 0 ? { crossed: this.#crossed } : {}),
      ...(stricter > 0 ? { stricter: { ...this.#stricter } } : {}),
    };
  }
}

/** What the table says of a set. */
export function countedOf(group: string, set: string): Counted {
  const counted = COUNTS[group]?.[set];
  if (counted === undefined) throw new Error(`counts.ts does not have the set ${set} of ${group}`);
  return counted;
}

/** The names of the sets of a group. */
export const setsOf = (group: string) => Object.keys(COUNTS[group] ?? {});

/** All sets of a group in one line, for a test title. */
export function summaryOf(group: string): string {
  const sets = Object.values(COUNTS[group] ?? {});
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const vectors = sum(sets.map((set) => set.vectors));
  const crossed = sum(sets.map((set) => set.crossed ?? 0));
  const stricter = new Map<string, number>();
  for (const [name, count] of sets.flatMap((set) => Object.entries(set.stricter ?? {}))) {
    stricter.set(name, (stricter.get(name) ?? 0) + count);
  }
  const refused = sum([...stricter.values()]);
  const shown = (number: number) => number.toLocaleString('en');
  const because = [...stricter].map(([name, count]) => `${shown(count)} ${name}`).join(', ');
  return [
    `${shown(vectors - refused)} of ${shown(vectors)} vectors as they say`,
    `${shown(refused)} stricter by promise${refused > 0 ? ` (${because})` : ''}`,
    ...(crossed > 0 ? [`${shown(crossed)} valid signatures refused as another algorithm`] : []),
  ].join('; ');
}
