import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { KeyFlaw } from '../../lib/jwks/import-key.ts';
import { type ImportedKeys, importKeys, keyFor } from '../../lib/jwks/import-keys.ts';
import { publicJwks } from '../../lib/jwks/public-jwks.ts';
import { testKey } from '../support/issuer.ts';
import { rocaPair } from '../vectors/roca-key.ts';

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>;

describe('importKeys', () => {
  let rsa: Record<string, unknown>;
  let other: Record<string, unknown>;
  let ec: Record<string, unknown>;

  before(async () => {
    rsa = jwkOf((await testKey(0)).publicKey);
    other = jwkOf((await testKey(1)).publicKey);
    ec = jwkOf((await testKey(0, 'ES256')).publicKey);
  });

  it('leaves an RSA key without alg to one RSA algorithm of the verifier, and to nothing else', () => {
    const [key, ...others] = importKeys([{ ...rsa, kid: 'a' }]).keys.get('a') ?? [];
    expect(others).to.deep.equal([]);
    expect(key?.algorithms).to.deep.equal(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
    expect(key?.as.fresh.isUnnamed).to.equal(true);
    expect(importKeys([{ ...ec, kid: 'a' }]).keys.get('a')?.[0]?.as.fresh.isUnnamed).to.equal(false);
  });

  it('lets a key with alg verify only that algorithm', () => {
    const { keys } = importKeys([
      { ...rsa, kid: 'a', alg: 'RS256' },
      { ...ec, kid: 'e', alg: 'ES256' },
    ]);
    const [a, e] = [keys.get('a'), keys.get('e')];
    if (a === undefined || e === undefined) throw new Error('both keys are good');
    expect(keyFor(a, 'RS256', 'fresh')).to.include({ kid: 'a', state: 'fresh' });
    expect(keyFor(a, 'PS256', 'fresh')).to.equal(null);
    expect(keyFor(a, 'HS256', 'fresh')).to.equal(null);
    expect(keyFor(a, 'none', 'fresh')).to.equal(null);
    expect(keyFor(e, 'ES256', 'stale')).to.include({ kid: 'e', state: 'stale' });
    expect(keyFor(e, 'RS256', 'fresh')).to.equal(null);
  });

  it('accepts keys whose use or key_ops is to verify signatures', () => {
    const { keys, ignored } = importKeys([
      { ...rsa, kid: 'a', use: 'sig', key_ops: ['verify'], x5t: 'ignored', x5c: ['ignored'] },
    ]);
    expect([...keys.keys()]).to.deep.equal(['a']);
    expect(ignored).to.deep.equal([]);
  });

  const short = () => jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
  const flawed: readonly [string, () => unknown, KeyFlaw][] = [
    ['null', () => null, 'not an object'],
    ['a string', () => 'key', 'not an object'],
    ['a key without kid', () => rsa, 'no kid'],
    ['a key with an empty kid', () => ({ ...rsa, kid: '' }), 'no kid'],
    ['a key with a kid that is no string', () => ({ ...rsa, kid: 7 }), 'no kid'],
    ['an encryption key', () => ({ ...rsa, kid: 'x', use: 'enc' }), 'not for signatures'],
    ['a key to sign with only', () => ({ ...rsa, kid: 'x', key_ops: ['sign'] }), 'not for signatures'],
    ['a key with strange operations', () => ({ ...rsa, kid: 'x', key_ops: 'verify' }), 'not for signatures'],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name): [string, () => unknown, KeyFlaw] => [
      `a key with the private member ${name}`,
      () => ({ ...rsa, kid: 'x', [name]: 'AQAB' }),
      'has private or symmetric members',
    ]),
    ['a shared secret', () => ({ kty: 'oct', kid: 'x', k: 'c2VjcmV0' }), 'has private or symmetric members'],
    ['an oct key without its secret', () => ({ kty: 'oct', kid: 'x' }), 'neither RSA nor EC P-256'],
    ['a curve that is not ours', () => ({ ...ec, kid: 'x', crv: 'P-384' }), 'neither RSA nor EC P-256'],
    ['another type with our curve', () => ({ ...ec, kid: 'x', kty: 'OKP' }), 'neither RSA nor EC P-256'],
    ['an Ed25519 key', () => ({ kty: 'OKP', crv: 'Ed25519', x: 'AA', kid: 'x' }), 'neither RSA nor EC P-256'],
    [
      'a key for decryption by alg',
      () => ({ ...rsa, kid: 'x', alg: 'RSA-OAEP' }),
      'algorithm does not fit the key',
    ],
    [
      'an RSA key that says HS256',
      () => ({ ...rsa, kid: 'x', alg: 'HS256' }),
      'algorithm does not fit the key',
    ],
    [
      'an RSA key that says ES256',
      () => ({ ...rsa, kid: 'x', alg: 'ES256' }),
      'algorithm does not fit the key',
    ],
    ['an alg that is no string', () => ({ ...rsa, kid: 'x', alg: null }), 'algorithm does not fit the key'],
    ['a modulus of 1024 bits', () => ({ ...short(), kid: 'x' }), 'RSA modulus shorter than 2048 bits'],
    ['the exponent 1', () => ({ ...rsa, kid: 'x', e: 'AQ' }), 'RSA exponent too small or even'],
    ['an even exponent', () => ({ ...rsa, kid: 'x', e: 'AQAA' }), 'RSA exponent too small or even'],
    [
      'a modulus made by the flawed RSALib (CVE-2017-15361)',
      () => ({ ...jwkOf(rocaPair().publicKey), kid: 'x' }),
      'RSA modulus can be factored (ROCA)',
    ],
    ['a key with a certificate alone', () => ({ kty: 'RSA', x5c: ['MII'], kid: 'x' }), 'modulus missing'],
    ['an RSA key without exponent', () => ({ ...rsa, e: undefined, kid: 'x' }), 'exponent missing'],
    ['an EC key without y', () => ({ ...ec, y: undefined, kid: 'x' }), 'coordinates missing'],
    ['an EC key without x', () => ({ ...ec, x: undefined, kid: 'x' }), 'coordinates missing'],
    ['other primes', () => ({ ...rsa, kid: 'x', oth: [{ r: 'AQAB' }] }), 'has private or symmetric members'],
    ['a modulus that is no text', () => ({ ...rsa, kid: 'x', n: 7 }), 'malformed'],
    ['a point off the curve', () => ({ ...ec, kid: 'x', x: ec.y }), 'malformed'],
  ];
  for (const [title, make, flaw] of flawed) {
    it(`ignores ${title} and keeps the other keys`, () => {
      const { keys, ignored } = importKeys([{ ...rsa, kid: 'before' }, make(), { ...ec, kid: 'after' }]);
      expect([...keys.keys()]).to.deep.equal(['before', 'after']);
      expect(ignored).to.have.length(1);
      expect(ignored[0]).to.include({ index: 1, flaw });
    });
  }

  it('accepts the exponent 3', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    expect(importKeys([{ ...jwkOf(publicKey), kid: 'a' }]).ignored).to.deep.equal([]);
  });

  for (const empty of [undefined, null, '', []]) {
    it(`accepts a public key whose secret members are ${JSON.stringify(empty)}`, () => {
      const { keys, ignored } = importKeys([{ ...rsa, kid: 'a', oth: empty, d: empty, p: empty }]);
      expect([...keys.keys()]).to.deep.equal(['a']);
      expect(ignored).to.deep.equal([]);
    });
  }

  const verifiedBy = ({ keys }: ImportedKeys, algorithm: string) =>
    keyFor(keys.get('a') ?? [], algorithm, 'fresh')?.key;

  it('merges the algorithms of a key that is published several times under one kid', () => {
    const imported = importKeys([
      { ...rsa, kid: 'a', alg: 'RS256' },
      { ...rsa, kid: 'a', alg: 'RS512' },
      { ...rsa, kid: 'a', alg: 'RS256' },
    ]);
    expect(imported.ignored).to.deep.equal([]);
    for (const algorithm of ['RS256', 'RS512'])
      expect(verifiedBy(imported, algorithm)?.type).to.equal('public');
    for (const algorithm of ['RS384', 'PS256', 'ES256'])
      expect(verifiedBy(imported, algorithm)).to.equal(undefined);
  });

  it('takes the algorithms of the publications with alg, in any order', () => {
    const publications = [
      { ...rsa, kid: 'a' },
      { ...rsa, kid: 'a', alg: 'RS512' },
      { ...rsa, kid: 'a', alg: 'PS256' },
    ];
    for (const order of [publications, publications.toReversed()]) {
      const [key, ...others] = importKeys(order).keys.get('a') ?? [];
      expect(others).to.deep.equal([]);
      expect(key?.algorithms).to.have.members(['RS512', 'PS256']);
      expect(key?.as.pinned.isUnnamed).to.equal(false);
    }
  });

  it('tells different keys of one kid apart by alg and type', () => {
    const imported = importKeys([
      { ...rsa, kid: 'a', alg: 'RS256' },
      { ...other, kid: 'a', alg: 'PS256' },
      { ...ec, kid: 'a' },
    ]);
    expect(imported.ignored).to.deep.equal([]);
    expect(verifiedBy(imported, 'RS256')?.export({ format: 'jwk' }).n).to.equal(rsa['n']);
    expect(verifiedBy(imported, 'PS256')?.export({ format: 'jwk' }).n).to.equal(other['n']);
    expect(verifiedBy(imported, 'ES256')?.asymmetricKeyType).to.equal('ec');
    expect(verifiedBy(imported, 'RS512')).to.equal(undefined);
  });

  it('ignores different keys of one kid for an algorithm that two of them may verify', () => {
    const imported = importKeys([
      { ...rsa, kid: 'a', alg: 'RS256' },
      { ...other, kid: 'a' },
    ]);
    expect(verifiedBy(imported, 'RS256')).to.equal(undefined);
    expect(verifiedBy(imported, 'PS256')?.export({ format: 'jwk' }).n).to.equal(other['n']);
    expect(imported.ignored).to.deep.equal([{ index: 0, kid: 'a', flaw: 'kid used by two different keys' }]);
  });

  it('treats keys that share a kid the same in any order and number', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 6 }), (picks) => {
        const jwks = picks.map((pick) => ({ ...(pick === 0 ? rsa : other), kid: 'twin' }));
        const { keys, ignored } = importKeys(jwks);
        const isOneKey = new Set(picks).size === 1;
        expect(keys.has('twin')).to.equal(isOneKey);
        expect(ignored.map(({ index }) => index)).to.deep.equal(
          isOneKey ? [] : picks.map((_, index) => index),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('is the same after writing the keys as JSON', () => {
    const jwks = [
      { ...rsa, kid: 'a', alg: 'RS256' },
      { ...rsa, kid: 'a', alg: 'RS512' },
      { ...other, kid: 'a', alg: 'PS256' },
      { ...ec, kid: 'a' },
      { ...rsa, kid: 'b' },
    ];
    const algorithms = ({ keys }: ImportedKeys) =>
      [...keys].map(([kid, list]) => [
        kid,
        list.map((key) => [key.key.export({ format: 'jwk' }), key.algorithms, key.isUnnamed]),
      ]);
    const imported = importKeys(jwks);
    expect(algorithms(importKeys(publicJwks(imported.keys)))).to.deep.equal(algorithms(imported));
  });

  it('never throws and imports only public keys from any set', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { maxLength: 5 }), (junk) => {
        expect(importKeys(junk).keys.size).to.equal(0);
      }),
      { numRuns: 200 },
    );
  });
});
