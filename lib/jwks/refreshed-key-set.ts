import { AuthorizerFault } from '../decision/errors.ts';
import type { SteadyClock } from '../refreshing/clock.ts';
import { Held } from '../refreshing/held.ts';
import { Pace } from '../refreshing/pace.ts';
import { type Refresh, Refreshing } from '../refreshing/refreshing.ts';
import type { MaybePromise } from '../util/maybe-promise.ts';
import { createSupplier, type FetchParts } from './create-supplier.ts';
import { cutOffError } from './endpoint-supplier.ts';
import { lifeOf, longestRefresh } from './freshness.ts';
import { type KeysById, keyFor } from './import-keys.ts';
import { JwksError } from './jwks-error.ts';
import type { JwksSettings } from './jwks-settings.ts';
import { whyUnusable } from './key-reasons.ts';
import type { KeySetStatus } from './key-set-status.ts';
import type { KeySnapshot } from './key-supply.ts';
import { reportRefresh } from './report-event.ts';
import { shownUri } from './shown-uri.ts';
import type { KeySource, SigningKey } from './signing-key.ts';

/*
 * A key set combines the keys that are held (held.ts) with refreshes of them (refreshing.ts).
 *
 *   The keys that are held                        A refresh
 *
 *     none ───── new keys ─────▶ fresh ◀──┐         idle ◀──────────────┐
 *                                  │      │          │ a request needs  │ keys, or a failure:
 *                   freshFor + 10 %│      │          │ keys, and the    │ the pace says when the
 *                                  ▼      │          │ pace allows it   │ next one may start
 *                                stale ───┤          ▼                  │
 *                                  │      │      under way ─────────────┤
 *                         staleFor │  new keys       │ later than it    │
 *                                  ▼      │          ▼ ever could be    │
 *                                 gone ───┘     cut off by a freeze ────┘
 *
 * What a request for a key gets:
 *
 *   held             the key itself     a key that is not held
 *   fresh            at once            waits for a refresh; while none may start: `null` after a success (no such
 *                                       key is published), else `keys_unavailable`
 *   stale            waits for a        waits for a refresh, else `keys_unavailable`
 *                    refresh; at once
 *                    in an outage
 *   none or gone     -                  waits for each refresh that starts within `timeout` of its arrival and within
 *                                       its remaining time; else `keys_unavailable`
 *
 * When fresh keys are due, a refresh starts beside the requests, and nobody waits for it.
 */

/** Time of an invocation that is kept for its answer, milliseconds. */
const ANSWER_MARGIN = 300;

export interface RefreshParts extends FetchParts {
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
}

/** The key that a token needs, and how long its request can wait for it. */
interface Wanted {
  readonly kid: string;
  readonly algorithm: string;
  /** When the request must be answered, milliseconds of `ticks()`. */
  readonly answerBy: number;
  /** When a refresh must have started that the request waits for, milliseconds of `ticks()`. */
  readonly retryUntil: number;
}

/** Keys that are fetched, perhaps with pinned keys before them. */
export class RefreshedKeySet implements KeySource {
  readonly #uri: string;
  readonly #settings: JwksSettings;
  readonly #pinned: KeysById;
  readonly #clock: SteadyClock;
  readonly #held: Held<KeySnapshot>;
  readonly #refreshing: Refreshing<KeySnapshot>;

  constructor(uri: string, pinned: KeysById, clock: SteadyClock, parts: RefreshParts) {
    const { settings, random = Math.random } = parts;
    this.#uri = uri;
    this.#settings = settings;
    this.#pinned = pinned;
    this.#clock = clock;
    this.#held = new Held((snapshot) => lifeOf(snapshot, settings, random()));
    const pace = new Pace(clock.now(), settings.cooldownMs, random);
    this.#refreshing = new Refreshing({
      clock,
      pace,
      held: this.#held,
      supplier: createSupplier({ ...parts, uri, clock, pace }),
      longestMs: longestRefresh(settings),
      cutOffError: () => cutOffError(uri),
      retryAfterMs: (error) => (error instanceof JwksError ? error.retryAfterMs : 0),
      onEnd: (supply, durationMs, wasCutOff) =>
        reportRefresh(settings.onEvent, supply, { uri, durationMs, wasCutOff, statusOf: () => this.status }),
    });
  }

  get status(): KeySetStatus {
    const now = this.#clock.now();
    const wall = (time: number) => new Date(this.#clock.wall() + time - now);
    const { snapshot } = this.#held;
    const state = this.#held.stateAt(now);
    return {
      fresh: state === 'fresh',
      stale: state === 'stale',
      fetchedAt: snapshot === null ? null : wall(snapshot.askedAt),
      nextFetchAt: wall(this.#refreshing.nextAt),
      lastError: this.#refreshing.lastError,
      kids: [...this.#pinned.keys(), ...(this.#held.usableAt(now)?.keys.keys() ?? [])],
    };
  }

  prefetch(): void {
    const now = this.#clock.now();
    if (this.#settings.prefetch && this.#held.isDue(now)) this.#refreshing.start(now, null);
  }

  async ready(timeoutMs: number): Promise<void> {
    if (this.#pinned.size === 0) await this.#refreshing.awaitUsable(timeoutMs);
  }

  whyUnusable(kid: string): string | null {
    const { snapshot } = this.#held;
    return (
      whyUnusable(kid, this.#pinned, []) ??
      (snapshot === null ? null : whyUnusable(kid, snapshot.keys, snapshot.ignored))
    );
  }

  findKey(kid: string, algorithm: string, remainingMs: number): MaybePromise<SigningKey | null> {
    const pinned = this.#pinned.get(kid);
    if (pinned !== undefined) return keyFor(pinned, algorithm, 'pinned');
    const now = this.#clock.now();
    const held = this.#held.usableAt(now)?.keys.get(kid);
    if (held === undefined || this.#held.stateAt(now) !== 'fresh') {
      return this.#refreshAndFind(this.#wanted(kid, algorithm, remainingMs));
    }
    if (this.#held.isDue(now)) this.#refreshing.start(now, null);
    return keyFor(held, algorithm, 'fresh');
  }

  #wanted(kid: string, algorithm: string, remainingMs: number): Wanted {
    const arrivedAt = this.#clock.ticks();
    const answerBy = arrivedAt + remainingMs - ANSWER_MARGIN;
    return {
      kid,
      algorithm,
      answerBy,
      retryUntil: Math.min(answerBy, arrivedAt + this.#settings.timeoutMs),
    };
  }

  #refreshAndFind(wanted: Wanted): MaybePromise<SigningKey | null> {
    const now = this.#clock.now();
    const stale = this.#held.usableAt(now)?.keys.get(wanted.kid);
    // In an outage stale keys serve at once. Otherwise the endpoint is tried first.
    const isOutage = this.#refreshing.isOutage(now);
    const refresh = this.#refreshing.start(now, wanted.kid);
    if (stale !== undefined && (isOutage || refresh === null))
      return keyFor(stale, wanted.algorithm, 'stale');
    if (refresh !== null) return this.#findAfter(refresh, wanted);
    if (this.#isComplete(now)) return null;
    return this.#pauseAndFind(wanted, this.#refreshing.nextAt - now, now);
  }

  /** Without any keys, and while no refresh may start: waits for that moment, if it is near. */
  #pauseAndFind(wanted: Wanted, pauseMs: number, now: number): Promise<SigningKey | null> {
    const isNear = this.#clock.ticks() + pauseMs <= wanted.retryUntil;
    if (!isNear || this.#held.usableAt(now) !== null) throw this.#fault();
    return this.#clock.sleep(pauseMs).then(() => this.#refreshAndFind(wanted));
  }

  async #findAfter(refresh: Refresh, wanted: Wanted): Promise<SigningKey | null> {
    const { kid, algorithm, answerBy, retryUntil } = wanted;
    const hasEnded = await this.#refreshing.awaitEnd(refresh, answerBy - this.#clock.ticks());
    const now = this.#clock.now();
    // A response that waited for the end of a long freeze brings stale keys: then there is a newer one to be had.
    if (hasEnded && this.#refreshing.isOutdated(refresh, now) && this.#held.stateAt(now) !== 'fresh')
      return this.#refreshAndFind(wanted);
    const key = this.#held.usableAt(now)?.keys.get(kid);
    const isComplete = hasEnded && this.#isComplete(now);
    if (key !== undefined) return keyFor(key, algorithm, isComplete ? 'fetched' : 'stale');
    if (isComplete) return null;
    if (this.#clock.ticks() >= retryUntil) throw this.#fault();
    return this.#refreshAndFind(wanted);
  }

  /** Whether a key that is not held does not exist: only after a success that is still current. */
  #isComplete(now: number): boolean {
    return this.#refreshing.lastError === null && this.#held.stateAt(now) === 'fresh';
  }

  #fault(): AuthorizerFault {
    const source = shownUri(this.#uri);
    const cause =
      this.#refreshing.lastError ?? new JwksError('jwks_timeout', `${source} did not answer in time`);
    return new AuthorizerFault('keys_unavailable', `no usable keys from ${source}`, { cause });
  }
}
