import { type Called, callInTime } from '../../refreshing/call-in-time.ts';
import type { SteadyClock } from '../../refreshing/clock.ts';
import { lifeOf } from '../freshness.ts';
import type { ImportKeys } from '../import-keys.ts';
import { JwksError } from '../jwks-error.ts';
import type { JwksSettings } from '../jwks-settings.ts';
import type { KeyEvent } from '../key-events.ts';
import type { KeyStore } from '../key-store.ts';
import type { KeySnapshot } from '../key-supply.ts';
import { formatRecord, parseRecord } from './key-record.ts';

/** Pauses between two reads while another environment has the lease, milliseconds. The last one repeats. */
const PAUSES = [50, 100, 200, 400];

/** A call to the store that failed, or a record that is none. */
export type StoreFailed = Extract<KeyEvent, { readonly type: 'store_failed' }>;

export interface SharedKeysParts {
  readonly uri: string;
  readonly store: KeyStore;
  readonly settings: JwksSettings;
  readonly clock: SteadyClock;
  readonly report: (event: StoreFailed) => void;
  readonly importKeys: ImportKeys;
}

/** `nothing`: the store is empty, or holds something that is not a record of these keys. */
export type StoreReply =
  | { readonly kind: 'keys'; readonly snapshot: KeySnapshot }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed' };

/**
 * The store as this environment uses it. Calls are cut off after `storeTimeout`, records are validated, and no failure
 * is thrown: each is reported as an event.
 */
export class SharedKeys {
  readonly #parts: SharedKeysParts;
  #leasedUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: SharedKeysParts) {
    this.#parts = parts;
  }

  async read(): Promise<StoreReply> {
    const { uri, store, report } = this.#parts;
    const called = await this.#call('read', () => store.read(uri));
    if (called.kind === 'failed') return { kind: 'failed' };
    if (typeof called.value !== 'string') return { kind: 'nothing' };
    try {
      return { kind: 'keys', snapshot: this.#snapshotOf(called.value) };
    } catch (error) {
      // Treated as empty, so that the next writer replaces it.
      report({ type: 'store_failed', uri, operation: 'read', error });
      return { kind: 'nothing' };
    }
  }

  /** @throws {JwksError} if the text is not a record of these keys */
  #snapshotOf(text: string): KeySnapshot {
    const { uri, clock, settings, importKeys } = this.#parts;
    if (text.length > settings.maxBytes) {
      throw new JwksError('jwks_too_large', `the store holds more than ${settings.maxBytes} characters`);
    }
    const record = parseRecord(uri, text, clock.wall(), importKeys);
    const askedAt = clock.now() - Math.max(0, clock.wall() - record.fetchedAt);
    return { ...record, askedAt, publishedAt: record.fetchedAt, from: 'store' };
  }

  /** Takes the lease, unless this environment has it still: `theirs` if another environment has it. */
  async lease(): Promise<'ours' | 'theirs' | 'failed'> {
    const { uri, store, settings, clock } = this.#parts;
    const now = clock.now();
    if (now < this.#leasedUntil) return 'ours';
    const called = await this.#call('lease', async () => store.lease?.(uri, settings.cooldownMs / 1000));
    if (called.kind === 'failed') return 'failed';
    if (called.value === false) return 'theirs';
    this.#leasedUntil = now + settings.cooldownMs;
    return 'ours';
  }

  /** Writes the keys unless a freeze came in between. Returns whether they were written. */
  async write({ keys, askedAt, publishedAt, maxAge }: KeySnapshot): Promise<boolean> {
    const { uri, store, settings, clock } = this.#parts;
    // After a freeze another environment has the lease, and the store may hold newer keys.
    if (clock.now() - askedAt > settings.cooldownMs) return false;
    const record = formatRecord(uri, { keys, fetchedAt: publishedAt, maxAge });
    const { usableUntil } = lifeOf({ askedAt, maxAge }, settings);
    const keepFor = Math.ceil((usableUntil - askedAt) / 1000);
    const called = await this.#call('write', async () => store.write?.(uri, record, keepFor));
    return called.kind === 'value';
  }

  /** Reads until the store has newer keys than these. `null` if time runs out or the store fails. */
  async awaitOther(newest: KeySnapshot | null, patienceMs: number): Promise<KeySnapshot | null> {
    const { clock } = this.#parts;
    const until = clock.now() + patienceMs;
    for (let look = 0; clock.now() < until; look += 1) {
      await clock.sleep(PAUSES[look] ?? 400);
      const reply = await this.read();
      if (reply.kind === 'failed') return null;
      if (reply.kind === 'nothing') continue;
      if (newest === null || reply.snapshot.publishedAt > newest.publishedAt) return reply.snapshot;
    }
    return null;
  }

  /** Calls the store and waits no longer than `storeTimeout`. A failure is reported. */
  async #call<Value>(
    operation: 'read' | 'write' | 'lease',
    action: () => Promise<Value>,
  ): Promise<Called<Value>> {
    const { uri, settings, clock, report } = this.#parts;
    const late = new JwksError('jwks_store', `no answer within ${settings.storeTimeoutMs} ms`);
    const called = await callInTime(clock, settings.storeTimeoutMs, action, late);
    if (called.kind === 'failed') report({ type: 'store_failed', uri, operation, error: called.error });
    return called;
  }
}
