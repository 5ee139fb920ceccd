import type { ReplayStore } from '../../jwks/replay-store.ts';

/** How many proofs an execution environment remembers: some 10 MB. */
export const MAX_REPLAYS = 50_000;

/**
 * A store in the memory of one execution environment: a proof that was used here can still be used once in each of the
 * others. If it is full, the oldest claim is dropped.
 *
 * @param max - most claims that are held
 * @param now - epoch milliseconds
 */
export function memoryReplays(max: number = MAX_REPLAYS, now: () => number = Date.now): ReplayStore {
  /** End of each claim, epoch milliseconds, in the order in which they were made. */
  const claims = new Map<string, number>();
  return {
    claim(id, seconds) {
      const time = now();
      const end = claims.get(id);
      if (end !== undefined && end > time) return false;
      // Anew at the end of the order.
      claims.delete(id);
      for (const [oldest, ended] of claims) {
        if (ended > time && claims.size < max) break;
        claims.delete(oldest);
      }
      claims.set(id, time + 1000 * seconds);
      return true;
    },
  };
}
