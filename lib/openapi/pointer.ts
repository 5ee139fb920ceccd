import { isObject } from '../util/is-object.ts';
import type { Problems } from './problem.ts';

/** A value of a document, and where it is. */
export interface Located {
  readonly value: unknown;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
}

/** The pointer of a member. */
export function memberAt(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names of the members that a pointer leads through. */
export function pointerPath(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** An object of the document that is no list. */
export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return isObject(value) && !Array.isArray(value);
}

/** The value of a member that the object itself has: a document may name members `constructor` or `__proto__`. */
export function ownMember(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A longer chain of references is no honest document. */
const LONGEST_CHAIN = 32;

/**
 * Follows `$ref` within the document. Returns the value as it is if it is no reference.
 *
 * @returns `null` if the reference leads nowhere; the problem is then reported
 */
export function dereferenced(document: unknown, from: Located, problems: Problems): Located | null {
  let at = from;
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const reference = isRecord(at.value) ? ownMember(at.value, '$ref') : undefined;
    if (reference === undefined) return at;
    const target = targetOf(document, reference);
    if (typeof target === 'string') {
      problems.add('reference', at.pointer, target);
      return null;
    }
    at = target;
  }
  problems.add('reference', from.pointer, 'is a `$ref` that leads back to itself; write the object out once');
  return null;
}

/** The target of a reference; a text that says what is wrong if there is none. */
function targetOf(document: unknown, reference: unknown): Located | string {
  if (typeof reference !== 'string') return 'has a `$ref` that is no text';
  if (!reference.startsWith('#')) {
    return `refers to another document, ${JSON.stringify(reference)}: bundle all of them into one`;
  }
  const nowhere = `refers to ${JSON.stringify(reference)}, which does not exist`;
  const pointer = decodedPointer(reference.slice(1));
  if (pointer === null || (pointer !== '' && !pointer.startsWith('/'))) return nowhere;
  let value = document;
  for (const name of pointerPath(pointer)) {
    value = ownMember(value, name);
    if (value === undefined) return nowhere;
  }
  return { value, pointer };
}

/** A fragment is percent-encoded: RFC 6901, section 6. */
function decodedPointer(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}
