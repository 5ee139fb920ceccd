/** The moments at which what is in memory changes state, milliseconds of the steady clock. */
export interface Life {
  /** From here on it is refreshed beside the requests, so that nobody waits. */
  readonly dueAt: number;
  /** From here on it is stale: a request waits for a refresh, if one may start. */
  readonly freshUntil: number;
  /** From here on it serves no request. */
  readonly usableUntil: number;
}

/** `none`: nothing was fetched yet. `gone`: what was fetched last is too old to serve. */
export type HeldState = 'none' | 'fresh' | 'stale' | 'gone';

/** What was fetched last, and how long it serves. */
export class Held<Snapshot> {
  readonly #lifeOf: (snapshot: Snapshot) => Life;
  #snapshot: Snapshot | null = null;
  #life: Life = { dueAt: -Infinity, freshUntil: -Infinity, usableUntil: -Infinity };

  constructor(lifeOf: (snapshot: Snapshot) => Life) {
    this.#lifeOf = lifeOf;
  }

  get snapshot(): Snapshot | null {
    return this.#snapshot;
  }

  replace(snapshot: Snapshot): void {
    this.#life = this.#lifeOf(snapshot);
    this.#snapshot = snapshot;
  }

  stateAt(now: number): HeldState {
    if (this.#snapshot === null) return 'none';
    if (now < this.#life.freshUntil) return 'fresh';
    return now < this.#life.usableUntil ? 'stale' : 'gone';
  }

  /** Whether to refresh beside the requests. */
  isDue(now: number): boolean {
    return now >= this.#life.dueAt;
  }

  /** What may serve a request, fresh or stale; `null` if there is nothing, or if it is gone. */
  usableAt(now: number): Snapshot | null {
    return now < this.#life.usableUntil ? this.#snapshot : null;
  }
}
