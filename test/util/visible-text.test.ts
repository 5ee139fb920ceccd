import { expect } from 'chai';
import { visibleText } from '../../lib/util/visible-text.ts';

describe('visibleText', () => {
  it('escapes control, bidirectional and other invisible characters', () => {
    expect(visibleText('a\u202eb\u0000\u200b\u009b\u2028')).to.equal('a\\u202eb\\u0000\\u200b\\u009b\\u2028');
    expect(visibleText('<b>Ä 日本</b>')).to.equal('<b>Ä 日本</b>');
    expect(visibleText('\u{e0001}')).to.equal('\\udb40\\udc01');
  });
});
