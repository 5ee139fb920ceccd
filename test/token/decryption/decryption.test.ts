import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  privateDecrypt,
} from 'node:crypto';
import { expect } from 'chai';
import sinon from 'sinon';
import { type DecryptionOptions, decryption } from '../../../lib/decryption.ts';
import { AuthorizerFault, OptionError } from '../../../lib/index.ts';
import { encryptionPair, type JweParts, makeJwe } from '../../support/encryption.ts';
import { rocaKey, rocaPair } from '../../vectors/roca-key.ts';

const SIGNED = 'header.payload.signature';
const FAILED = { code: 'decryption_failed' };
const crypto = process.getBuiltinModule('node:crypto');

describe('decryption', () => {
  const pair = encryptionPair();
  const other = encryptionPair('encryption-2');
  const stranger = encryptionPair('encryption-3');
  const open = (token: string, options: Partial<DecryptionOptions> = {}) =>
    decryption({ keys: [pair.privateKey, other.privateKey], ...options }).open(token);
  const failedFor = (detail: string) => ({ ...FAILED, detail });

  describe('the options', () => {
    const jwk = pair.privateKey;
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' });
    const smallExponent = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey;
    const WRONG: readonly [string, string, unknown][] = [
      ['a text in place of the options', 'decryption', `{"d":"${jwk.d}"}`],
      ['no keys', 'decryption.keys', {}],
      ['an empty list', 'decryption.keys', { keys: [] }],
      ['a text in place of the list', 'decryption.keys', { keys: JSON.stringify(jwk) }],
      ['a JWKS in place of the list', 'decryption.keys', { keys: { keys: [jwk] } }],
      ['a text in place of a key', 'decryption.keys[0]', { keys: [JSON.stringify(jwk)] }],
      ['null in place of a key', 'decryption.keys[1]', { keys: [jwk, null] }],
      ['a hole in place of a key', 'decryption.keys[0]', { keys: new Array(1) }],
      ['a key of an elliptic curve', 'decryption.keys[0].kty', { keys: [ec.export({ format: 'jwk' })] }],
      ['a public key', 'decryption.keys[0].d', { keys: [pair.publicKey] }],
      ['a key that signs', 'decryption.keys[0].use', { keys: [{ ...jwk, use: 'sig' }] }],
      [
        'operations of a key that signs',
        'decryption.keys[0].key_ops',
        { keys: [{ ...jwk, key_ops: ['sign'] }] },
      ],
      [
        'an algorithm that is not allowed',
        'decryption.keys[0].alg',
        { keys: [{ ...jwk, alg: 'RSA-OAEP-512' }] },
      ],
      ['a signature algorithm', 'decryption.keys[0].alg', { keys: [{ ...jwk, alg: 'RS256' }] }],
      ['a key without primes', 'decryption.keys[0]', { keys: [{ ...jwk, p: undefined }] }],
      ['a key with members of a wrong type', 'decryption.keys[0]', { keys: [{ ...jwk, n: 5 }] }],
      ['a short key', 'decryption.keys[0]', { keys: [{ ...short, kid: 'a' }] }],
      ['a key without a name', 'decryption.keys[0].kid', { keys: [{ ...jwk, kid: undefined }] }],
      ['an empty name', 'decryption.keys[0].kid', { keys: [{ ...jwk, kid: '' }] }],
      [
        'two keys of one name',
        'decryption.keys[1].kid',
        { keys: [jwk, { ...other.privateKey, kid: jwk.kid }] },
      ],
      ['RSA1_5', 'decryption.algorithms[0]', { keys: [jwk], algorithms: ['RSA1_5'] }],
      ['dir', 'decryption.algorithms[1]', { keys: [jwk], algorithms: ['RSA-OAEP-256', 'dir'] }],
      ['an unknown algorithm', 'decryption.algorithms[0]', { keys: [jwk], algorithms: ['ECDH-ES'] }],
      ['no algorithms', 'decryption.algorithms', { keys: [jwk], algorithms: [] }],
      ['CBC', 'decryption.encryption[0]', { keys: [jwk], encryption: ['A128CBC-HS256'] }],
      ['zip', 'decryption.zip', { keys: [jwk], zip: true }],
      ['required that is no boolean', 'decryption.required', { keys: [jwk], required: 'yes' }],
      ['required that is undefined', 'decryption.required', { keys: [jwk], required: undefined }],
      ['keys that are undefined', 'decryption.keys', { keys: undefined }],
    ];

    /** Texts of the private key that no message may contain. */
    const secrets = [jwk.d, jwk.p, jwk.q, short.d].map((part) => String(part).slice(0, 12));

    for (const [title, path, options] of WRONG) {
      it(`refuses ${title}, and shows nothing of a key`, () => {
        let thrown: unknown;
        try {
          decryption(options as DecryptionOptions);
        } catch (error) {
          thrown = error;
        }
        expect(thrown).to.be.instanceOf(OptionError).and.have.property('option', path);
        const { message, cause } = thrown as OptionError;
        expect(cause).to.equal(undefined);
        expect(message).to.match(/^[\w.[\]]+: \w+ \w+/);
        for (const secret of secrets) expect(message).not.to.include(secret);
      });
    }

    it('says which algorithms are allowed, and that two never are', () => {
      const wrong = { ...jwk, alg: 'RS256' };
      const algorithms = ['RSA-OAEP-256', 'RSA-OAEP-512'] as const;
      expect(() => decryption({ keys: [wrong], algorithms })).to.throw(/: RSA-OAEP-256, RSA-OAEP-512$/);
      for (const never of ['RSA1_5', 'dir']) {
        expect(() => decryption({ keys: [jwk], algorithms: [never as 'RSA-OAEP'] })).to.throw(
          `${never} is never allowed`,
        );
      }
    });

    it('takes keys with all members of a JWK for encryption', () => {
      const full = { ...jwk, use: 'enc', alg: 'RSA-OAEP-256', key_ops: ['unwrapKey'] };
      expect(decryption({ keys: [full] }).open(makeJwe(SIGNED, pair))).to.equal(SIGNED);
      const three = { ...smallExponent.export({ format: 'jwk' }), kid: 'three', key_ops: ['decrypt'] };
      expect(() => decryption({ keys: [three] })).not.to.throw();
    });

    it('refuses a key made by the flawed RSALib (CVE-2017-15361), as a JWK and as a KeyObject', () => {
      const message = /^decryption\.keys\b.* can be factored \(ROCA, CVE-2017-15361\)/;
      expect(() => decryption({ keys: [{ ...rocaKey(), kid: 'a' }] })).to.throw(OptionError, message);
      const { privateKey } = rocaPair();
      const { open } = decryption({ keys: () => privateKey });
      return Promise.resolve(open(makeJwe(SIGNED, pair))).then(
        () => expect.fail('the key was accepted'),
        ({ cause }: AuthorizerFault) => expect((cause as OptionError).message).to.match(message),
      );
    });

    it('refuses a key with an even or tiny exponent', () => {
      for (const e of ['AQ', 'AQAA']) {
        expect(() => decryption({ keys: [{ ...jwk, e }] }))
          .to.throw(OptionError)
          .with.property('option', 'decryption.keys[0]');
      }
    });
  });

  describe('an encrypted token', () => {
    it('is opened with the key of its `kid`, so that old and new keys serve side by side', () => {
      expect(open(makeJwe(SIGNED, pair))).to.equal(SIGNED);
      expect(open(makeJwe(SIGNED, other))).to.equal(SIGNED);
      expect(open(makeJwe(SIGNED, stranger))).to.deep.equal(FAILED);
      expect(open(makeJwe(SIGNED, pair, { header: { kid: other.kid } }))).to.deep.equal(FAILED);
    });

    it('without a `kid` is opened if there is only one key', () => {
      const token = makeJwe(SIGNED, pair, { header: { kid: undefined } });
      expect(open(token, { keys: [pair.privateKey] })).to.equal(SIGNED);
      expect(open(token)).to.deep.equal(FAILED);
    });

    it('with another `kid` is not opened with the only key', () => {
      for (const kid of ['other', 'k'.repeat(256)]) {
        const token = makeJwe(SIGNED, pair, { header: { kid } });
        expect(open(token, { keys: [pair.privateKey] })).to.deep.equal(FAILED);
      }
    });

    for (const [alg, oaepHash] of [
      ['RSA-OAEP', 'sha1'],
      ['RSA-OAEP-256', 'sha256'],
      ['RSA-OAEP-384', 'sha384'],
      ['RSA-OAEP-512', 'sha512'],
    ] as const) {
      it(`is opened with ${alg} if that is allowed, and if the key is for it`, () => {
        const token = makeJwe(SIGNED, pair, { header: { alg }, oaepHash });
        expect(open(token, { algorithms: [alg] })).to.equal(SIGNED);
        const keys = [{ ...pair.privateKey, alg: alg === 'RSA-OAEP' ? 'RSA-OAEP-256' : 'RSA-OAEP' }];
        const algorithms = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] as const;
        expect(open(token, { algorithms, keys })).to.deep.equal(FAILED);
        if (alg !== 'RSA-OAEP-256') {
          expect(open(token)).to.deep.equal(failedFor('`alg` is not in `algorithms` of `decryption`'));
        }
      });
    }

    for (const [enc, length] of [
      ['A128GCM', 16],
      ['A192GCM', 24],
      ['A256GCM', 32],
    ] as const) {
      it(`is opened with ${enc} if that is allowed, and only with a key of its length`, () => {
        const encryption = [enc];
        const make = (bytes: number) =>
          makeJwe(SIGNED, pair, { header: { enc }, contentKey: Buffer.alloc(bytes, 7) });
        expect(open(make(length), { encryption })).to.equal(SIGNED);
        for (const wrong of [16, 24, 32, 33].filter((bytes) => bytes !== length)) {
          expect(open(make(wrong), { encryption })).to.deep.equal(FAILED);
        }
      });
    }

    const alg = 'RSA-OAEP-256';
    const enc = 'A256GCM';
    const FLAWS: readonly [string, string, JweParts][] = [
      ['RSA1_5', '`alg` is not in `algorithms` of `decryption`', { header: { alg: 'RSA1_5' } }],
      ['dir', '`alg` is not in `algorithms` of `decryption`', { header: { alg: 'dir' } }],
      ['no `alg`', '`alg` is not in `algorithms` of `decryption`', { header: { alg: undefined } }],
      ['CBC', '`enc` is not in `encryption` of `decryption`', { header: { enc: 'A128CBC-HS256' } }],
      [
        'an `enc` that is no text',
        '`enc` is not in `encryption` of `decryption`',
        { header: { enc: [enc] } },
      ],
      ['compression', 'header has `zip`', { header: { zip: 'DEF' } }],
      ['a critical extension', 'header has `crit`', { header: { crit: ['exp'], exp: 1 } }],
      ['another content type', '`cty` is not JWT', { header: { cty: 'text/plain' } }],
      ['a content type that is no text', '`cty` is not JWT', { header: { cty: null } }],
      ['a content type that begins like it', '`cty` is not JWT', { header: { cty: 'JWT+x' } }],
      ['a content type that ends like it', '`cty` is not JWT', { header: { cty: 'at+JWT' } }],
      ['a `kid` that is no text', '`kid` is no key name', { header: { kid: 5 } }],
      ['a `kid` that is too long', '`kid` is no key name', { header: { kid: 'k'.repeat(257) } }],
      ['a list in place of the header', 'header is no JSON object', { headerText: '[]' }],
      ['a text in place of the header', 'header is no JSON object', { headerText: '{' }],
      [
        'a member twice',
        'header has a member twice',
        { headerText: `{"alg":"dir","alg":"${alg}","enc":"${enc}"}` },
      ],
      [
        'a member twice, once with an escape',
        'header has a member twice',
        { headerText: `{"\\u0061lg" : "dir","alg":"${alg}","enc":"${enc}","x":"\\":"}` },
      ],
      [
        'a member twice in an object',
        'header has a member twice',
        { headerText: `{"alg":"${alg}","enc":"${enc}","x":{"a":1,"a":1}}` },
      ],
      ['a short IV', 'IV or tag has the wrong length', { ivLength: 8 }],
      ['a short tag', 'IV or tag has the wrong length', { tagLength: 8 }],
    ];
    for (const [title, detail, parts] of FLAWS) {
      it(`is refused without decryption: ${title}`, () => {
        const spy = sinon.spy(crypto, 'privateDecrypt');
        try {
          expect(open(makeJwe(SIGNED, pair, parts))).to.deep.equal(failedFor(detail));
          expect(spy.callCount).to.equal(0);
        } finally {
          spy.restore();
        }
      });
    }

    it('may have other members, white space, escapes, `cty` in any case and none', () => {
      const headerText = `{ "alg" : "${alg}",\n"enc":"${enc}", "kid":"${pair.kid}", "x":"\\":\\\\", "y":[{"a":1},{"a":1}], "typ":"\\u004aWT" }`;
      expect(open(makeJwe(SIGNED, pair, { headerText }))).to.equal(SIGNED);
      for (const cty of ['JWT', 'jwt', undefined]) {
        expect(open(makeJwe(SIGNED, pair, { header: { cty } }))).to.equal(SIGNED);
      }
    });

    it('is refused if the encrypted key is too short or too long for RSA, or a part is no base64url', () => {
      const [header = '', , iv = '', text = '', tag = ''] = makeJwe(SIGNED, pair).split('.');
      for (const length of [0, 16, 255, 1025]) {
        const token = [header, Buffer.alloc(length).toString('base64url'), iv, text, tag].join('.');
        expect(open(token)).to.deep.equal(failedFor('the encrypted key has the wrong length'));
      }
      const stray = `${makeJwe(SIGNED, pair).slice(0, -1)}B`;
      expect(open(stray)).to.deep.equal(failedFor('not base64url'));
      // In the sizes of other keys.
      for (const length of [300, 1024]) {
        const other = [header, Buffer.alloc(length).toString('base64url'), iv, text, tag].join('.');
        expect(open(other)).to.deep.equal(FAILED);
      }
    });

    it('must contain a signed token: no encrypted one, no text', () => {
      for (const content of [makeJwe(SIGNED, pair), 'a.b', '', 'text', 'a.b.c.d']) {
        expect(open(makeJwe(content, pair))).to.deep.equal(failedFor('no signed token (JWS) inside'));
      }
    });
  });

  describe('a token that is not encrypted', () => {
    const opaque = `${Buffer.from('{"alg":"dir","iss":"https://tenant.eu.auth0.com/"}').toString('base64url')}..a.b.c`;

    it('is returned as it is', () => {
      for (const token of [
        SIGNED,
        opaque,
        'opaque',
        'a.b.c.d',
        'a.b.c.d.=',
        `${'a'.repeat(20_000)}.b.c.d.e`,
      ]) {
        expect(open(token)).to.equal(token);
      }
      const longest = 'a.b.c.d.'.padEnd(16_384, 'e');
      expect(open(longest)).to.have.property('code', 'decryption_failed');
      expect(open(`${longest}e`)).to.equal(`${longest}e`);
    });

    it('is refused if it is signed and tokens must be encrypted', () => {
      expect(open(SIGNED, { required: true })).to.deep.equal({ code: 'unencrypted_token' });
      expect(open('a.b.c.d', { required: true })).to.equal('a.b.c.d');
      expect(open(makeJwe(SIGNED, pair), { required: true })).to.equal(SIGNED);
    });
  });

  it('does the same work for each cause of a failure that depends on a key', () => {
    const flipped = (token: string, part: number) => {
      const parts = token.split('.');
      const bytes = Buffer.from(parts[part] ?? '', 'base64url');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      parts[part] = bytes.toString('base64url');
      return parts.join('.');
    };
    const good = makeJwe(SIGNED, pair);
    const tokens = {
      good,
      'unknown kid': makeJwe(SIGNED, stranger),
      'no kid': makeJwe(SIGNED, pair, { header: { kid: undefined } }),
      'key of another kid': makeJwe(SIGNED, pair, { header: { kid: other.kid } }),
      'bad padding': makeJwe(SIGNED, pair, { oaepHash: 'sha1' }),
      'altered key': flipped(good, 1),
      'altered IV': flipped(good, 2),
      'altered content': flipped(good, 3),
      'altered tag': flipped(good, 4),
      'content key too short': makeJwe(SIGNED, pair, { contentKey: Buffer.alloc(16) }),
      'content key too long': makeJwe(SIGNED, pair, { contentKey: Buffer.alloc(64) }),
      'key for another algorithm': makeJwe(SIGNED, other),
    };
    const keys = [pair.privateKey, { ...other.privateKey, alg: 'RSA-OAEP-512' }];
    const opener = decryption({ keys, algorithms: ['RSA-OAEP-256', 'RSA-OAEP-512'] });
    for (const [cause, token] of Object.entries(tokens)) {
      const rsa = sinon.spy(crypto, 'privateDecrypt');
      const random = sinon.spy(crypto, 'randomBytes');
      const aes = sinon.spy(crypto, 'createDecipheriv');
      try {
        expect(opener.open(token), cause).to.deep.equal(cause === 'good' ? SIGNED : FAILED);
        expect([rsa.callCount, random.callCount, aes.callCount], cause).to.deep.equal([1, 1, 1]);
        expect((aes.firstCall.args[1] as Buffer).length, cause).to.equal(32);
      } finally {
        sinon.restore();
      }
    }
  });

  describe('keys that a function finds', () => {
    const inKms = (returned: (encryptedKey: Uint8Array) => unknown) => ({
      decryptKey: async (encryptedKey: Uint8Array) => returned(encryptedKey) as Uint8Array | null,
    });
    const key = createPrivateKey({ key: pair.privateKey, format: 'jwk' });
    const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
    const decrypted = (encryptedKey: Uint8Array) =>
      privateDecrypt({ key, padding, oaepHash: 'sha256' }, encryptedKey);
    const faultOf = async (keys: unknown): Promise<AuthorizerFault> => {
      try {
        await open(makeJwe(SIGNED, pair), { keys: keys as DecryptionOptions['keys'] });
      } catch (error) {
        if (error instanceof AuthorizerFault) return error;
      }
      throw new Error('no fault');
    };

    it('are called with the name of the key, or null', async () => {
      const names: (string | null)[] = [];
      const keys = (kid: string | null) => {
        names.push(kid);
        return Promise.resolve(key);
      };
      expect(await open(makeJwe(SIGNED, pair), { keys })).to.equal(SIGNED);
      const unnamed = makeJwe(SIGNED, pair, { header: { kid: undefined } });
      expect(await open(unnamed, { keys })).to.equal(SIGNED);
      expect(names).to.deep.equal([pair.kid, null]);
    });

    it('may be a JWK, a KeyObject, or a key that stays in its service', async () => {
      const { kid: _, ...unnamed } = pair.privateKey;
      for (const found of [pair.privateKey, unnamed, key, inKms(decrypted)]) {
        expect(await open(makeJwe(SIGNED, pair), { keys: () => found as JsonWebKey })).to.equal(SIGNED);
      }
    });

    it('get the bytes of the encrypted key and the algorithm', async () => {
      const decryptKey = sinon.spy(async (bytes: Uint8Array, _algorithm: string) => decrypted(bytes));
      expect(await open(makeJwe(SIGNED, pair), { keys: () => ({ decryptKey }) })).to.equal(SIGNED);
      expect(decryptKey.firstCall.args[0]).to.have.length(256);
      expect(decryptKey.firstCall.args[1]).to.equal('RSA-OAEP-256');
    });

    it('refuse the token if there is none of that name, or it is for another algorithm or token', async () => {
      const wrong = [null, undefined, { ...pair.privateKey, alg: 'RSA-OAEP' }, other.privateKey];
      const remote = [() => null, () => undefined, () => Buffer.alloc(32), () => Buffer.alloc(7)].map(inKms);
      const algorithms = ['RSA-OAEP', 'RSA-OAEP-256'] as const;
      for (const found of [...wrong, ...remote]) {
        const keys = () => found as JsonWebKey;
        expect(await open(makeJwe(SIGNED, pair), { keys, algorithms })).to.deep.equal(FAILED);
      }
    });

    it('cause a fault if a function throws or returns what is no private key, and show nothing of it', async () => {
      const broken = new Error('the service is down');
      const failing = async () => {
        throw broken;
      };
      expect((await faultOf(failing)).cause).to.equal(broken);
      expect((await faultOf(() => ({ decryptKey: failing }))).cause).to.equal(broken);
      const returned = ['text', 5, pair.publicKey, { decryptKey: 5 }, ...wrongKeyObjects(pair.publicKey)];
      const finders = [...returned.map((found) => () => found), () => inKms(() => 'text')];
      for (const find of finders) {
        const fault = await faultOf(find);
        expect(fault.code).to.equal('handler_error');
        expect(fault.message).to.equal('the function of the option decryption.keys failed');
        expect(fault.cause).to.be.instanceOf(OptionError);
        expect((fault.cause as OptionError).option).to.match(/^decryption\.keys\(\)/);
        expect((fault.cause as OptionError).message).to.match(/: (?:must|is) \w+/);
      }
    });
  });
});

/** Keys that cannot decrypt with RSA-OAEP. */
function wrongKeyObjects(publicKey: JsonWebKey): readonly unknown[] {
  return [
    createPublicKey({ key: publicKey, format: 'jwk' }),
    createSecretKey(Buffer.alloc(32)),
    generateKeyPairSync('ed25519').privateKey,
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
  ];
}
