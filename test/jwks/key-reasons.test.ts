import { expect } from 'chai';
import type { IgnoredKey } from '../../lib/jwks/import-keys.ts';
import { importKeys } from '../../lib/jwks/import-keys.ts';
import { describeAllIgnored, describeIgnored, whyUnusable } from '../../lib/jwks/key-reasons.ts';
import { testKey } from '../support/issuer.ts';

const ignored = (index: number, kid: string | null = null): IgnoredKey => ({
  index,
  kid,
  flaw: 'not for signatures',
});

describe('describeIgnored', () => {
  it('names the key by its index and its kid, quoted and cut off', () => {
    expect(describeIgnored(ignored(3, 'a"b'))).to.equal('key 3 ("a\\"b"): not for signatures');
    expect(describeIgnored(ignored(0, 'k'.repeat(65)))).to.equal(
      `key 0 ("${'k'.repeat(64)}"): not for signatures`,
    );
  });

  it('says when the key has no kid', () => {
    expect(describeIgnored(ignored(1))).to.equal('key 1 (no kid): not for signatures');
  });
});

describe('describeAllIgnored', () => {
  const all = (count: number) => Array.from({ length: count }, (_, index) => ignored(index, 'k'));

  it('names five keys, and counts the others', () => {
    expect(describeAllIgnored(all(2))).to.equal(
      'key 0 ("k"): not for signatures; key 1 ("k"): not for signatures',
    );
    expect(describeAllIgnored(all(5))).to.match(/key 4 \("k"\): not for signatures$/);
    expect(describeAllIgnored(all(6))).to.match(/key 4 \("k"\): not for signatures; 1 more$/);
  });
});

describe('whyUnusable', () => {
  it('lists the algorithms of all keys with that kid', async () => {
    const jwk = { ...(await testKey(0)).jwk, kid: 'a' };
    const { keys } = importKeys([
      { ...jwk, alg: 'RS256' },
      { ...jwk, alg: 'RS512' },
      { ...(await testKey(0, 'ES256')).jwk, kid: 'a' },
    ]);
    expect(whyUnusable('a', keys, [])).to.equal('published for RS256, RS512, ES256 only');
  });

  it('gives the reason of an ignored key, and nothing for a key that is not published', () => {
    const none = importKeys([]).keys;
    expect(whyUnusable('a', none, [ignored(0, 'b'), ignored(1, 'a')])).to.equal(
      'published, not used: not for signatures',
    );
    expect(whyUnusable('c', none, [ignored(0, 'b')])).to.equal(null);
  });
});
