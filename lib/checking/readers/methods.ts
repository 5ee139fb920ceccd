/** A method as route keys write it: upper-case, `ANY` for all. */
export function methodOf(text: string): string {
  const method = text.toUpperCase();
  return method === '*' ? 'ANY' : method;
}

/** A path with its leading slash, and without one at its end. */
export function pathOf(text: string): string {
  const path = text.startsWith('/') ? text : `/${text}`;
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
