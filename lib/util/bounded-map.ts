/**
 * A map of at most `max` entries, which always holds the `max / 2` that were used last. An entry may count for several.
 *
 * It has a younger and an older half. An entry that is used moves to the younger half. When the younger half is full,
 * it becomes the older half, and the entries of the older half are dropped. An LRU list would hold the `max` entries
 * that were used last, but keeping it in order takes some 3 % of the time of a request with a new token.
 */
export class BoundedMap<Value> {
  readonly #half: number;
  readonly #hasOld: boolean;
  readonly #weigh: (value: Value) => number;
  #young = new Map<string, Value>();
  #weight = 0;
  #old = new Map<string, Value>();

  /**
   * @param max - largest number of entries, 1 or more
   * @param weigh - for how many entries a value counts, 1 or more
   */
  constructor(max: number, weigh: (value: Value) => number = () => 1) {
    this.#weigh = weigh;
    this.#half = Math.max(1, Math.floor(max / 2));
    this.#hasOld = max > 1;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#weight >= this.#half) this.#age();
    this.#leaveYoung(key);
    this.#young.set(key, value);
    this.#weight += this.#weigh(value);
  }

  delete(key: string): void {
    this.#leaveYoung(key);
    this.#old.delete(key);
  }

  /** Returns the value of the key. Makes and keeps it if there is none. */
  getOrMake(key: string, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  #age(): void {
    if (this.#hasOld) this.#old = this.#young;
    this.#young = new Map();
    this.#weight = 0;
  }

  #leaveYoung(key: string): void {
    const value = this.#young.get(key);
    if (value === undefined) return;
    this.#young.delete(key);
    this.#weight -= this.#weigh(value);
  }
}
