import { expect } from 'chai';
import { defined } from '../../lib/util/defined.ts';

describe('defined', () => {
  it('keeps every member that is not undefined, null and false among them', () => {
    expect(defined({ a: 1, b: undefined, c: null, d: false, e: '' })).to.deep.equal({
      a: 1,
      c: null,
      d: false,
      e: '',
    });
  });

  it('returns a copy and leaves the object as it is', () => {
    const members = { a: undefined as string | undefined, b: 2 };
    expect(defined(members)).to.have.all.keys('b');
    expect(members).to.have.all.keys('a', 'b');
  });

  it('has a type with optional members that are never undefined', () => {
    const absent: { readonly a?: string; readonly b: number } = defined({
      a: undefined as string | undefined,
      b: 2,
    });
    expect(absent).to.deep.equal({ b: 2 });
  });
});
