import type { Answer, Ask, Need, Outcome } from '../ask.ts';
import { freshnessOf, lifeOf } from '../freshness.ts';
import { JwksError } from '../jwks-error.ts';
import { SharedKeys, type SharedKeysParts } from './shared-keys.ts';

/** How long to look for it when there are keys to go on with, milliseconds. */
const SHORT_WAIT = 1000;

export interface StoreAskerParts extends SharedKeysParts {
  readonly endpoint: Ask;
}

/** Asks the store first and the endpoint only when it is this environment's turn, or when the store is no help. */
export function storeAsker(parts: StoreAskerParts): Ask {
  const { store, endpoint, clock } = parts;
  const canWrite = store.write !== undefined && store.lease !== undefined;
  const shared = new SharedKeys(parts);
  return async (need) => {
    const reply = await shared.read();
    if (reply === 'failed') return endpoint(need);
    const held = reply === null ? null : heldBy(reply, need.have);
    if (held !== null && satisfies(held, need, parts)) return { answer: newsOf(held, need), error: null };
    // Who was held up by a freeze must not take the lease from those who are awaited.
    if (!canWrite || clock.now() >= need.abandonedAt) return askAsReader(parts, need, held);
    return askAsWriter(parts, shared, need, held);
  };
}

/**
 * What the store holds, if it is of any use to somebody with these keys: older keys are not. Of the very same keys we
 * know better than the wall clock how old they are.
 */
function heldBy(reply: Answer, have: Answer | null): Answer | null {
  if (have === null || reply.publishedAt > have.publishedAt) return reply;
  return reply.publishedAt === have.publishedAt ? have : null;
}

/** What the store holds, if it is news. Keys that are at hand are not taken again: it would make them younger. */
function newsOf(held: Answer, need: Need): Answer | null {
  return held === need.have ? null : held;
}

/** Whether the store's keys make a request to the endpoint needless. */
function satisfies(held: Answer, need: Need, { settings, clock }: StoreAskerParts): boolean {
  const age = clock.now() - held.askedAt;
  if (age >= freshnessOf(held.maxAge, settings.freshMs)) return false;
  return need.kid === null || held.keys.has(need.kid) || age < settings.cooldownMs;
}

function isUsable(keys: Answer | null, { settings, clock }: StoreAskerParts): boolean {
  return keys !== null && clock.now() < lifeOf(keys, settings).usableUntil;
}

/** Where somebody else writes: what the store has must do, as long as it can serve at all. */
function askAsReader(parts: StoreAskerParts, need: Need, held: Answer | null): Promise<Outcome> | Outcome {
  const { uri, endpoint, settings, clock } = parts;
  if (held === null || !isUsable(held, parts)) return endpoint(need);
  const answer = newsOf(held, need);
  if (clock.now() < lifeOf(held, settings).freshUntil) return { answer, error: null };
  return { answer, error: new JwksError('jwks_store_behind', `the store has no fresh keys of ${uri}`) };
}

async function askAsWriter(
  parts: StoreAskerParts,
  shared: SharedKeys,
  need: Need,
  held: Answer | null,
): Promise<Outcome> {
  const { uri, endpoint, settings } = parts;
  const turn = await shared.lease();
  const spare = held !== null && isUsable(held, parts) ? newsOf(held, need) : null;
  const hasNothing = spare === null && !isUsable(need.have, parts);
  if (turn === 'theirs') {
    const newer = await shared.awaitOther(held ?? need.have, hasNothing ? settings.timeoutMs : SHORT_WAIT);
    if (newer !== null) return { answer: newer, error: null };
    // A store that is empty, or that holds less than we do or nothing that makes sense, is not worth waiting for again.
    if (held !== null && !hasNothing) {
      const message = `another environment is asking ${uri} for keys`;
      return { answer: spare, error: new JwksError('jwks_refreshed_elsewhere', message) };
    }
  }
  const outcome = await endpoint(need);
  if (outcome.answer === null) return { answer: spare, error: outcome.error };
  if (turn !== 'failed') await shared.write(outcome.answer);
  return outcome;
}
