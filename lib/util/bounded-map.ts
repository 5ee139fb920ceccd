/**
 * A map that forgets what was not used for a while: never more than `max` entries, and always those `max / 2` that were
 * used last.
 *
 * What is used moves from the older of two maps into the younger one. When that is full, with half of the entries, it
 * becomes the older one, and what was the older one is forgotten. A list in the order of use would hold all `max` that
 * were used last; to keep it in order takes some 3 % of the time of a request with a new token.
 */
export class BoundedMap<Value> {
  readonly #half: number;
  readonly #hasOld: boolean;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @param max - entries held at most, 1 or more */
  constructor(max: number) {
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
    if (this.#young.size >= this.#half) this.#age();
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** The value of the key; made, and kept, if there is none. */
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
  }
}
