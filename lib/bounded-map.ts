/** A place in the order of use. The ends of that order are one more link, so that no neighbour is ever missing. */
interface Link {
  older: Link;
  newer: Link;
}

interface Place<Value> extends Link {
  readonly key: string;
  readonly value: Value;
}

/**
 * A map that forgets what was not used for longest.
 *
 * The order is a list beside the Map: a Map that is reordered by deleting and setting gets slow for the very keys that
 * come most often, since it keeps what was deleted in their buckets for a while.
 */
export class BoundedMap<Value> {
  readonly #places = new Map<string, Place<Value>>();
  readonly #ends: Link;
  readonly #max: number;

  /** @param max - entries kept at most, 1 or more */
  constructor(max: number) {
    this.#max = max;
    const ends = {} as Link;
    ends.older = ends;
    ends.newer = ends;
    this.#ends = ends;
  }

  get size(): number {
    return this.#places.size;
  }

  get(key: string): Value | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    if (place.newer !== this.#ends) {
      unlink(place);
      this.#append(place);
    }
    return place.value;
  }

  set(key: string, value: Value): void {
    const known = this.#places.get(key);
    if (known !== undefined) this.#remove(known);
    else if (this.#places.size >= this.#max) this.#remove(this.#ends.newer as Place<Value>);
    const place: Place<Value> = { key, value, older: this.#ends, newer: this.#ends };
    this.#append(place);
    this.#places.set(key, place);
  }

  delete(key: string): void {
    const place = this.#places.get(key);
    if (place !== undefined) this.#remove(place);
  }

  /** The value of the key; made, and kept, if there is none. */
  getOrMake(key: string, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  #remove(place: Place<Value>): void {
    unlink(place);
    this.#places.delete(place.key);
  }

  /** Makes it the most recently used one. */
  #append(link: Link): void {
    const newest = this.#ends.older;
    link.older = newest;
    link.newer = this.#ends;
    newest.newer = link;
    this.#ends.older = link;
  }
}

function unlink(link: Link): void {
  link.older.newer = link.newer;
  link.newer.older = link.older;
}
