import type { Advice, Answered } from './side-by-side.ts';

/** Counts of a run, which show that it tried something. */
export class Tally {
  cases = 0;
  /** Cases in which nothing may be cached. */
  uncacheable = 0;
  requests = 0;
  /** Requests that the cache allowed, and requests that it denied. */
  passed = 0;
  refused = 0;
  /** Those of both whose cached answer was for another target. */
  elsewhere = 0;

  count(answers: readonly Answered[], advice: Advice): void {
    this.cases += 1;
    if (!advice.cache) this.uncacheable += 1;
    const judged = new Map<string, string>();
    for (const { request, cached } of answers) {
      const caller = JSON.stringify(request.caller);
      const target = `${request.method} ${request.path}`;
      this.requests += 1;
      if (cached.invoked) judged.set(caller, target);
      if (!cached.cached) continue;
      if (cached.status === 200) this.passed += 1;
      else this.refused += 1;
      if (judged.get(caller) !== target) this.elsewhere += 1;
    }
  }
}
