import { bareError } from '../../authorizer/bare-error.ts';
import { AuthorizerFault } from '../../decision/errors.ts';
import type { ReplayStore } from '../../jwks/replay-store.ts';
import { callInTime } from '../../refreshing/call-in-time.ts';
import { SteadyClock, systemClock } from '../../refreshing/clock.ts';
import { reportTo } from '../../refreshing/report-to.ts';
import type { ReplayEvent, ReplayNotice } from '../../token/binding.ts';
import type { MaybePromise } from '../../util/maybe-promise.ts';

type Listener = (event: ReplayEvent) => unknown;

/** How long the store may take, milliseconds. HTTP APIs give an authorizer 10 seconds. */
const TIMEOUT = 5000;

/** Left for the answer when the invocation's time runs out, milliseconds. */
const ANSWER_MARGIN = 300;

const ADVICE =
  'The store of used DPoP proofs failed, so proofs pass although they may have been used before (`dpop.onUnavailable`). ' +
  'Check `error`, then the permissions of the function, the network and the store.';

/** Claims proofs in a store, and says what follows if the store fails. */
export class UsedProofs {
  readonly #clock = new SteadyClock(systemClock);
  readonly #store: ReplayStore;
  readonly #onUnavailable: 'deny' | 'allow';
  readonly #listeners: Listener[];
  /** What the log is to say; `null` if nothing, or if it was logged. */
  #notice: ReplayNotice | null = null;
  #hasFailed = false;

  constructor(store: ReplayStore, onUnavailable: 'deny' | 'allow', hook: Listener | null) {
    this.#store = store;
    this.#onUnavailable = onUnavailable;
    this.#listeners = hook === null ? [] : [hook];
  }

  /**
   * Claims a proof. Synchronous if the store is.
   *
   * @param seconds - how long the claim must hold at least
   * @param remainingMs - time left in this invocation
   * @returns whether this is the first use
   * @throws {AuthorizerFault} `replay_unavailable` if the store fails, unless `onUnavailable` is `'allow'`; a rejection if it
   *   had to wait
   */
  claim(id: string, seconds: number, remainingMs: number): MaybePromise<boolean> {
    let claimed: unknown;
    try {
      claimed = this.#store.claim(id, seconds);
    } catch (error) {
      return this.#fail(error);
    }
    return typeof claimed === 'boolean'
      ? claimed
      : this.#settle(claimed, Math.min(TIMEOUT, remainingMs - ANSWER_MARGIN));
  }

  watch(listener: Listener): void {
    this.#listeners.push(listener);
  }

  notice(): ReplayNotice | null {
    const notice = this.#notice;
    this.#notice = null;
    return notice;
  }

  async #settle(claimed: unknown, timeout: number): Promise<boolean> {
    const late = new Error(`the store gave no answer within ${timeout} ms`);
    const called = await callInTime(this.#clock, timeout, async () => claimed, late);
    if (called.kind === 'failed') return this.#fail(called.error);
    // Anything else, such as the answer of a database, must not let every proof pass.
    if (typeof called.value === 'boolean') return called.value;
    return this.#fail(new TypeError('claim() did not return true or false'));
  }

  #fail(error: unknown): true {
    for (const listener of this.#listeners)
      reportTo(listener, { type: 'store_failed', operation: 'claim', error });
    if (this.#onUnavailable === 'deny') {
      throw new AuthorizerFault('replay_unavailable', 'the store of used DPoP proofs failed', {
        cause: error,
      });
    }
    if (!this.#hasFailed) {
      const line = { error: bareError(error), advice: ADVICE };
      this.#notice = { level: 'warn', message: 'authorizer replay store failed', line };
    }
    this.#hasFailed = true;
    return true;
  }
}
