import type { Answer } from '../ask.ts';
import type { SteadyClock } from '../clock.ts';
import { lifeOf } from '../freshness.ts';
import type { ImportKeys } from '../import-keys.ts';
import { JwksError } from '../jwks-error.ts';
import type { JwksSettings } from '../jwks-options.ts';
import type { KeyEvent } from '../key-events.ts';
import type { KeyStore } from '../key-store.ts';
import { readRecord, writeRecord } from './key-record.ts';

/** Pauses between two looks for what the holder of the lease fetched, milliseconds. The last one repeats. */
const PAUSES = [50, 100, 200, 400];
export interface SharedKeysParts {
  readonly uri: string;
  readonly store: KeyStore;
  readonly settings: JwksSettings;
  readonly clock: SteadyClock;
  readonly report: (event: KeyEvent) => void;
  readonly importKeys: ImportKeys;
}

/** The store as this environment uses it: never waited for long, never believed unseen, never a reason to fail. */
export class SharedKeys {
  readonly #parts: SharedKeysParts;

  constructor(parts: SharedKeysParts) {
    this.#parts = parts;
  }

  async read(): Promise<Answer | null | 'failed'> {
    const { uri, store, clock, settings, report, importKeys } = this.#parts;
    const reply = await this.#call('read', () => store.read(uri));
    if (reply === 'failed') return 'failed';
    if (typeof reply.value !== 'string') return null;
    try {
      if (reply.value.length > settings.maxBytes) {
        throw new JwksError('jwks_too_large', `the store holds more than ${settings.maxBytes} characters`);
      }
      const record = readRecord(uri, reply.value, clock.wall(), importKeys);
      const askedAt = clock.now() - Math.max(0, clock.wall() - record.fetchedAt);
      return { ...record, askedAt, publishedAt: record.fetchedAt, from: 'store' };
    } catch (error) {
      // As good as empty, so that the next writer replaces it.
      report({ type: 'store_failed', uri, operation: 'read', error });
      return null;
    }
  }

  async lease(): Promise<'ours' | 'theirs' | 'failed'> {
    const { uri, store, settings } = this.#parts;
    const reply = await this.#call('lease', async () => store.lease?.(uri, settings.cooldownMs / 1000));
    if (reply === 'failed') return 'failed';
    return reply.value === false ? 'theirs' : 'ours';
  }

  /** Whether it was written; not when a freeze came in between. */
  async write({ keys, askedAt, publishedAt, maxAge }: Answer): Promise<boolean> {
    const { uri, store, settings, clock } = this.#parts;
    // After a freeze the lease is another's, and what the store holds by now may be newer.
    if (clock.now() - askedAt > settings.cooldownMs) return false;
    const record = writeRecord(uri, { keys, fetchedAt: publishedAt, maxAge });
    const { usableUntil } = lifeOf({ askedAt, maxAge }, settings);
    const keepFor = Math.ceil((usableUntil - askedAt) / 1000);
    const reply = await this.#call('write', async () => store.write?.(uri, record, keepFor));
    return reply !== 'failed';
  }

  /** Looks again and again for newer keys than these, until the patience is used up or the store fails. */
  async awaitOther(newest: Answer | null, patienceMs: number): Promise<Answer | null> {
    const { clock } = this.#parts;
    const until = clock.now() + patienceMs;
    for (let look = 0; clock.now() < until; look += 1) {
      await clock.sleep(PAUSES[look] ?? 400);
      const held = await this.read();
      if (held === 'failed') return null;
      if (held !== null && (newest === null || held.publishedAt > newest.publishedAt)) return held;
    }
    return null;
  }

  async #call<Value>(
    operation: 'read' | 'write' | 'lease',
    action: () => Promise<Value>,
  ): Promise<{ readonly value: Value } | 'failed'> {
    const { uri, settings, clock, report } = this.#parts;
    let reply: { readonly value: Value } | null = null;
    let error: unknown = new JwksError('jwks_store', `no answer within ${settings.storeTimeoutMs} ms`);
    const settled = (async () => action())().then(
      (value) => {
        reply = { value };
      },
      (reason: unknown) => {
        error = reason;
      },
    );
    await clock.within(settled, settings.storeTimeoutMs);
    if (reply !== null) return reply;
    report({ type: 'store_failed', uri, operation, error });
    return 'failed';
  }
}
