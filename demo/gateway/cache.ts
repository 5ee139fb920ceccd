/** How many results are kept; the oldest goes first. */
const CAPACITY = 1000;

/** Remembers what the authorizer said, for a while. */
export class ResultCache<Result> {
  private readonly entries = new Map<string, { readonly result: Result; readonly expires: number }>();
  private readonly now: () => number;

  /** @param now - epoch milliseconds */
  constructor(now: () => number) {
    this.now = now;
  }

  get(key: string): Result | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (this.now() < entry.expires) return entry.result;
    this.entries.delete(key);
    return undefined;
  }

  /** @param ttl - seconds; 0 or less keeps nothing */
  set(key: string, result: Result, ttl: number): void {
    if (ttl <= 0) return;
    this.entries.delete(key);
    this.entries.set(key, { result, expires: this.now() + ttl * 1000 });
    const oldest = this.entries.keys().next();
    if (this.entries.size > CAPACITY && oldest.done !== true) this.entries.delete(oldest.value);
  }
}
