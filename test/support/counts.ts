/** Counts of a run, which show that it tried something. A failed assertion on one of them shows all. */
export abstract class Counts {
  toString(): string {
    return JSON.stringify({ ...this });
  }
}
