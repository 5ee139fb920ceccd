import { expect } from 'chai';
import { entryPoints } from './entry-points.ts';
import { unnamedTypes } from './exported-types.ts';

describe('The types that users meet', () => {
  it('can all be imported', () => {
    expect(unnamedTypes([...entryPoints().values()])).to.deep.equal([]);
  }).timeout(60_000);
});
