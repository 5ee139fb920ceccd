import { expect } from 'chai';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTree } from '../../lib/routes/route-tree.ts';
import { pairsOnSharedPaths } from '../../lib/routes/shared-paths.ts';

/** The pairs as `one | other`, in the order of declaration. */
function pairsOf(...keys: readonly string[]): readonly string[] {
  const { root } = createRouteTree(keys.map((key) => parseRouteKey(key, 'routes')));
  return pairsOnSharedPaths(root)
    .map((pair) => pair.toSorted((one, other) => one - other).map((index) => keys[index]))
    .map((pair) => pair.join(' | '))
    .sort();
}

describe('pairsOnSharedPaths', () => {
  it('lists routes for a method and for ANY, and complete and greedy routes, that match a common path', () => {
    expect(pairsOf('GET /a/{x}', 'ANY /{y}/b', 'ANY /c/d')).to.deep.equal(['GET /a/{x} | ANY /{y}/b']);
    expect(pairsOf('GET /a/{p+}', 'GET /{x}/b/c')).to.deep.equal(['GET /a/{p+} | GET /{x}/b/c']);
  });

  it('skips places that share no method', () => {
    expect(pairsOf('GET /a/{p+}', 'POST /{x}/b')).to.deep.equal([]);
  });

  it('skips places whose routes are all of one kind, of which the number of pairs could be large', () => {
    expect(pairsOf('GET /a/{x}', 'GET /{y}/b', 'ANY /c')).to.deep.equal([]);
    expect(pairsOf('ANY /a/{x}/{p+}', 'ANY /{y}/b/{p+}', 'GET /c')).to.deep.equal([]);
  });
});
