import { expect } from 'chai';
import { OptionError } from '../../../lib/decision/errors.ts';
import { compileProof } from '../../../lib/rules/kinds/header-proof.ts';
import { refusesOptions } from '../option-refusals.ts';

const OLD = 'the-old-secret-of-the-origin';
const NEW = 'the-new-secret-of-the-origin';

describe('compileProof', () => {
  it('holds for the secret, in a header of any case in the options', () => {
    const proof = compileProof({ header: 'X-Secret', secret: NEW }, 'x');
    expect(proof.header).to.equal('x-secret');
    expect(proof.holds({ 'x-secret': NEW })).to.equal(true);
  });

  it('takes a secret of 16 characters', () => {
    const secret = 'sixteen-letters!';
    expect(compileProof({ header: 'x', secret }, 'x').holds({ x: secret })).to.equal(true);
  });

  it('holds for either of two secrets', () => {
    const proof = compileProof({ header: 'x-secret', secret: [OLD, NEW] }, 'x');
    expect(proof.holds({ 'x-secret': OLD })).to.equal(true);
    expect(proof.holds({ 'x-secret': NEW })).to.equal(true);
    expect(proof.holds({ 'x-secret': `${OLD}${NEW}` })).to.equal(false);
  });

  for (const shown of ['', NEW.slice(1), `${NEW} `, NEW.toUpperCase(), `${NEW}, ${NEW}`]) {
    it(`does not hold for '${shown}'`, () => {
      expect(compileProof({ header: 'x-secret', secret: NEW }, 'x').holds({ 'x-secret': shown })).to.equal(
        false,
      );
    });
  }

  it('does not hold without the header', () => {
    expect(compileProof({ header: 'x-secret', secret: NEW }, 'x').holds({})).to.equal(false);
  });

  it('keeps the secret out of its errors', () => {
    for (const secret of ['hunter2', ['hunter2', NEW], ['hunter2'], { hunter2: 'hunter2' }]) {
      expect(() => compileProof({ header: 'x', secret }, 'x'))
        .to.throw(OptionError)
        .with.property('message')
        .that.does.not.contain('hunter2');
    }
  });

  it('keeps a secret in the wrong place out of its errors', () => {
    const secret = 'hunter2: (a secret)';
    const misplaced = [secret, [secret], { header: secret, secret: NEW }, { header: [secret], secret: NEW }];
    for (const value of misplaced) {
      expect(() => compileProof(value, 'x'))
        .to.throw(OptionError)
        .with.property('message')
        .that.does.not.contain('hunter2');
    }
  });

  refusesOptions(compileProof, [
    [undefined, 'rules.it', /must be an object/],
    [null, 'rules.it', /must be an object/],
    [NEW, 'rules.it', /must be an object \{ header, secret \}/],
    [42, 'rules.it', /must be an object \{ header, secret \}/],
    [{ secret: NEW }, 'rules.it.header', /name of a header/],
    [{ header: 'x:y', secret: NEW }, 'rules.it.header', /name of a header/],
    [{ header: 'x' }, 'rules.it.secret', /at least 16/],
    [{ header: 'x', secret: 'fifteen-letters' }, 'rules.it.secret', /at least 16/],
    [{ header: 'x', secret: ' '.repeat(20) }, 'rules.it.secret', /at least 16/],
    [{ header: 'x', secret: [] }, 'rules.it.secret', /one secret or a list of two/],
    [{ header: 'x', secret: [NEW] }, 'rules.it.secret', /a list of two/],
    [{ header: 'x', secret: [NEW, 'short'] }, 'rules.it.secret[1]', /at least 16/],
    [{ header: 'x', secret: [NEW, NEW] }, 'rules.it.secret[1]', /twice/],
    [{ header: 'x', secret: NEW, algorithm: 'md5' }, 'rules.it.algorithm', /not an option/],
  ]);
});
