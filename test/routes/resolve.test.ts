import { expect } from 'chai';
import { landAtEnd, landAtSlash } from '../../lib/routes/resolve.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { advance, createRouteTree } from '../../lib/routes/route-tree.ts';

/** `spelled`: a parameter of one of the routes took a segment with the text of a literal. */
describe('landAtEnd and landAtSlash', () => {
  const land = { end: landAtEnd, slash: landAtSlash };

  for (const [end, keys, routes, spelled] of [
    ['end', ['GET /{x}/c', 'ANY /b/c'], [0, 1], true],
    ['end', ['GET /b/c', 'ANY /{x}/c'], [0], false],
    ['slash', ['GET /{x}/c/', 'ANY /b/c/'], [0, 1], true],
    ['slash', ['GET /b/c/', 'ANY /{x}/c/'], [0], false],
  ] as const) {
    it(`return spelled: ${spelled} for ${keys.join(', ')}, if ${end === 'end' ? '/b/c' : '/b/c/'} is requested`, () => {
      const tree = createRouteTree(keys.map((key) => parseRouteKey(key, 'routes')));
      const segments = ['b', 'c'];
      const candidates = segments.reduce((some, text) => advance(some, text, 'GET', true), tree.start);
      expect(land[end](candidates, 'GET', 'http'))
        .to.include({ spelled })
        .and.deep.include({ routes });
    });
  }
});
