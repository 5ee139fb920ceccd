import fc from 'fast-check';

/** A table of routes and a request. */
export interface RoutingCase {
  /** The declared routes. */
  readonly keys: readonly string[];
  readonly verb: string;
  /** As sent. */
  readonly path: string;
}

const segment = fc.constantFrom('a', 'b', 'c', '{x}', '{y}');
const key = fc
  .tuple(
    fc.constantFrom('GET', 'GET', 'POST', 'ANY'),
    fc.array(segment, { maxLength: 3 }),
    fc.constantFrom('', '', '', '/', '/{p+}'),
  )
  .map(([method, parts, end]) => {
    const named = parts.map((part, index) => (part.startsWith('{') ? `{p${index}}` : part)).join('/');
    return `${method} ${named === '' ? end || '/' : `/${named}${end}`}`;
  });

/** Tables of one to seven routes, with `$default` now and then. */
export const tables: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.uniqueArray(key, { minLength: 1, maxLength: 7 }), fc.nat(2))
  .map(([keys, lot]) => (lot === 0 ? [...keys, '$default'] : keys));

export const verbs = fc.constantFrom('GET', 'GET', 'POST', 'PUT');

/** @param texts - of the segments */
export function pathsOf(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(texts, { maxLength: 4 }), fc.constantFrom('', '', '', '/'))
    .map(([parts, end]) => (parts.length === 0 ? '/' : `/${parts.join('/')}${end}`));
}

/** Segments that can be read in one way only. */
export const plainTexts = fc.constantFrom('a', 'b', 'c', 'd');

/** A REST API has no resource that ends with a slash. */
export const isRestKey = (text: string): boolean => /^\w+ \/$|[^/]$/.test(text);
