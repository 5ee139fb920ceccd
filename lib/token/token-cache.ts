import type { KeyObject } from 'node:crypto';
import type { VerifiedToken } from './verified-token.ts';

// An ESM import would read every export of the module, which costs milliseconds of cold start.
const { hash } = process.getBuiltinModule('node:crypto');

/** A token that was verified once, and the key that verified it. */
export interface VerifiedEntry {
  key: KeyObject;
  token: VerifiedToken;
}

/** A place in the order of use. The ends of that order are one more link, so that no neighbour is ever missing. */
interface Link {
  older: Link;
  newer: Link;
}

interface Place extends Link {
  readonly id: string;
  readonly entry: VerifiedEntry;
}

/**
 * Tokens that were verified, the least recently used one leaving first. Entries are found by the token's SHA-256, so
 * that no token stays in memory; whoever finds the hash of another token's text has broken SHA-256.
 *
 * The order is a list beside the Map: a Map that is reordered by deleting and setting gets slow for the very tokens
 * that come most often, since it keeps what was deleted in their buckets for a while.
 */
export class TokenCache {
  readonly #places = new Map<string, Place>();
  readonly #ends: Link;
  readonly #max: number;

  /** @param max - entries kept at most */
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

  /** What the methods below know a token by. */
  static idOf(token: string): string {
    return hash('sha256', token, 'base64');
  }

  get(id: string): VerifiedEntry | undefined {
    const place = this.#places.get(id);
    if (place === undefined) return undefined;
    unlink(place);
    this.#append(place);
    return place.entry;
  }

  set(id: string, entry: VerifiedEntry): void {
    this.delete(id);
    if (this.#places.size >= this.#max) this.delete((this.#ends.newer as Place).id);
    const place: Place = { id, entry, older: this.#ends, newer: this.#ends };
    this.#append(place);
    this.#places.set(id, place);
  }

  delete(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    unlink(place);
    this.#places.delete(id);
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
