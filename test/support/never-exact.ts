/** A table for which no policy is exact for everyone. */
export const NEVER_EXACT = {
  'GET /a/{x}': { scopes: ['a'] },
  'GET /{x}/b': { scopes: ['b'] },
  'GET /a/b': { scopes: ['c'] },
  'GET /a/b/{x}/c': { scopes: ['d'] },
  'GET /{x}/b/{y}/{z}': { scopes: ['e'] },
  'GET /{a}/{b}/{c}/d': { scopes: ['f'] },
};
