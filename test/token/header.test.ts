import { expect } from 'chai';
import { HeaderReader } from '../../lib/token/header.ts';
import { expectRefusal } from '../support/refusals.ts';

const encode = (header: unknown) => Buffer.from(JSON.stringify(header)).toString('base64url');

describe('HeaderReader', () => {
  it('tells algorithm, key name and whether the token calls itself an access token', () => {
    const reader = new HeaderReader(['RS256', 'PS256']);
    expect(reader.read(encode({ alg: 'PS256', kid: 'a', typ: 'at+jwt' }))).to.deep.equal({
      algorithm: 'PS256',
      kid: 'a',
      saysAccessToken: true,
    });
    expect(reader.read(encode({ alg: 'RS256', kid: 'b' })).saysAccessToken).to.equal(false);
  });

  it('reads the same header once, until too many others came', () => {
    const reader = new HeaderReader(['RS256']);
    const part = encode({ alg: 'RS256', kid: 'a' });
    const header = reader.read(part);
    expect(reader.read(part)).to.equal(header);
    for (let index = 0; index < 40; index += 1) reader.read(encode({ alg: 'RS256', kid: `${index}` }));
    const again = reader.read(part);
    expect(again).to.deep.equal(header);
    expect(again).not.to.equal(header);
  });

  it('remembers no endless header', () => {
    const reader = new HeaderReader(['RS256']);
    const part = encode({ alg: 'RS256', kid: 'a', x5c: ['x'.repeat(300)] });
    expect(reader.read(part)).not.to.equal(reader.read(part));
  });

  it('refuses a bad header as often as it comes', async () => {
    const reader = new HeaderReader(['RS256']);
    for (let time = 0; time < 2; time += 1) {
      await expectRefusal(() => reader.read(encode({ alg: 'none', kid: 'a' })), 'algorithm_not_allowed');
    }
  });
});
