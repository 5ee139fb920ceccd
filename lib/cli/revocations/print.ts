import type { Revocation } from '../../revocations/entries.ts';

/** One line for an entry: `sub "auth0|1": tokens issued before 2026-11-28T10:00:01Z are revoked, until ...`. */
export function entryLine({ kind, value, issuedBefore, until }: Revocation): string {
  const times = `tokens issued before ${timeText(issuedBefore)} are revoked, until ${timeText(until)}`;
  return `${kind} ${JSON.stringify(value)}: ${times}\n`;
}

/** The entries as JSON, with times in epoch seconds. */
export function entriesJson(entries: readonly Revocation[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** The last time that a `Date` can hold, epoch milliseconds. */
const LAST_TIME = 8.64e15;

function timeText(seconds: number): string {
  return new Date(Math.min(seconds * 1000, LAST_TIME)).toISOString().replace('.000Z', 'Z');
}
