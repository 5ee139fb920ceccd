import { isObject } from '../../util/is-object.ts';
import { Undecided } from '../documents/document.ts';
import { DocumentError } from '../documents/document-error.ts';

const MAX_DEPTH = 100;
/** Values of a document at most, aliases of YAML counted as often as they are used. */
const MAX_VALUES = 4_000_000;

/** Replaces an object or a text; `undefined` keeps it, with its members replaced. */
export type Replace = (
  value: unknown,
  visit: (inner: unknown) => unknown,
) => { readonly by: unknown } | undefined;

/**
 * A copy of a document in which `replace` has replaced values, from the outside inwards.
 *
 * @throws {DocumentError} for a document that is nested too deeply or too large
 */
export function mapValues(file: string, root: unknown, replace: Replace): unknown {
  let count = 0;
  let depth = 0;
  const visit = (value: unknown): unknown => {
    count += 1;
    if (count > MAX_VALUES) throw new DocumentError(`${file} has more than ${MAX_VALUES} values`);
    const replaced = replace(value, inner);
    if (replaced !== undefined) return replaced.by;
    if (Array.isArray(value)) return value.map(inner);
    if (!isObject(value) || value instanceof Undecided) return value;
    // `fromEntries` defines members, so that one named `__proto__` is a member like others.
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inner(member)]));
  };
  const inner = (value: unknown): unknown => {
    depth += 1;
    if (depth > MAX_DEPTH) throw new DocumentError(`${file} is nested more than ${MAX_DEPTH} levels deep`);
    const result = visit(value);
    depth -= 1;
    return result;
  };
  return visit(root);
}
