import { expect } from 'chai';
import fc from 'fast-check';
import { BoundedMap } from '../lib/bounded-map.ts';

describe('BoundedMap', () => {
  it('makes a value once, as long as it is remembered', () => {
    const map = new BoundedMap<number>(2);
    let made = 0;
    const make = () => ++made;
    expect([map.getOrMake('a', make), map.getOrMake('a', make), map.getOrMake('b', make)]).to.deep.equal([
      1, 1, 2,
    ]);
    map.getOrMake('c', make);
    expect(map.getOrMake('a', make)).to.equal(4);
    expect(map.size).to.equal(2);
  });

  it('holds what a list in the order of use would hold, whatever comes', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.tuple(fc.constantFrom('get', 'set', 'delete'), key, fc.nat());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (max, steps) => {
        const map = new BoundedMap<number>(max);
        let used: [string, number][] = [];
        for (const [action, name, value] of steps) {
          const known = used.find(([other]) => other === name);
          const rest = used.filter((entry) => entry !== known);
          if (action === 'get') {
            expect(map.get(name)).to.equal(known?.[1]);
            used = known === undefined ? rest : [...rest, known];
          } else if (action === 'set') {
            map.set(name, value);
            used = [...rest, [name, value] as [string, number]].slice(-max);
          } else {
            map.delete(name);
            used = rest;
          }
          expect(map.size).to.equal(used.length);
        }
      }),
    );
  });
});
