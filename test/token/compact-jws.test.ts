import { expect } from 'chai';
import { Refused } from '../../lib/decision/errors.ts';
import { isEncrypted, MAX_TOKEN_LENGTH, splitCompactJws } from '../../lib/token/compact-jws.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import { deepFreeze } from '../../lib/token/freeze.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('splitCompactJws', () => {
  it('returns the parts, and lets the signature be empty', () => {
    const parts = splitCompactJws('e30.e30.');
    expect(parts).to.deep.equal({
      header: 'e30',
      payload: Buffer.from('{}'),
      signature: Buffer.alloc(0),
      signingInput: 'e30.e30',
    });
  });

  it('reads a token of the greatest length', () => {
    const longest = 'e30.e30.'.padEnd(MAX_TOKEN_LENGTH, 'A');
    expect(splitCompactJws(longest)).to.have.property('header', 'e30');
    expect(splitCompactJws(`${longest}A`)).to.include({ code: 'malformed_token' });
  });

  it('refuses a token without header or payload, or that is too long', () => {
    for (const token of ['.e30.AA', 'e30..AA', '..', `e30.e30.${'A'.repeat(MAX_TOKEN_LENGTH)}`]) {
      expect(splitCompactJws(token), token.slice(0, 9))
        .to.be.instanceOf(Refused)
        .with.property('code', 'malformed_token');
    }
  });
});

describe('isEncrypted', () => {
  const opaque = encode({ alg: 'dir', iss: 'https://tenant.eu.auth0.com/' });
  const cases: readonly [string, string, boolean][] = [
    ['an encrypted token', 'e30.key.iv.text.tag', true],
    ['an opaque token of Auth0', `${opaque}..iv.text.tag`, false],
    ['a token with a key whose header is that of an opaque one', `${opaque}.key.iv.text.tag`, true],
    ['a token without a key, of no issuer', `${encode({ alg: 'dir' })}..iv.text.tag`, true],
    ['a token without a key, of another algorithm', `${encode({ alg: 'ECDH-ES', iss: 'a' })}..a.b.c`, true],
    ['a signed token', 'e30.e30.AA', false],
  ];
  for (const [title, token, expected] of cases) {
    it(`is ${expected} for ${title}`, () => {
      expect(isEncrypted(token)).to.equal(expected);
    });
  }
});

describe('bearerCredential', () => {
  it('is a token under the scheme Bearer', () => {
    expect(bearerCredential('a.b.c')).to.deep.equal({ kind: 'token', scheme: 'Bearer', token: 'a.b.c' });
  });
});

describe('deepFreeze', () => {
  const nested = (depth: number) => {
    let value: object = {};
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
    return value;
  };

  it('freezes 32 levels, and refuses more', () => {
    expect(deepFreeze(nested(32))).to.equal(null);
    expect(deepFreeze(nested(33))).to.include({ code: 'malformed_token' });
  });
});
