import { AuthorizerFault } from '../decision/errors.ts';
import type { Answer, Ask, Outcome } from './ask.ts';
import { endpointAsker } from './ask-endpoint.ts';
import { type Clock, SteadyClock, systemClock } from './clock.ts';
import { type FetchJwks, fetchJwks } from './fetch-jwks.ts';
import { type Generation, generationOf } from './freshness.ts';
import {
  type ImportedKey,
  type ImportKeys,
  importKeys as importKeysOf,
  type KeysById,
  keyFor,
} from './import-keys.ts';
import { JwksError } from './jwks-error.ts';
import type { JwksSettings } from './jwks-options.ts';
import type { KeyEvent } from './key-events.ts';
import type { KeySetStatus } from './key-set-status.ts';
import { Pace } from './pace.ts';
import type { KeySource, SigningKey } from './signing-key.ts';
import { storeAsker } from './stores/ask-store.ts';

/** What is kept of an invocation's time for its answer, milliseconds. */
export const ANSWER_MARGIN = 300;
/** A refresh that took this much longer than it ever could was cut off by a freeze of the environment. */
const GRACE = 1000;

/** The keys of one issuer, kept current. */
export interface KeySet extends KeySource {
  readonly status: KeySetStatus;
}

export interface KeySetParts {
  /** Where this issuer's keys are published; `null` for pinned keys alone. */
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

/** The keys of one issuer. Nothing is shared with any other set: a key never answers for another issuer. */
export function createKeySet(parts: KeySetParts): KeySet {
  return new KeepingKeySet(parts);
}

interface Flight {
  readonly number: number;
  readonly startedAt: number;
  readonly landed: Promise<void>;
}

const NO_KEYS: KeysById = new Map();

class KeepingKeySet implements KeySet {
  readonly #uri: string;
  readonly #settings: JwksSettings;
  readonly #clock: SteadyClock;
  readonly #random: () => number;
  readonly #pace: Pace;
  readonly #ask: Ask | null;
  readonly #pinned: KeysById;
  /** The longest that a flight can take unless it is cut off. */
  readonly #longestFlight: number;

  #generation: Generation | null = null;
  #flight: Flight | null = null;
  #flights = 0;
  /** Number of the newest flight that came to an end. */
  #landed = 0;
  #lastError: unknown = null;

  constructor({
    uri,
    settings,
    clock = systemClock,
    random = Math.random,
    fetch = fetchJwks,
    importKeys = importKeysOf,
    ca,
  }: KeySetParts) {
    this.#uri = uri ?? 'pinned keys';
    this.#settings = settings;
    this.#clock = new SteadyClock(clock);
    this.#random = random;
    this.#pinned = settings.pinned ?? NO_KEYS;
    const { timeoutMs, storeTimeoutMs, maxBytes, store } = settings;
    const limits = { timeoutMs, maxBytes, ...(ca === undefined ? {} : { ca }) };
    const shared = { uri: this.#uri, clock: this.#clock, importKeys };
    const endpoint = this.#limited(endpointAsker({ ...shared, fetch, limits }));
    const report = (event: KeyEvent) => this.#report(event);
    if (uri === null) this.#ask = null;
    else if (store === null) this.#ask = endpoint;
    else this.#ask = storeAsker({ ...shared, store, endpoint, settings, report });
    this.#longestFlight = (store === null ? timeoutMs : 2 * timeoutMs + 4 * storeTimeoutMs) + GRACE;
    this.#pace = new Pace(this.#clock.now(), settings.cooldownMs, random);
  }

  get status(): KeySetStatus {
    const now = this.#clock.now();
    const wall = (time: number) => new Date(this.#clock.wall() + time - now);
    const set = this.#generation;
    const fresh = set !== null && now < set.freshUntil;
    const usable = set !== null && now < set.usableUntil;
    return {
      fresh,
      stale: usable && !fresh,
      fetchedAt: set === null ? null : wall(set.askedAt),
      nextFetchAt: wall(this.#pace.nextAt),
      lastError: this.#lastError,
      kids: [...this.#pinned.keys(), ...(usable ? set.keys.keys() : [])],
    };
  }

  prefetch(): void {
    if (this.#ask === null || !this.#settings.prefetch) return;
    const now = this.#clock.now();
    if (this.#generation === null || now >= this.#generation.dueAt) this.#refresh(this.#ask, now, null);
  }

  findKey(
    kid: string,
    algorithm: string,
    remainingMs: number,
  ): SigningKey | null | Promise<SigningKey | null> {
    const pinned = this.#pinned.get(kid);
    if (pinned !== undefined) return keyFor(pinned, algorithm, 'pinned');
    if (this.#ask === null) return null;
    const now = this.#clock.now();
    const set = this.#generation;
    if (set !== null && now < set.freshUntil) {
      const key = set.keys.get(kid);
      if (key !== undefined) {
        if (now >= set.dueAt) this.#refresh(this.#ask, now, null);
        return keyFor(key, algorithm, 'fresh');
      }
    }
    return this.#refreshAndFind(this.#ask, kid, algorithm, remainingMs, true);
  }

  /** The way of a key that is not in memory, or stale. */
  #refreshAndFind(
    ask: Ask,
    kid: string,
    algorithm: string,
    remainingMs: number,
    mayPause: boolean,
  ): SigningKey | null | Promise<SigningKey | null> {
    const now = this.#clock.now();
    const stale = this.#usableKey(kid, now);
    // Stale keys serve at once while the last failure is recent; later the endpoint is given a chance first.
    const isOutage = this.#lastError !== null && this.#pace.isOutage(now);
    const flight = this.#refresh(ask, now, kid);
    if (stale !== null && (isOutage || flight === null)) return keyFor(stale, algorithm, 'stale');
    const patience = remainingMs - ANSWER_MARGIN;
    if (flight !== null) return this.#await(flight, kid, algorithm, patience);
    if (this.#isComplete(now)) return null;
    const pause = this.#pace.nextAt - now;
    const hasKeys = this.#generation !== null && now < this.#generation.usableUntil;
    if (!mayPause || hasKeys || pause > Math.min(patience, this.#settings.timeoutMs)) throw this.#fault();
    return this.#clock
      .sleep(pause)
      .then(() => this.#refreshAndFind(ask, kid, algorithm, remainingMs - pause, false));
  }

  async #await(flight: Flight, kid: string, algorithm: string, patience: number): Promise<SigningKey | null> {
    const hasLanded = await this.#clock.within(flight.landed, Math.min(patience, this.#longestFlight));
    const now = this.#clock.now();
    const key = this.#usableKey(kid, now);
    const isComplete = hasLanded && this.#isComplete(now);
    if (key !== null) return keyFor(key, algorithm, isComplete ? 'fetched' : 'stale');
    if (isComplete) return null;
    throw this.#fault();
  }

  /** Whether a key that is not among ours does not exist: so only after a success that is still current. */
  #isComplete(now: number): boolean {
    return this.#lastError === null && this.#generation !== null && now < this.#generation.freshUntil;
  }

  #usableKey(kid: string, now: number): ImportedKey | null {
    const set = this.#generation;
    return set !== null && now < set.usableUntil ? (set.keys.get(kid) ?? null) : null;
  }

  /** The refresh that is under way, or a new one; `null` while cooling down. */
  #refresh(ask: Ask, now: number, kid: string | null): Flight | null {
    if (this.#flight !== null) {
      if (now - this.#flight.startedAt < this.#longestFlight) return this.#flight;
      this.#flight = null;
      this.#lastError = this.#cutOff();
    }
    if (now < this.#pace.nextAt) return null;
    this.#pace.begin(now);
    const need = { have: this.#generation, kid, abandonedAt: now + this.#longestFlight };
    this.#flights += 1;
    const number = this.#flights;
    const landed = ask(need).then((outcome) => this.#land(number, now, outcome));
    this.#flight = { number, startedAt: now, landed };
    return this.#flight;
  }

  /** The endpoint, not to be asked by what a freeze held up, nor again before the cooldown is over. */
  #limited(endpoint: Ask): Ask {
    return async (need) => {
      const now = this.#clock.now();
      if (now >= need.abandonedAt) return { answer: null, error: this.#cutOff() };
      this.#pace.ask(now);
      return endpoint(need);
    };
  }

  #land(number: number, startedAt: number, { answer, error }: Outcome): void {
    if (this.#flight?.number === number) this.#flight = null;
    // An answer that was asked for earlier never takes the place of a later one.
    if (number < this.#landed) return;
    this.#landed = number;
    this.#lastError = error;
    const now = this.#clock.now();
    const durationMs = now - startedAt;
    if (answer !== null) this.#generation = generationOf(answer, this.#settings, this.#random());
    if (error !== null) this.#pace.fail(startedAt, now, error instanceof JwksError ? error.retryAfterMs : 0);
    else if (answer?.from === 'store' && number === this.#flights) this.#pace.share(answer.askedAt);
    if (this.#settings.onEvent !== null) this.#reportLanding(answer, error, durationMs);
  }

  #reportLanding(answer: Answer | null, error: unknown, durationMs: number): void {
    const [uri, { status }] = [this.#uri, this];
    if (answer !== null) {
      const { from, keys, ignored } = answer;
      this.#report({ type: 'refreshed', uri, from, keys: keys.size, ignored, durationMs, status });
    }
    if (error !== null) this.#report({ type: 'refresh_failed', uri, error, durationMs, status });
  }

  #cutOff(): JwksError {
    return new JwksError('jwks_abandoned', `a request for the keys of ${this.#uri} was cut off by a freeze`);
  }

  #fault(): AuthorizerFault {
    const cause = this.#lastError ?? new JwksError('jwks_timeout', `${this.#uri} did not answer in time`);
    return new AuthorizerFault('keys_unavailable', `no usable keys from ${this.#uri}`, { cause });
  }

  #report(event: KeyEvent): void {
    // A hook for metrics must not decide about requests, at once or later.
    try {
      const told: unknown = this.#settings.onEvent?.(event);
      if (told instanceof Promise) told.catch(() => undefined);
    } catch {}
  }
}
