import { expect } from 'chai';
import { markdownOf } from '../../scripts/docs/documents.ts';
import { COUNTS } from './counts.ts';
import { PLEDGES } from './pledges.ts';

describe('the promises that make vectors stricter', () => {
  for (const [name, { file, sentence }] of Object.entries(PLEDGES)) {
    it(`${name}: the sentence is in ${file}`, () => {
      expect(markdownOf(file).replace(/\s+/g, ' ')).to.include(sentence);
    });
  }

  it('are all needed', () => {
    const sets = Object.values(COUNTS).flatMap((group) => Object.values(group));
    const used = new Set(sets.flatMap(({ stricter = {} }) => Object.keys(stricter)));
    expect(Object.keys(PLEDGES)).to.have.members([...used]);
  });
});
