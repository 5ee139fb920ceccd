/** Most answers that the cache keeps; the oldest goes first. */
const CAPACITY = 1000;

/** Answers of the authorizer, each for its TTL. */
export class AnswerCache<Answer> {
  private readonly entries = new Map<string, { readonly answer: Answer; readonly expires: number }>();
  private readonly now: () => number;

  /** @param now - milliseconds since the epoch */
  constructor(now: () => number) {
    this.now = now;
  }

  get(key: string): Answer | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (this.now() < entry.expires) return entry.answer;
    this.entries.delete(key);
    return undefined;
  }

  /** @param ttl - seconds; an answer with 0 or less is not kept */
  set(key: string, answer: Answer, ttl: number): void {
    if (ttl <= 0) return;
    this.entries.delete(key);
    this.entries.set(key, { answer, expires: this.now() + ttl * 1000 });
    if (this.entries.size <= CAPACITY) return;
    const [oldest] = this.entries.keys();
    this.entries.delete(oldest as string);
  }
}
