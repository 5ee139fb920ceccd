import type { ResourcePolicy } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { Cursor as JsonCursor } from '../documents/cursor.ts';

/** The resource policy in a document: an object, or JSON. `null` if there is none. */
export function readResourcePolicy(cursor: Cursor): ResourcePolicy | null {
  if (cursor.isMissing) return null;
  const { place } = cursor;
  const policy = cursor.text === null ? cursor : parsed(cursor, cursor.text);
  if (policy === null || policy.undecided !== null) return { place, allows: 'undecided' };
  return { place, allows: allows(policy.get('Statement')) };
}

function parsed(cursor: Cursor, text: string): Cursor | null {
  try {
    return new JsonCursor(cursor.document, JSON.parse(text), cursor.path);
  } catch {
    return null;
  }
}

/** Whether a statement allows: whatever it demands, callers who meet that are allowed. */
export function allows(statements: Cursor): ResourcePolicy['allows'] {
  if (statements.undecided !== null) return 'undecided';
  const list = Array.isArray(statements.value) ? statements.items : [statements];
  const effects = list.map((statement) => statement.get('Effect'));
  if (effects.some(({ text }) => text === 'Allow')) return 'yes';
  return effects.some(({ text }) => text !== 'Deny') ? 'undecided' : 'no';
}
