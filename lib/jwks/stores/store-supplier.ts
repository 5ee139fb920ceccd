import { freshnessOf, lifeOf } from '../freshness.ts';
import { JwksError } from '../jwks-error.ts';
import type { KeyNeed, KeySnapshot, KeySupplier, KeySupply } from '../key-supply.ts';
import { shownUri } from '../shown-uri.ts';
import { SharedKeys, type SharedKeysParts } from './shared-keys.ts';

/** How long to wait for another environment's keys if there are keys to serve meanwhile, milliseconds. */
const SHORT_WAIT = 1000;

export interface StoreSupplierParts extends SharedKeysParts {
  readonly endpoint: KeySupplier;
}

/** Gets keys from the store; from the endpoint only if this environment has the lease or the store does not help. */
export function storeSupplier(parts: StoreSupplierParts): KeySupplier {
  const { store, endpoint, clock } = parts;
  // The options refuse a store with only one of `write` and `lease`.
  const canWrite = store.lease !== undefined;
  const shared = new SharedKeys(parts);
  return async (need) => {
    const reply = await shared.read();
    if (reply.kind === 'failed') return endpoint(need);
    const held = newerOf(reply.kind === 'keys' ? reply.snapshot : null, need.have);
    if (held !== null && satisfies(held, need, parts)) return supplyOf(held, need);
    // A refresh resumed after a freeze must not take the lease: others wait for whoever has it.
    if (!canWrite || clock.now() >= need.abandonedAt) return supplyAsReader(parts, need, held);
    return supplyAsWriter(parts, shared, need, held);
  };
}

/**
 * The store's keys if they are newer than those in memory. If they are the same keys, those in memory: their age on the
 * steady clock is more accurate than the store's wall clock. `null` if the store has nothing or older keys.
 */
function newerOf(stored: KeySnapshot | null, have: KeySnapshot | null): KeySnapshot | null {
  if (stored === null || have === null || stored.publishedAt > have.publishedAt) return stored;
  return stored.publishedAt === have.publishedAt ? have : null;
}

/** Keys that are in memory already are not supplied again: that would reset their age. */
function supplyOf(held: KeySnapshot, need: KeyNeed): KeySupply {
  return held === need.have ? { kind: 'no change' } : { kind: 'new', snapshot: held };
}

function failureWith(error: unknown, held: KeySnapshot | null, need: KeyNeed): KeySupply {
  return { kind: 'failed', error, older: held === need.have ? null : held };
}

/** Whether the store's keys make a request to the endpoint unnecessary. */
function satisfies(held: KeySnapshot, need: KeyNeed, { settings, clock }: StoreSupplierParts): boolean {
  const age = clock.now() - held.askedAt;
  if (age >= freshnessOf(held.maxAge, settings.freshMs)) return false;
  return need.kid === null || held.keys.has(need.kid) || age < settings.cooldownMs;
}

function isUsable(keys: KeySnapshot | null, { settings, clock }: StoreSupplierParts): keys is KeySnapshot {
  return keys !== null && clock.now() < lifeOf(keys, settings).usableUntil;
}

/** For an environment that does not write: the store's keys serve as long as they are usable. */
function supplyAsReader(
  parts: StoreSupplierParts,
  need: KeyNeed,
  held: KeySnapshot | null,
): Promise<KeySupply> | KeySupply {
  const { uri, endpoint, settings, clock } = parts;
  if (!isUsable(held, parts)) return endpoint(need);
  if (clock.now() < lifeOf(held, settings).freshUntil) return supplyOf(held, need);
  return failureWith(
    new JwksError('jwks_store_behind', `the store has no fresh keys of ${shownUri(uri)}`),
    held,
    need,
  );
}

async function supplyAsWriter(
  parts: StoreSupplierParts,
  shared: SharedKeys,
  need: KeyNeed,
  held: KeySnapshot | null,
): Promise<KeySupply> {
  const { uri, endpoint, settings } = parts;
  const turn = await shared.lease();
  const spare = isUsable(held, parts) ? held : null;
  const hasNothing = spare === null && !isUsable(need.have, parts);
  if (turn === 'theirs') {
    const newer = await shared.awaitOther(held ?? need.have, hasNothing ? settings.timeoutMs : SHORT_WAIT);
    if (newer !== null) return { kind: 'new', snapshot: newer };
    // Without keys in the store that are as new as ours, there is nothing to wait for again.
    if (held !== null && !hasNothing) {
      const message = `another environment is asking ${shownUri(uri)} for keys`;
      return failureWith(new JwksError('jwks_refreshed_elsewhere', message), spare, need);
    }
  }
  const supply = await endpoint(need);
  if (supply.kind === 'failed') return failureWith(supply.error, spare, need);
  if (supply.kind === 'new' && turn !== 'failed') await shared.write(supply.snapshot);
  return supply;
}
