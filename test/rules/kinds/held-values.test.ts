import { expect } from 'chai';
import { holderOfList, holderOfNames, readOfList } from '../../../lib/rules/kinds/held-values.ts';
import { tokenOf } from '../subjects.ts';

const namesOf = (count: number) => Array.from({ length: count }, (_, number) => `name:${number}`);

describe('the values in a claim', () => {
  for (const count of [1, 16, 17, 1000]) {
    it(`are the whole names of a list or a text, and no others: ${count}`, () => {
      const names = namesOf(count);
      const { claims } = tokenOf({ list: names, scope: names.join(' ') });
      for (const holds of [holderOfList(claims, 'list'), holderOfNames(claims, 'scope')]) {
        expect(names.every((name) => holds?.(name))).to.equal(true);
        const others = [`name:${count}`, 'name:', 'ame:0', 'name', '', undefined];
        expect(others.map((name) => holds?.(name))).to.deep.equal(others.map(() => false));
      }
    });

    it(`are read for each claim apart: ${count}`, () => {
      const { claims } = tokenOf();
      const read = (list: readonly string[]) => list.join();
      const [one, other] = [namesOf(count), namesOf(count + 1)];
      for (let again = 0; again < 2; again++) {
        expect(readOfList(claims, 'one', one, read)).to.equal(one.join());
        expect(readOfList(claims, 'other', other, read)).to.equal(other.join());
      }
    });
  }

  it('are none if the claim has another type', () => {
    const { claims } = tokenOf({ list: 'a', scope: ['a'] });
    expect(holderOfList(claims, 'list')).to.equal(null);
    expect(holderOfList(claims, 'absent')).to.equal(null);
    expect(['scope', 'absent'].some((claim) => holderOfNames(claims, claim)('a'))).to.equal(false);
  });

  it('are read once for the claims of a token if the list is long', () => {
    const { claims } = tokenOf();
    let reads = 0;
    const read = () => (reads += 1);
    for (let again = 0; again < 3; again++) readOfList(claims, 'long', namesOf(1000), read);
    expect(reads).to.equal(1);
    readOfList(tokenOf().claims, 'long', namesOf(1000), read);
    expect(reads).to.equal(2);
  });
});
