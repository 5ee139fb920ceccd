import {
  constants,
  createHash,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
} from 'node:crypto';
import { expect } from 'chai';
import { flattenedVerify } from 'jose';
import sinon from 'sinon';
import {
  fitsAlgorithm,
  isSignedBy,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from '../../lib/token/signature.ts';
import { nodeCrypto } from '../../lib/util/node-crypto.ts';
import { type TestKey, testKey } from '../support/issuer.ts';

const PAYLOAD = Buffer.from('{"sub":"auth0|abc"}').toString('base64url');

function signingInput(algorithm: SignatureAlgorithm): string {
  return `${Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url')}.${PAYLOAD}`;
}

/** The result of `isSignedBy`. Fails if jose disagrees. */
async function isAccepted(
  key: TestKey,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Promise<boolean> {
  const input = signingInput(algorithm);
  const [header, payload] = input.split('.') as [string, string];
  const jws = { protected: header, payload, signature: Buffer.from(signature).toString('base64url') };
  const reference = await flattenedVerify(jws, key.publicKey).then(
    () => true,
    () => false,
  );
  const ours = isSignedBy(key.publicKey, algorithm, input, signature);
  expect(ours, 'the same as jose').to.equal(reference);
  return ours;
}

const toBytes = (value: bigint, length: number) =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
const toBigInt = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

describe('isSignedBy', () => {
  afterEach(() => {
    sinon.restore();
  });

  for (const algorithm of ['PS256', 'PS384', 'PS512'] as const) {
    it(`refuses a signature with ${algorithm} without its leading zero (RFC 8017, section 8.1.2)`, async () => {
      const { privateKey, publicKey } = await testKey(0, algorithm);
      const input = signingInput(algorithm);
      const saltLength = Number(algorithm.slice(2)) / 8;
      const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
      let whole: Buffer;
      // PSS is salted, so that each signature differs; one in some 256 begins with a zero.
      do whole = sign(`sha${algorithm.slice(2)}`, Buffer.from(input), options);
      while (whole[0] !== 0);
      expect(isSignedBy(publicKey, algorithm, input, whole)).to.equal(true);
      expect(isSignedBy(publicKey, algorithm, input, whole.subarray(1))).to.equal(false);
    }).timeout(300_000);
  }

  for (const algorithm of SIGNATURE_ALGORITHMS) {
    describe(`with ${algorithm}`, () => {
      let key: TestKey;
      let good: Buffer;

      before(async () => {
        key = await testKey(0, algorithm);
        good = sign(`sha${algorithm.slice(2)}`, Buffer.from(signingInput(algorithm)), {
          key: key.privateKey,
          dsaEncoding: 'ieee-p1363',
          ...(algorithm.startsWith('PS')
            ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(algorithm.slice(2)) / 8 }
            : {}),
        });
      });

      it('accepts a signature by the key', async () => {
        expect(await isAccepted(key, algorithm, good)).to.equal(true);
      });

      it('refuses a signature by another key', async () => {
        expect(await isAccepted(await testKey(1, algorithm), algorithm, good)).to.equal(false);
      });

      it('refuses a signature of any other length', async () => {
        const zero = Buffer.of(0);
        const others = [
          Buffer.alloc(0),
          zero,
          good.subarray(1),
          good.subarray(0, -1),
          Buffer.concat([zero, good]),
          Buffer.concat([good, zero]),
          Buffer.concat([good, good]),
        ];
        // Not compared with jose, which accepts an RSASSA-PSS signature without its leading zeros.
        for (const signature of others) {
          expect(isSignedBy(key.publicKey, algorithm, signingInput(algorithm), signature)).to.equal(false);
        }
      });

      it('refuses all zeros, all ones and each change of a single byte', async () => {
        expect(await isAccepted(key, algorithm, Buffer.alloc(good.length))).to.equal(false);
        expect(await isAccepted(key, algorithm, Buffer.alloc(good.length, 0xff))).to.equal(false);
        for (let place = 0; place < good.length; place += 7) {
          const changed = Buffer.from(good);
          changed[place] = (changed[place] as number) ^ 1;
          expect(await isAccepted(key, algorithm, changed)).to.equal(false);
        }
      });

      it('refuses a signature over another input', () => {
        const other = `${signingInput(algorithm)}A`;
        expect(isSignedBy(key.publicKey, algorithm, other, good)).to.equal(false);
      });
    });
  }

  for (const [algorithm, length] of [
    ['ES256', 64],
    ['PS256', 256],
  ] as const) {
    it(`refuses a signature with ${algorithm} by its length alone, whatever the platform verifies`, async () => {
      const { publicKey } = await testKey(0, algorithm);
      sinon.stub(nodeCrypto(), 'verify').returns(true as never);
      const isAccepted = (bytes: number) =>
        isSignedBy(publicKey, algorithm, signingInput(algorithm), Buffer.alloc(bytes));
      expect([0, length - 1, length, length + 1].filter(isAccepted)).to.deep.equal([length]);
    });
  }

  it('refuses a signature with PS256 if the platform does not say how long the key is', async () => {
    const { publicKey } = await testKey(0, 'PS256');
    sinon.stub(publicKey, 'asymmetricKeyDetails').value(undefined);
    const signature = Buffer.alloc(256);
    expect(isSignedBy(publicKey, 'PS256', signingInput('PS256'), signature)).to.equal(false);
  });

  describe('with ES256 and numbers out of range', () => {
    const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
    let key: TestKey;
    let r: bigint;
    let s: bigint;

    before(async () => {
      key = await testKey(0, 'ES256');
      const good = sign('sha256', Buffer.from(signingInput('ES256')), {
        key: key.privateKey,
        dsaEncoding: 'ieee-p1363',
      });
      r = toBigInt(good.subarray(0, 32));
      s = toBigInt(good.subarray(32));
    });

    const of = (one: bigint, other: bigint) => Buffer.concat([toBytes(one, 32), toBytes(other, 32)]);

    it('refuses each of them', async () => {
      const edges = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, FIELD, 2n ** 256n - 1n];
      const pairs = [
        ...edges.flatMap((edge) => [
          [edge, s],
          [r, edge],
          [edge, edge],
        ]),
        [s, r],
        [0n, 1n],
        [1n, 0n],
      ];
      for (const [one, other] of pairs as [bigint, bigint][]) {
        expect(await isAccepted(key, 'ES256', of(one, other))).to.equal(false);
      }
    });

    it('refuses the same numbers in DER, and with leading zeros', async () => {
      const der = sign('sha256', Buffer.from(signingInput('ES256')), key.privateKey);
      expect(await isAccepted(key, 'ES256', der)).to.equal(false);
      const padded = Buffer.concat([toBytes(r, 33), toBytes(s, 33)]);
      expect(await isAccepted(key, 'ES256', padded)).to.equal(false);
    });

    it('refuses DER that happens to have 64 bytes', async () => {
      const body = Buffer.concat([
        Buffer.of(0x02, 29),
        toBytes(1n, 29),
        Buffer.of(0x02, 29),
        toBytes(1n, 29),
      ]);
      const der = Buffer.concat([Buffer.of(0x30, body.length), body]);
      expect(der.length).to.equal(64);
      expect(await isAccepted(key, 'ES256', der)).to.equal(false);
    });

    it('accepts the second valid form of each ECDSA signature, as jose does', async () => {
      expect(await isAccepted(key, 'ES256', of(r, ORDER - s))).to.equal(true);
    });
  });

  describe('with RS256 and a padding that differs from PKCS #1 v1.5', () => {
    const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const WITHOUT_NULL = Buffer.from('302f300b0609608648016503040201', 'hex');
    const SHA1_INFO = Buffer.from('3021300906052b0e03021a05000414', 'hex');
    const LONG_LENGTHS = Buffer.from('308131300d060960864801650304020105000420', 'hex');
    let key: TestKey;
    let hash: Buffer;

    before(async () => {
      key = await testKey();
      hash = createHash('sha256').update(signingInput('RS256')).digest();
    });

    /** Signs a block of the key's size without padding it. */
    const raw = (block: Buffer) =>
      privateEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, block);

    const block = (info: Buffer, type = 1, fill = 0xff, separator = 0) => {
      const head = Buffer.of(0, type);
      const padding = Buffer.alloc(256 - 3 - info.length, fill);
      return Buffer.concat([head, padding, Buffer.of(separator), info]);
    };

    it('accepts the correct block', async () => {
      expect(await isAccepted(key, 'RS256', raw(block(Buffer.concat([SHA256_INFO, hash]))))).to.equal(true);
    });

    const sha1 = (input: string) => createHash('sha1').update(input).digest();
    const wrong: [string, () => Buffer][] = [
      ['no digest info', () => block(hash)],
      ['no NULL parameters', () => block(Buffer.concat([WITHOUT_NULL, Buffer.of(4, 32), hash]))],
      ['a length in the long form', () => block(Buffer.concat([LONG_LENGTHS, hash]))],
      ['SHA-1', () => block(Buffer.concat([SHA1_INFO, sha1(signingInput('RS256'))]))],
      ['the hash of something else', () => block(Buffer.concat([SHA256_INFO, Buffer.alloc(32)]))],
      ['a byte after the hash', () => block(Buffer.concat([SHA256_INFO, hash, Buffer.of(0)]))],
      ['block type 0', () => block(Buffer.concat([SHA256_INFO, hash]), 0, 0)],
      ['block type 2', () => block(Buffer.concat([SHA256_INFO, hash]), 2)],
      ['a filling of another byte', () => block(Buffer.concat([SHA256_INFO, hash]), 1, 0xfe)],
      ['no separator', () => block(Buffer.concat([SHA256_INFO, hash]), 1, 0xff, 0xff)],
      [
        'a short filling and the rest after the hash',
        () => {
          const start = Buffer.concat([
            Buffer.of(0, 1),
            Buffer.alloc(8, 0xff),
            Buffer.of(0),
            SHA256_INFO,
            hash,
          ]);
          return Buffer.concat([start, Buffer.alloc(256 - start.length)]);
        },
      ],
    ];
    for (const [what, make] of wrong) {
      it(`refuses ${what}`, async () => {
        expect(await isAccepted(key, 'RS256', raw(make()))).to.equal(false);
      });
    }

    it('refuses numbers at or above the modulus, and numbers that equal their own power', async () => {
      const modulus = toBigInt(Buffer.from(String(key.jwk.n), 'base64url'));
      const good = toBigInt(raw(block(Buffer.concat([SHA256_INFO, hash]))));
      for (const number of [0n, 1n, modulus - 1n, modulus, modulus + 1n, modulus - good]) {
        expect(await isAccepted(key, 'RS256', toBytes(number, 256))).to.equal(false);
      }
      const beyond = good + modulus;
      if (beyond < 2n ** 2048n) expect(await isAccepted(key, 'RS256', toBytes(beyond, 256))).to.equal(false);
    });
  });

  describe('across algorithms of one key', () => {
    it('refuses a signature made with another algorithm', async () => {
      const rsa = SIGNATURE_ALGORITHMS.filter((algorithm) => algorithm !== 'ES256');
      for (const made of rsa) {
        for (const asked of rsa.filter((algorithm) => algorithm !== made)) {
          const key = await testKey(0, made);
          const signature = sign(`sha${made.slice(2)}`, Buffer.from(signingInput(asked)), {
            key: key.privateKey,
            ...(made.startsWith('PS')
              ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
              : {}),
          });
          expect(await isAccepted(key, asked, signature), `${made} as ${asked}`).to.equal(false);
        }
      }
    });
  });

  describe('with PS256 and a salt of another length', () => {
    for (const saltLength of [0, 20, 31, 33, 64, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
      it(`refuses ${saltLength < 0 ? 'the longest' : `${saltLength} bytes`}`, async () => {
        const key = await testKey(0, 'PS256');
        const signature = sign('sha256', Buffer.from(signingInput('PS256')), {
          key: key.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength,
        });
        expect(await isAccepted(key, 'PS256', signature)).to.equal(false);
      });
    }
  });
});

describe('fitsAlgorithm', () => {
  let rsa: KeyObject;
  let ec: KeyObject;

  before(async () => {
    rsa = (await testKey()).publicKey;
    ec = (await testKey(0, 'ES256')).publicKey;
  });

  it('requires RSA for RS and PS, and EC on P-256 for ES256', () => {
    for (const algorithm of SIGNATURE_ALGORITHMS) {
      expect(fitsAlgorithm(rsa, algorithm)).to.equal(algorithm !== 'ES256');
      expect(fitsAlgorithm(ec, algorithm)).to.equal(algorithm === 'ES256');
    }
  });

  it('requires both type and details, and refuses a key of which the platform says only one', () => {
    const details = { namedCurve: 'prime256v1', modulusLength: 2048 };
    const described = (asymmetricKeyType: string, asymmetricKeyDetails?: object) =>
      ({ type: 'public', asymmetricKeyType, asymmetricKeyDetails }) as KeyObject;
    expect(fitsAlgorithm(described('ec', details), 'ES256')).to.equal(true);
    expect(fitsAlgorithm(described('rsa', details), 'RS256')).to.equal(true);
    expect(fitsAlgorithm(described('dsa', details), 'ES256')).to.equal(false);
    expect(fitsAlgorithm(described('dsa', details), 'RS256')).to.equal(false);
    for (const algorithm of ['ES256', 'RS256'] as const) {
      expect(fitsAlgorithm(described(algorithm === 'ES256' ? 'ec' : 'rsa'), algorithm)).to.equal(false);
    }
  });

  it('refuses short keys, keys of another type or curve, private and secret keys', async () => {
    const others = [
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey,
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
      generateKeyPairSync('ed25519').publicKey,
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey,
      (await testKey()).privateKey,
      (await testKey(0, 'ES256')).privateKey,
      createSecretKey(Buffer.alloc(32)),
    ];
    for (const key of others) {
      for (const algorithm of SIGNATURE_ALGORITHMS) expect(fitsAlgorithm(key, algorithm)).to.equal(false);
    }
  });
});
