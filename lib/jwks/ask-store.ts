import type { Answer, Ask, Need, Outcome } from './ask.ts';
import { freshnessOf, lifeOf } from './freshness.ts';
import { JwksError } from './jwks-error.ts';
import type { JwksSettings } from './jwks-options.ts';
import { SharedKeys, type SharedKeysParts } from './shared-keys.ts';

/** How long to look for it when there are keys to go on with, milliseconds. */
const SHORT_WAIT = 1000;

export interface StoreAskerParts extends SharedKeysParts {
  readonly endpoint: Ask;
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
