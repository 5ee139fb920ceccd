import type { Guard } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { hasGeneratedMembers } from './generated-parts.ts';

/** A route's reference to an authorizer by its name. */
interface Reference {
  readonly authorizer: string;
  /** What has no such authorizer, if it is missing: a sentence without a full stop. */
  readonly absence: string;
  /** The maps that declare authorizers, with those around them. */
  readonly maps: readonly Cursor[];
}

/**
 * The guard of a route that names its authorizer.
 *
 * @param declared - what declares the authorizer
 * @param guardOf - the guard by the declaration, if the document has it
 */
export function namedGuard(
  declared: Cursor,
  reference: Reference,
  guardOf: (declared: Cursor) => Guard,
): Guard {
  const { authorizer, absence, maps } = reference;
  if (declared.undecided !== null)
    return { kind: 'undecided', text: `the authorizer '${authorizer}' is ${declared.undecided.text}` };
  if (!declared.isMissing) return guardOf(declared);
  return maps.some(hasGeneratedMembers)
    ? { kind: 'undecided', text: absence }
    : { kind: 'missing', authorizer, text: absence };
}
