/** A map that forgets what was not used for longest. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #size: number;

  /** @param size - entries kept at most, 1 or more */
  constructor(size: number) {
    this.#size = size;
  }

  /** The value of the key; made, and kept, if there is none. */
  getOrMake(key: string, make: () => Value): Value {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    const made = make();
    this.#entries.set(key, made);
    if (this.#entries.size > this.#size) {
      this.#entries.delete(this.#entries.keys().next().value as string);
    }
    return made;
  }

  get size(): number {
    return this.#entries.size;
  }
}
