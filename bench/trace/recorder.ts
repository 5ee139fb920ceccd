/** The calls inside a library during one piece of work. */
export interface Trace {
  readonly calls: number;
  /** Functions called at least once. */
  readonly functions: number;
  /** Files with a function that was called. */
  readonly files: number;
  /** Moves to another file, by a call or by the return from one. */
  readonly hops: number;
  /** Hops to a file that was left before. */
  readonly returns: number;
  /** Most functions on the stack. */
  readonly depth: number;
}

/** Records the calls of instrumented functions, in order. */
export class Recorder {
  private stack: string[] = [];
  /** Files in the order in which they were entered and returned to. */
  private visited: string[] = [];
  private readonly counts = new Map<string, number>();
  private depth = 0;

  enter(file: string, place: number): void {
    const name = `${file}:${place}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.stack.push(file);
    this.depth = Math.max(this.depth, this.stack.length);
    this.moveTo(file);
  }

  exit(): void {
    this.stack.pop();
    const back = this.stack.at(-1);
    if (back !== undefined) this.moveTo(back);
  }

  /** Records the work from its start to its end. */
  async record(work: () => Promise<unknown>): Promise<Trace> {
    this.stack = [];
    this.visited = [];
    this.counts.clear();
    this.depth = 0;
    await work();
    return this.result();
  }

  private moveTo(file: string): void {
    if (this.visited.at(-1) !== file) this.visited.push(file);
  }

  private result(): Trace {
    const files = new Set(this.visited);
    const hops = this.visited.length - 1;
    const calls = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    // Each file is reached once for the first time; every other hop is a return.
    const returns = this.visited.length - files.size;
    return { calls, functions: this.counts.size, files: files.size, hops, returns, depth: this.depth };
  }
}
