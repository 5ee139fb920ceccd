import { AuthorizerFault } from '../decision/errors.ts';
import { callInTime } from '../refreshing/call-in-time.ts';
import { type Clock, SteadyClock, systemClock } from '../refreshing/clock.ts';
import { Held } from '../refreshing/held.ts';
import { Pace } from '../refreshing/pace.ts';
import { Refreshing } from '../refreshing/refreshing.ts';
import { reportTo } from '../refreshing/report-to.ts';
import { type Snapshot, type Supply, snapshotOf } from '../refreshing/supply.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';
import { parseRevocations, RECORD_ID, type RevocationKind, type Revocations } from './record.ts';
import { RevocationsError } from './revocations-error.ts';
import type { RevocationEvent } from './revocations-options.ts';
import { OVERLAP, type RevocationsSettings } from './revocations-settings.ts';
import { type RevocableClaims, revokedBy } from './revoked-by.ts';

/** How long a read may take, and how long a request waits for one, milliseconds. */
const TIMEOUT = 1000;

/** A read that takes this much longer than it ever could was cut off by a freeze. Milliseconds. */
const GRACE = 1000;

/** Time of an invocation that is kept for its answer, milliseconds. */
const ANSWER_MARGIN = 300;

/** The share of {@link OVERLAP} over which the reads of environments that started together spread. */
const SPREAD = 0.5;

interface ListSnapshot extends Snapshot {
  readonly text: string | null;
  readonly revocations: Revocations;
}

/**
 * The list of revocations in memory, read from the store beside the requests:
 *
 *   read ── refreshEvery ──▶ a read starts ── 1 s ──▶ requests wait for it ── until staleFor ──▶ unavailable
 *
 * - One read at a time, and one in `refreshEvery` at most. Without a list, failed reads are repeated after growing pauses.
 * - A request waits a second at most. After a read has failed it waits only if it would be a fault otherwise.
 * - Requests start the reads: an idle or frozen environment reads nothing, and its next request waits for a new list.
 */
export class RevocationList {
  readonly #settings: RevocationsSettings;
  readonly #clock: SteadyClock;
  readonly #held: Held<ListSnapshot>;
  readonly #refreshing: Refreshing<ListSnapshot>;
  #isReported = false;

  /** @param random - from 0 to 1, for jitter */
  constructor(settings: RevocationsSettings, clock: Clock = systemClock, random: () => number = Math.random) {
    const { refreshMs, staleMs } = settings;
    const steady = new SteadyClock(clock);
    this.#settings = settings;
    this.#clock = steady;
    this.#held = new Held(({ askedAt }) => ({
      dueAt: askedAt + refreshMs + 1000 * OVERLAP * SPREAD * random(),
      freshUntil: askedAt + refreshMs + 1000 * OVERLAP,
      usableUntil: askedAt + staleMs,
    }));
    this.#refreshing = new Refreshing({
      clock: steady,
      pace: new Pace(steady.now(), refreshMs, random),
      held: this.#held,
      supplier: ({ have }) => this.#read(have),
      longestMs: TIMEOUT + GRACE,
      cutOffError: () => timeout('was cut off by a freeze'),
      retryAfterMs: () => 0,
      onEnd: (...ended) => this.#onEnd(...ended),
    });
  }

  prefetch(): void {
    const now = this.#clock.now();
    if (this.#held.isDue(now)) this.#refreshing.start(now, null);
  }

  /** Resolves when there is a list, or when that much time has passed, milliseconds. Never rejects. */
  ready(timeoutMs: number): Promise<void> {
    return this.#refreshing.awaitUsable(timeoutMs);
  }

  /**
   * Finds the kind of the entry that revokes a token; `null` if none does, or without a list under
   * `onUnavailable: 'allow'`. Synchronous while the list is fresh.
   *
   * @param remainingMs - time left in this invocation, milliseconds
   * @throws {AuthorizerFault} `revocations_unavailable` without a list under `onUnavailable: 'deny'`
   */
  find(claims: RevocableClaims, remainingMs: number): MaybePromise<RevocationKind | null> {
    const waitUntil = this.#clock.ticks() + Math.min(TIMEOUT, remainingMs - ANSWER_MARGIN);
    return andThen(this.#current(waitUntil), (list) => {
      if (list === null) return this.#withoutList();
      return revokedBy(list.revocations, claims, this.#clock.wall() / 1000);
    });
  }

  /** @param waitUntil - milliseconds of `ticks()` */
  #current(waitUntil: number): MaybePromise<ListSnapshot | null> {
    const now = this.#clock.now();
    const usable = this.#held.usableAt(now);
    if (this.#held.stateAt(now) === 'fresh') {
      if (this.#held.isDue(now)) this.#refreshing.start(now, null);
      return usable;
    }
    const mayPass = usable !== null || this.#settings.onUnavailable === 'allow';
    const isHopeless = mayPass && this.#refreshing.isOutage(now);
    const refresh = this.#refreshing.start(now, null);
    const patience = waitUntil - this.#clock.ticks();
    if (refresh === null || isHopeless || patience <= 0) return usable;
    // A freeze may cut the read off, or make its result old: then another one follows while there is time.
    return this.#refreshing.awaitEnd(refresh, patience).then(() => this.#current(waitUntil));
  }

  #withoutList(): null {
    const { onUnavailable } = this.#settings;
    const error = this.#refreshing.lastError ?? timeout('got no answer in time');
    if (!this.#isReported) this.#report({ type: 'unavailable', onUnavailable, error });
    this.#isReported = true;
    if (onUnavailable === 'allow') return null;
    throw new AuthorizerFault('revocations_unavailable', 'there is no current list of revocations', {
      cause: error,
    });
  }

  async #read(have: ListSnapshot | null): Promise<Supply<ListSnapshot>> {
    const askedAt = this.#clock.now();
    const { store } = this.#settings;
    const late = timeout(`got no answer within ${TIMEOUT} ms`);
    const called = await callInTime(this.#clock, TIMEOUT, () => store.read(RECORD_ID), late);
    if (called.kind === 'failed') return { ...called, older: null };
    const text = called.value ?? null;
    try {
      const revocations = have?.text === text ? have.revocations : parseRevocations(text);
      return { kind: 'new', snapshot: { text, revocations, askedAt, from: 'store' } };
    } catch (error) {
      return { kind: 'failed', error, older: null };
    }
  }

  #onEnd(supply: Supply<ListSnapshot>, durationMs: number, wasCutOff: boolean): void {
    if (supply.kind === 'failed') {
      return this.#report({ type: 'refresh_failed', error: supply.error, wasCutOff, durationMs });
    }
    this.#isReported = false;
    const { revocations } = snapshotOf(supply) as ListSnapshot;
    let entries = 0;
    for (const { size } of revocations.values()) entries += size;
    this.#report({ type: 'refreshed', entries, durationMs });
  }

  #report(event: RevocationEvent): void {
    reportTo(this.#settings.onEvent, event);
  }
}

function timeout(what: string): RevocationsError {
  return new RevocationsError('revocations_timeout', `a read of the revocations ${what}`);
}
