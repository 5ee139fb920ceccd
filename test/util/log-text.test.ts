import { expect } from 'chai';
import { harmless } from '../../lib/util/log-text.ts';

describe('harmless', () => {
  const HARMFUL = [
    '\x7f',
    '\x85',
    '\x9b',
    '\u061c',
    '\u200b',
    '\u200e',
    '\u202e',
    '\u2028',
    '\u2066',
    '\ufeff',
  ];
  for (const character of HARMFUL) {
    const code = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    it(`escapes ${code} in texts, lists and objects`, () => {
      const line = { text: `a${character}b`, nested: { list: ['c', [character]] }, number: 1 };
      expect(harmless(line)).to.deep.equal({ text: `a${code}b`, nested: { list: ['c', [code]] }, number: 1 });
    });
  }

  it('returns the same object without them, and leaves letters, emoji and errors as they are', () => {
    const error = new Error('\u202e');
    const text = 'Zoë नमस्‍ते 👩‍💻 日本';
    const line = { text, nested: { list: [text, null], empty: null, absent: undefined }, error };
    expect(harmless(line)).to.equal(line);
  });

  it('looks at the given names alone', () => {
    const line = { one: '\u202e', other: '\u202e' };
    expect(harmless(line, ['one', 'absent'])).to.deep.equal({ one: '\\u202e', other: '\u202e' });
  });
});
