import type { KeyStore } from '../jwks/key-store.ts';
import { formatRevocations, mergeRevocations, pruneRevocations, type Revocation } from './entries.ts';
import { parseRevocations, RECORD_ID, type Revocations } from './record.ts';
import { RevocationsError } from './revocations-error.ts';

/** A store that can be written. */
export type WritableStore = KeyStore & Required<Pick<KeyStore, 'write'>>;

/** How often a change is tried while other writers come first. */
const ATTEMPTS = 12;

/** The longest first pause between two attempts, milliseconds. It doubles up to 64 times that. */
const PAUSE = 10;

/** How much longer than its entries a record is kept, seconds: clocks differ. */
const SPARE = 300;

/** What a change of the record did. */
export interface RevocationsChange {
  /** All entries that have an effect after the change. */
  readonly revocations: Revocations;
  /** Whether the record was written. `false`: it says this already. */
  readonly isWritten: boolean;
}

/**
 * Reads all entries, with those that have no effect any more.
 *
 * @throws {RevocationsError} `revocations_invalid`; or the store's own error
 */
export async function readRevocations(store: KeyStore): Promise<Revocations> {
  return parseRevocations((await store.read(RECORD_ID)) ?? null);
}

/**
 * Adds entries to the record and leaves out those that have no effect any more. If another writer changes the record
 * meanwhile, it starts again with that record, if the store has `update`. Without `update`, entries that another writer
 * adds between the read and the write are lost.
 *
 * @param added - may be empty, to prune
 * @param now - epoch seconds
 * @throws {RevocationsError} `revocations_invalid`, `revocations_full`, or `revocations_conflict`; or the store's own
 *   error. The record is then unchanged.
 */
export async function addRevocations(
  store: WritableStore,
  added: readonly Revocation[],
  now: number,
): Promise<RevocationsChange> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await pause(PAUSE * 2 ** Math.min(attempt - 1, 6) * Math.random());
    const text = (await store.read(RECORD_ID)) ?? null;
    const held = parseRevocations(text);
    const revocations = pruneRevocations(mergeRevocations(held, added), now);
    const record = formatRevocations(revocations);
    if (record === text || (text === null && revocations.size === 0))
      return { revocations, isWritten: false };
    if (await write(store, text, record, lastEnd(revocations, now) - now + SPARE)) {
      return { revocations, isWritten: true };
    }
  }
  throw new RevocationsError(
    'revocations_conflict',
    `other writers changed the revocations ${ATTEMPTS} times in a row: try again`,
  );
}

async function write(
  store: WritableStore,
  expected: string | null,
  record: string,
  keepForSeconds: number,
): Promise<boolean> {
  if (store.update !== undefined) return store.update(RECORD_ID, expected, record, keepForSeconds);
  await store.write(RECORD_ID, record, keepForSeconds);
  return true;
}

function lastEnd(revocations: Revocations, now: number): number {
  let last = now;
  for (const entries of revocations.values()) {
    for (const { until } of entries.values()) last = Math.max(last, until);
  }
  return last;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
