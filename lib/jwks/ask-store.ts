import type { Answer, Ask, Need, Outcome } from './ask.ts';
import type { SteadyClock } from './clock.ts';
import { freshnessOf, lifeOf } from './freshness.ts';
import { JwksError } from './jwks-error.ts';
import type { JwksSettings } from './jwks-options.ts';
import type { KeyEvent } from './key-events.ts';
import { readRecord, writeRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';

/** Pauses between two looks for what the holder of the lease fetched, milliseconds. The last one repeats. */
const PAUSES = [50, 100, 200, 400];
/** How long to look for it when there are keys to go on with, milliseconds. */
const SHORT_WAIT = 1000;

export interface StoreAskerParts {
  readonly uri: string;
  readonly store: KeyStore;
  readonly endpoint: Ask;
  readonly settings: JwksSettings;
  readonly clock: SteadyClock;
  readonly report: (event: KeyEvent) => void;
}

/** Asks the store first and the endpoint only when it is this environment's turn, or when the store is no help. */
export function storeAsker(parts: StoreAskerParts): Ask {
  const { store, endpoint, settings, clock } = parts;
  const { write, lease } = store;
  const shared = new SharedKeys(parts);
  return async (need) => {
    const held = await shared.read();
    if (held === 'failed') return endpoint(need);
    if (held !== null && satisfies(held, need, settings, clock.now())) {
      return { answer: newsOf(held, need), error: null };
    }
    if (write === undefined || lease === undefined) return askAsReader(parts, need, held);
    return askAsWriter(parts, shared, need, held);
  };
}

/** Whether the store's keys make a request to the endpoint needless. */
function satisfies(held: Answer, need: Need, settings: JwksSettings, now: number): boolean {
  const age = now - held.askedAt;
  if (held.publishedAt < need.newerThan || age >= freshnessOf(held.maxAge, settings.freshMs)) return false;
  return need.kid === null || held.keys.has(need.kid) || age < settings.cooldownMs;
}

/** What the store has, if it is news. Keys that are at hand already are not taken again: it would make them younger. */
function newsOf(held: Answer, need: Need): Answer | null {
  return held.publishedAt > need.newerThan ? held : null;
}

/** Where somebody else writes: what the store has must do, as long as it can serve at all. */
function askAsReader(parts: StoreAskerParts, need: Need, held: Answer | null): Promise<Outcome> | Outcome {
  const { uri, endpoint, settings, clock } = parts;
  if (held === null || held.publishedAt < need.newerThan) return endpoint(need);
  const now = clock.now();
  const { freshUntil, usableUntil } = lifeOf(held, settings);
  if (now >= usableUntil) return endpoint(need);
  const answer = newsOf(held, need);
  if (now < freshUntil) return { answer, error: null };
  return { answer, error: new JwksError('jwks_store_behind', `the store has no fresh keys of ${uri}`) };
}

async function askAsWriter(
  { uri, endpoint, settings, clock }: StoreAskerParts,
  shared: SharedKeys,
  need: Need,
  held: Answer | null,
): Promise<Outcome> {
  const turn = await shared.lease();
  const isUsable = held !== null && clock.now() < lifeOf(held, settings).usableUntil;
  const spare = isUsable ? newsOf(held, need) : null;
  const hasNothing = spare === null && !need.usable;
  if (turn === 'theirs') {
    const known = Math.max(need.newerThan, held?.publishedAt ?? need.newerThan);
    const newer = await shared.awaitOther(known, hasNothing ? settings.timeoutMs : SHORT_WAIT);
    if (newer !== null) return { answer: newer, error: null };
    if (!hasNothing) {
      const message = `another environment is asking ${uri} for keys`;
      return { answer: spare, error: new JwksError('jwks_refreshed_elsewhere', message) };
    }
  }
  const outcome = await endpoint(need);
  if (outcome.answer === null) return { answer: spare, error: outcome.error };
  if (turn !== 'failed') await shared.write(outcome.answer);
  return outcome;
}

/** The store as this environment uses it: never waited for long, never believed unseen, never a reason to fail. */
class SharedKeys {
  readonly #parts: StoreAskerParts;

  constructor(parts: StoreAskerParts) {
    this.#parts = parts;
  }

  async read(): Promise<Answer | null | 'failed'> {
    const { uri, store, clock, report } = this.#parts;
    const reply = await this.#call('read', () => store.read(uri));
    if (reply === 'failed') return 'failed';
    if (typeof reply.value !== 'string') return null;
    try {
      const record = readRecord(uri, reply.value, clock.wall());
      const askedAt = clock.now() - (clock.wall() - record.fetchedAt);
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

  async write({ askedAt, publishedAt, maxAge, jwks }: Answer): Promise<void> {
    const { uri, store, settings, clock } = this.#parts;
    // After a freeze the lease is another's, and what the store holds by now may be newer.
    if (clock.now() - askedAt > settings.cooldownMs) return;
    const record = writeRecord(uri, { fetchedAt: publishedAt, maxAge, jwks });
    const { usableUntil } = lifeOf({ askedAt, maxAge }, settings);
    const keepFor = Math.ceil((usableUntil - askedAt) / 1000);
    await this.#call('write', async () => store.write?.(uri, record, keepFor));
  }

  /** Looks again and again for keys newer than that, until the patience is used up or the store fails. */
  async awaitOther(newerThan: number, patienceMs: number): Promise<Answer | null> {
    const { clock } = this.#parts;
    const until = clock.now() + patienceMs;
    for (let look = 0; clock.now() < until; look += 1) {
      await clock.sleep(PAUSES[look] ?? 400);
      const held = await this.read();
      if (held === 'failed') return null;
      if (held !== null && held.publishedAt > newerThan) return held;
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
