import { AuthorizerFault } from '../decision/errors.ts';
import type { MaybePromise } from '../util/maybe-promise.ts';
import { type Clock, SteadyClock, systemClock } from './clock.ts';
import { createSupplier } from './create-supplier.ts';
import type { FetchJwks } from './fetch-jwks.ts';
import { HeldKeys } from './held-keys.ts';
import { type ImportKeys, type KeysById, keyFor } from './import-keys.ts';
import { JwksError } from './jwks-error.ts';
import type { JwksSettings } from './jwks-options.ts';
import { whyUnusable } from './key-reasons.ts';
import type { KeySetStatus } from './key-set-status.ts';
import { type Supply, snapshotOf } from './key-supply.ts';
import { Pace } from './pace.ts';
import { PinnedKeySet } from './pinned-key-set.ts';
import { longestRefresh, type Refresh, Refreshing } from './refreshing.ts';
import { reportEvent } from './report-event.ts';
import { shownUri } from './shown-uri.ts';
import type { KeySource, SigningKey } from './signing-key.ts';

/*
 * A key set combines the keys that are held (held-keys.ts) with refreshes of them (refreshing.ts).
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
export const ANSWER_MARGIN = 300;

/** The keys of one issuer, kept current. */
export interface KeySet extends KeySource {
  readonly status: KeySetStatus;
  /** Resolves when there are keys that verify tokens, or when that much time has passed, milliseconds. Never rejects. */
  ready(timeoutMs: number): Promise<void>;
}

export interface KeySetParts {
  /** Where this issuer's keys are published; `null` if all keys are pinned. */
  readonly uri: string | null;
  readonly settings: JwksSettings;
  readonly clock?: Clock;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
  readonly fetch?: FetchJwks;
  readonly importKeys?: ImportKeys;
  /** Certificate authorities besides Node's own. */
  readonly ca?: string;
}

/** The keys of one issuer. Sets share nothing: a key of one issuer never verifies a token of another. */
export function createKeySet({ uri, clock = systemClock, ...parts }: KeySetParts): KeySet {
  const steady = new SteadyClock(clock);
  const pinned: KeysById = parts.settings.pinned ?? new Map();
  return uri === null
    ? new PinnedKeySet(pinned, new Date(steady.wall()))
    : new RefreshedKeySet(uri, pinned, steady, parts);
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
class RefreshedKeySet implements KeySet {
  readonly #uri: string;
  readonly #settings: JwksSettings;
  readonly #pinned: KeysById;
  readonly #clock: SteadyClock;
  readonly #held: HeldKeys;
  readonly #refreshing: Refreshing;

  constructor(uri: string, pinned: KeysById, clock: SteadyClock, parts: Omit<KeySetParts, 'uri' | 'clock'>) {
    const { settings, random = Math.random } = parts;
    this.#uri = uri;
    this.#settings = settings;
    this.#pinned = pinned;
    this.#clock = clock;
    this.#held = new HeldKeys(settings, random);
    const pace = new Pace(clock.now(), settings.cooldownMs, random);
    this.#refreshing = new Refreshing({
      uri,
      clock,
      pace,
      held: this.#held,
      supplier: createSupplier({ ...parts, uri, clock, pace }),
      longestMs: longestRefresh(settings),
      onEnd: (supply, durationMs) => this.#reportEnd(supply, durationMs),
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
      kids: [...this.#pinned.keys(), ...this.#held.usableAt(now).keys()],
    };
  }

  prefetch(): void {
    const now = this.#clock.now();
    if (this.#settings.prefetch && this.#held.isDue(now)) this.#refreshing.start(now, null);
  }

  async ready(timeoutMs: number): Promise<void> {
    const until = this.#clock.ticks() + timeoutMs;
    for (;;) {
      const now = this.#clock.now();
      const left = until - this.#clock.ticks();
      if (left <= 0 || this.#pinned.size > 0 || this.#held.hasUsableAt(now)) return;
      const refresh = this.#refreshing.start(now, null);
      if (refresh !== null) await this.#refreshing.awaitEnd(refresh, left);
      else await this.#clock.sleep(Math.min(left, this.#refreshing.nextAt - now));
    }
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
    const held = this.#held.usableAt(now).get(kid);
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
    const stale = this.#held.usableAt(now).get(wanted.kid);
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
    if (!isNear || this.#held.hasUsableAt(now)) throw this.#fault();
    return this.#clock.sleep(pauseMs).then(() => this.#refreshAndFind(wanted));
  }

  async #findAfter(refresh: Refresh, wanted: Wanted): Promise<SigningKey | null> {
    const { kid, algorithm, answerBy, retryUntil } = wanted;
    const hasEnded = await this.#refreshing.awaitEnd(refresh, answerBy - this.#clock.ticks());
    const now = this.#clock.now();
    // A response that waited for the end of a long freeze brings stale keys: then there is a newer one to be had.
    if (hasEnded && this.#refreshing.isOutdated(refresh, now) && this.#held.stateAt(now) !== 'fresh')
      return this.#refreshAndFind(wanted);
    const key = this.#held.usableAt(now).get(kid);
    const isComplete = hasEnded && this.#isComplete(now);
    if (key !== undefined) return keyFor(key, algorithm, isComplete ? 'fetched' : 'stale');
    if (isComplete) return null;
    if (this.#held.hasUsableAt(now) || this.#clock.ticks() >= retryUntil) throw this.#fault();
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

  #reportEnd(supply: Supply, durationMs: number): void {
    const { onEvent } = this.#settings;
    if (onEvent === null) return;
    const [uri, { status }] = [this.#uri, this];
    const snapshot = snapshotOf(supply);
    if (snapshot !== null) {
      const { from, keys, ignored } = snapshot;
      reportEvent(onEvent, {
        type: 'refreshed',
        uri,
        from,
        keys: [...keys.values()].flat().length,
        ignored,
        durationMs,
        status,
      });
    }
    if (supply.kind === 'failed') {
      reportEvent(onEvent, { type: 'refresh_failed', uri, error: supply.error, durationMs, status });
    }
  }
}
