import type { Clock } from '../../lib/refreshing/clock.ts';

interface Timer {
  readonly at: number;
  action: (() => void) | null;
}

/** Simulated time with timers in a binary heap, since ten thousand environments have many timers. */
export class SimClock implements Clock {
  #now: number;
  readonly #start: number;
  readonly #heap: Timer[] = [];

  constructor(start: number) {
    this.#start = start;
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  ticks(): number {
    return this.#now - this.#start;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, milliseconds), action };
    this.#push(timer);
    return () => {
      timer.action = null;
    };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Whether a timer is due by then. */
  hasDue(time: number): boolean {
    this.#dropCancelled();
    const [first] = this.#heap;
    return first !== undefined && first.at <= time;
  }

  /** Advances to that time at once. No timer may be due before. */
  jumpTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /** Advances to that time timer by timer, and lets promises settle after each. */
  async advanceTo(time: number): Promise<void> {
    while (this.hasDue(time)) {
      const { at } = this.#heap[0] as Timer;
      this.jumpTo(at);
      while (this.hasDue(at)) this.#pop().action?.();
      await settled();
    }
    this.jumpTo(time);
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.action === null) this.#pop();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((heap[parent] as Timer).at <= timer.at) break;
      heap[place] = heap[parent] as Timer;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const top = heap[0] as Timer;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return top;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.at < (heap[child] as Timer).at) child += 1;
      if ((heap[child] as Timer).at >= last.at) break;
      heap[place] = heap[child] as Timer;
      place = child;
    }
    heap[place] = last;
    return top;
  }
}

/** Resolves when every promise that can settle has settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
