import { expect } from 'chai';
import { Refused } from '../../lib/decision/errors.ts';
import { HeaderReader } from '../../lib/token/header.ts';

const encode = (header: unknown) => Buffer.from(JSON.stringify(header)).toString('base64url');

describe('HeaderReader', () => {
  it('returns algorithm, key name and whether `typ` says access token', () => {
    const reader = new HeaderReader(['RS256', 'PS256'], 'any');
    expect(reader.read(encode({ alg: 'PS256', kid: 'a', typ: 'at+jwt' }))).to.deep.equal({
      algorithm: 'PS256',
      kid: 'a',
      isTypedAccessToken: true,
    });
    const untyped = reader.read(encode({ alg: 'RS256', kid: 'b' }));
    expect(untyped).to.have.property('isTypedAccessToken', false);
  });

  it('parses the same header once, until many others came', () => {
    const reader = new HeaderReader(['RS256'], 'any');
    const part = encode({ alg: 'RS256', kid: 'a' });
    const header = reader.read(part);
    expect(reader.read(part)).to.equal(header);
    for (let index = 0; index < 40; index += 1) reader.read(encode({ alg: 'RS256', kid: `${index}` }));
    const again = reader.read(part);
    expect(again).to.deep.equal(header);
    expect(again).not.to.equal(header);
  });

  it('remembers 32 headers', () => {
    const reader = new HeaderReader(['RS256'], 'any');
    const parts = Array.from({ length: 33 }, (_, index) => encode({ alg: 'RS256', kid: `${index}` }));
    const [first, ...others] = parts as [string, ...string[]];
    const header = reader.read(first);
    for (const part of others.slice(0, 31)) reader.read(part);
    expect(reader.read(first)).to.equal(header);
    reader.read(others[31] as string);
    expect(reader.read(first)).not.to.equal(header);
  });

  it('does not remember a long header', () => {
    const reader = new HeaderReader(['RS256'], 'any');
    const part = encode({ alg: 'RS256', kid: 'a', x5c: ['x'.repeat(300)] });
    expect(reader.read(part)).not.to.equal(reader.read(part));
    const longest = encode({ alg: 'RS256', kid: 'k'.repeat(168) });
    expect(longest).to.have.length(256);
    expect(reader.read(longest)).to.equal(reader.read(longest));
  });

  it('accepts a `kid` of 256 characters at most', () => {
    const reader = new HeaderReader(['RS256'], 'any');
    expect(reader.read(encode({ alg: 'RS256', kid: 'k'.repeat(256) }))).not.to.be.instanceOf(Refused);
    expect(reader.read(encode({ alg: 'RS256', kid: 'k'.repeat(257) }))).to.be.instanceOf(Refused);
  });

  it('refuses a bad header each time', () => {
    const reader = new HeaderReader(['RS256'], 'any');
    const part = encode({ alg: 'none', kid: 'a' });
    for (let time = 0; time < 2; time += 1) {
      const refused = reader.read(part);
      expect(refused).to.be.instanceOf(Refused).with.property('code', 'algorithm_not_allowed');
    }
  });
});
