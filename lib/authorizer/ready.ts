import type { KeySet } from '../jwks/key-set.ts';
import type { KeySetStatus } from '../jwks/key-set-status.ts';
import { awaitKeys } from '../token/key-sources.ts';
import { plainObject, seconds } from '../util/option-checks.ts';

/** Options of `ready()`. */
export interface ReadyOptions {
  /**
   * How long to wait at most for keys, and for the list of revocations.
   *
   * @default 3 seconds
   */
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_S = 3;
const LONGEST_S = 600;

/**
 * The timeout of `ready()`, milliseconds.
 *
 * @throws {OptionError} if it is not a number of seconds, 0 to 600
 */
export function readyTimeoutMs(options: ReadyOptions): number {
  const { timeout } = plainObject(options, 'ready', ['timeout']);
  return 1000 * (timeout === undefined ? DEFAULT_TIMEOUT_S : seconds(timeout, 'ready.timeout', 0, LONGEST_S));
}

/**
 * Waits until each key set has keys or the time is up, and until all that is beside has ended, in any way. Never rejects.
 *
 * @param beside - the warm-up, and the first read of the revocations
 * @returns the state of each key set
 */
export async function allReady(
  keySets: Iterable<KeySet>,
  timeoutMs: number,
  beside: readonly unknown[],
): Promise<KeySetStatus[]> {
  const all = [...keySets];
  await Promise.allSettled([awaitKeys(all, timeoutMs), ...beside]);
  return all.map(({ status }) => status);
}
