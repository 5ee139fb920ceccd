/** How a V8 stack names the place of a call in a function: `at name (file:line:column)`. */
const CALL_SITE = /\(([^()\n]+:\d+):\d+\)$/m;

/**
 * Returns a copy of a value that `JSON.stringify` can write. Errors become objects with `name`, `location`, `message`,
 * `stack`, `cause` and their own enumerable properties, as the Powertools Logger shows them. BigInts become strings. A
 * reference back to an enclosing object is left out.
 *
 * @param splitStacks - stacks as arrays of lines, for people who read the log in a terminal
 */
export function loggable(value: unknown, splitStacks: boolean): unknown {
  const copyOf = (member: unknown, enclosing: readonly unknown[]): unknown => {
    if (typeof member === 'bigint') return member.toString();
    if (typeof member !== 'object' || member === null || 'toJSON' in member) return member;
    if (enclosing.includes(member)) return undefined;
    const path = [...enclosing, member];
    if (Array.isArray(member)) return member.map((item) => copyOf(item, path));
    const fields = member instanceof Error ? fieldsOf(member, splitStacks) : member;
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, copyOf(field, path)]));
  };
  return copyOf(value, []);
}

function fieldsOf(error: Error, splitStacks: boolean): Record<string, unknown> {
  const { name, message, stack = '', cause } = error;
  const location = CALL_SITE.exec(stack)?.[1] ?? '';
  const shown = { name, location, message, stack: splitStacks ? stack.split('\n') : stack };
  return { ...shown, ...(cause === undefined ? {} : { cause }), ...error };
}
