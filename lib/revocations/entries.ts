import {
  MOST_BYTES,
  MOST_CHARACTERS,
  REVOCATION_KINDS,
  type RevocationKind,
  type Revocations,
  type RevocationTimes,
} from './record.ts';
import { RevocationsError } from './revocations-error.ts';

/** One entry: every token with that value that was issued before that time is revoked. */
export interface Revocation extends RevocationTimes {
  readonly kind: RevocationKind;
  readonly value: string;
}

/** The entries one after another, by kind in the order of `REVOCATION_KINDS`, then by time and value. */
export function listRevocations(revocations: Revocations): readonly Revocation[] {
  return REVOCATION_KINDS.flatMap((kind) =>
    Array.from(revocations.get(kind) ?? [], ([value, times]) => ({ kind, value, ...times })).sort(
      (one, other) => one.issuedBefore - other.issuedBefore || (one.value < other.value ? -1 : 1),
    ),
  );
}

/**
 * Adds entries. Of two entries with one value the stricter of each time counts: the later `issuedBefore` and the later
 * `until`, in whole seconds, rounded up. So the result does not depend on the order, and adding an entry again changes
 * nothing.
 */
export function mergeRevocations(held: Revocations, added: readonly Revocation[]): Revocations {
  const merged = new Map(Array.from(held, ([kind, entries]) => [kind, new Map(entries)]));
  for (const { kind, value, issuedBefore, until } of added) {
    const entries = merged.get(kind) ?? new Map<string, RevocationTimes>();
    merged.set(kind, entries);
    const known = entries.get(value);
    const before = Math.max(Math.ceil(issuedBefore), known?.issuedBefore ?? 0);
    entries.set(value, {
      issuedBefore: before,
      until: Math.max(Math.ceil(until), known?.until ?? 0, before),
    });
  }
  return merged;
}

/**
 * Leaves out the entries that have no effect any more.
 *
 * @param now - epoch seconds
 */
export function pruneRevocations(revocations: Revocations, now: number): Revocations {
  return mergeRevocations(
    new Map(),
    listRevocations(revocations).filter(({ until }) => until > now),
  );
}

/**
 * The text of a record, for the store. Equal entries give equal texts.
 *
 * @throws {RevocationsError} `revocations_full` if it would be longer than a store can hold, or than `parseRevocations` reads
 */
export function formatRevocations(revocations: Revocations): string {
  const columns: Partial<Record<RevocationKind, (string | number)[]>> = {};
  let last = 0;
  for (const { kind, value, issuedBefore, until } of listRevocations(revocations)) {
    if (columns[kind] === undefined) last = 0;
    columns[kind] ??= [];
    columns[kind].push(value, issuedBefore - last, until - issuedBefore);
    last = issuedBefore;
  }
  const { deflateRawSync } = process.getBuiltinModule('node:zlib');
  const content = Buffer.from(JSON.stringify(columns));
  const entries = deflateRawSync(content, { level: 9 }).toString('base64');
  const text = JSON.stringify({ version: 1, entries });
  // Values that are alike pack well: a record can be short enough for a store and too large for its readers.
  if (text.length <= MOST_CHARACTERS && content.length <= MOST_BYTES) return text;
  throw new RevocationsError(
    'revocations_full',
    `the revocations would take more than ${MOST_CHARACTERS} characters, or ${MOST_BYTES} bytes unpacked: revoke by organization or client instead of one by one, or give a shorter tokenLifetime`,
  );
}
