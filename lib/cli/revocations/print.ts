import type { Revocation } from '../../revocations/entries.ts';

/** Characters that a terminal obeys or does not show, such as escapes and changes of the writing direction. */
const UNPRINTABLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line for an entry: `sub "auth0|1": tokens issued before 2026-11-28T10:00:01Z are revoked, until ...`. */
export function entryLine({ kind, value, issuedBefore, until }: Revocation): string {
  const times = `tokens issued before ${timeText(issuedBefore)} are revoked, until ${timeText(until)}`;
  return printable(`${kind} ${JSON.stringify(value)}: ${times}\n`);
}

/** The entries as JSON. What a terminal would obey is escaped, which JSON allows. */
export function entriesJson(entries: readonly Revocation[]): string {
  return printable(`${JSON.stringify(entries, null, 2)}\n`);
}

/** The text without what a terminal would obey: such characters are escaped. Line feeds stay. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    Array.from({ length: character.length }, (_, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** The last time that a `Date` can hold, epoch milliseconds. */
const LAST_TIME = 8.64e15;

function timeText(seconds: number): string {
  return new Date(Math.min(seconds * 1000, LAST_TIME)).toISOString().replace('.000Z', 'Z');
}
