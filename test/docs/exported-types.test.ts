import { expect } from 'chai';
import { entryPoints } from './entry-points.ts';
import { unnamedTypes } from './exported-types.ts';

describe('the types in public signatures', () => {
  it('can all be imported', () => {
    expect(unnamedTypes([...entryPoints().values()])).to.deep.equal([]);
  }).timeout(300_000);
});
