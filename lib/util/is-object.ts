/** Whether there are members to look at, of whatever kind the object is: lists are objects, too. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
