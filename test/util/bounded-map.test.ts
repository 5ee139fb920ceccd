import { expect } from 'chai';
import fc from 'fast-check';
import { BoundedMap } from '../../lib/util/bounded-map.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('BoundedMap', () => {
  it('makes a value once, until it is dropped', () => {
    const map = new BoundedMap<number>(2);
    let made = 0;
    const make = () => ++made;
    expect([map.getOrMake('a', make), map.getOrMake('a', make), map.getOrMake('b', make)]).to.deep.equal([
      1, 1, 2,
    ]);
    map.getOrMake('c', make);
    expect(map.getOrMake('a', make)).to.equal(4);
  });

  it('holds the half that was used last, at most `max` entries, and never a wrong value', () => {
    const step = fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.constantFrom(...KEYS), fc.nat());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (max, steps) => {
        const half = Math.max(1, Math.floor(max / 2));
        const map = new BoundedMap<number>(max);
        let used: (readonly [string, number])[] = [];
        for (const [action, name, value] of steps) {
          const isOfLastHalf = used.slice(-half).some(([other]) => other === name);
          const known = used.find(([other]) => other === name);
          used = used.filter((entry) => entry !== known);
          if (action === 'delete') map.delete(name);
          if (action === 'set') map.set(name, value);
          const got = map.get(name);
          if (action === 'set') expect(got).to.equal(value);
          if (action === 'delete') expect(got).to.equal(undefined);
          if (action === 'get' && isOfLastHalf) expect(got).to.equal(known?.[1]);
          if (action === 'get') expect(got).to.be.oneOf([known?.[1], undefined]);
          if (got !== undefined) used.push([name, got]);
        }
        expect(KEYS.filter((name) => map.get(name) !== undefined).length).to.be.at.most(max);
      }),
    );
  });
});
