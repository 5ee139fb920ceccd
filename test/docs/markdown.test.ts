import { expect } from 'chai';
import { anchorsOf, codeBlocks, linksOf } from './markdown.ts';

const TEXT = [
  '# The title, `code` & more',
  '[one](a.md) and ![picture](<b.svg> "title") and `[no](code.md)`',
  '',
  '```TS title=x',
  "const link = '[no](block.md)'; // # no heading",
  '```',
  '- item',
  '',
  '  ~~~',
  '  plain',
  '    deeper',
  '  ~~~',
  '## Same',
  '## Same',
  '[ref]: c.md#part',
].join('\n');

describe('reading Markdown', () => {
  it('finds fenced blocks with language, line and code, free of their indentation', () => {
    expect(codeBlocks(TEXT)).to.deep.equal([
      { language: 'ts', code: "const link = '[no](block.md)'; // # no heading\n", line: 4 },
      { language: '', code: 'plain\n  deeper\n', line: 9 },
    ]);
  });

  it('refuses a block without an end', () => {
    expect(() => codeBlocks('a\n```ts\nb\n')).to.throw('line 2');
  });

  it('finds the links outside code', () => {
    expect(linksOf(TEXT)).to.deep.equal(['a.md', 'b.svg', 'c.md#part']);
  });

  it('makes the same anchors as GitHub', () => {
    expect([...anchorsOf(TEXT)]).to.deep.equal(['the-title-code--more', 'same', 'same-1']);
  });
});
