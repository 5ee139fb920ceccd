import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import type { RefusalCode } from '../../lib/decision/codes.ts';
import { AuthorizerFault } from '../../lib/decision/errors.ts';
import type { SigningKey } from '../../lib/jwks/signing-key.ts';
import { formatRevocations } from '../../lib/revocations/entries.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import type { VerifiedToken } from '../../lib/token/verified-token.ts';
import { createVerifier, type Verifier } from '../../lib/token/verifier.ts';
import type { Auth0JwtVerifierOptions } from '../../lib/token/verifier-options.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { AUDIENCE, signToken, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { type TestKeySource, testKeySource } from '../support/key-source.ts';
import { expectRefusal, refusalOf } from '../support/refusals.ts';

const ISSUER = 'https://tenant.eu.auth0.com/';
const OTHER_ISSUER = 'https://login.example.com/';
const REMAINING_MS = 5000;

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const SLASH = 'differs from a configured one only by a final slash';
const OTHER_AUDIENCE = `configured: ${AUDIENCE}`;

describe('verifier', () => {
  let key: TestKey;
  let source: TestKeySource;

  before(async () => {
    key = await testKey();
  });

  beforeEach(() => {
    source = testKeySource(key);
  });

  afterEach(() => {
    sinon.restore();
  });

  function verifierWith(options: Partial<Auth0JwtVerifierOptions> = {}): Verifier {
    const settings = parseVerifierOptions({ issuer: ISSUER, audience: AUDIENCE, ...options }, '');
    return createVerifier(settings, new Map(settings.issuers.map((issuer) => [issuer, source])));
  }

  const verify = (token: string, options?: Partial<Auth0JwtVerifierOptions>) =>
    verifierWith(options).verify(bearerCredential(token), REMAINING_MS, NO_REQUEST);

  const token = (overrides?: Record<string, unknown>, header?: Record<string, unknown>, signer = key) =>
    signToken(userClaims(ISSUER, overrides), signer, header);

  describe('with decryption', () => {
    const openedAs = (open: (token: string) => unknown) =>
      verifierWith({ decryption: { open } as NonNullable<Auth0JwtVerifierOptions['decryption']> });
    const sealed = bearerCredential('sealed');

    it('verifies the token inside, at once or later', async () => {
      const inside = await token();
      for (const open of [() => inside, async () => inside]) {
        const verifier = openedAs(open);
        expect(await verifier.verify(sealed, REMAINING_MS, NO_REQUEST)).to.include({ issuer: ISSUER });
      }
    });

    it('refuses what cannot be opened', async () => {
      const refusal = { code: 'decryption_failed', detail: 'why' };
      for (const open of [() => refusal, async () => refusal]) {
        const verifier = openedAs(open);
        await expectRefusal(
          async () => verifier.verify(sealed, REMAINING_MS, NO_REQUEST),
          'decryption_failed',
          'why',
        );
      }
    });
  });

  it('refuses a revoked token, and names what is revoked', async () => {
    const good = await token();
    const now = Math.floor(Date.now() / 1000);
    const { sub } = userClaims(ISSUER);
    const revoked = new Map([[String(sub), { issuedBefore: now + 60, until: now + 3600 }]]);
    const use = async (record: string | null) =>
      verify(good, { revocations: { store: { read: async () => record } } });
    expect(await use(null)).to.include({ issuer: ISSUER });
    const refused = await refusalOf(() => use(formatRevocations(new Map([['sub', revoked]]))));
    expect(refused.refusal).to.deep.equal({ code: 'token_revoked', detail: 'sub' });
    expect(refused.verifiedBy).to.deep.equal({ issuer: ISSUER, kid: key.kid, keys: 'fresh' });
  });

  it('names the issuer of a token whose key may not verify it', async () => {
    const signed = await token();
    const found = source.findKey.bind(source);
    const { publicKey } = await testKey(0, 'ES256');
    for (const change of [{ key: publicKey }, { isUnnamed: true }]) {
      source.findKey = (...wanted) => ({ ...(found(...wanted) as SigningKey), ...change });
      const refused = await refusalOf(() => verify(signed, { algorithms: ['PS256', 'RS256'] }));
      expect(refused).to.include({ code: 'unknown_key' });
      expect(refused.verifiedBy).to.deep.equal({ issuer: ISSUER });
    }
  });

  describe('given a good token', () => {
    it('returns claims, issuer, kid, algorithm and the state of the key', async () => {
      const claims = userClaims(ISSUER, { 'https://example.com/roles': ['admin'] });
      expect(verify(await signToken(claims, key))).to.deep.equal({
        claims,
        audiences: [AUDIENCE],
        issuer: ISSUER,
        kid: key.kid,
        algorithm: 'RS256',
        keys: 'fresh',
      });
    });

    it('is synchronous when the key is in memory, and looks it up with the remaining time', async () => {
      const verified = verify(await token());
      expect(verified).not.to.be.instanceOf(Promise);
      expect(source.lookups).to.deep.equal([{ kid: key.kid, algorithm: 'RS256', remainingMs: REMAINING_MS }]);
    });

    it('waits for keys that are being fetched', async () => {
      source.waits = true;
      source.state = 'fetched';
      const pending = verify(await token());
      expect(pending).to.be.instanceOf(Promise);
      expect(await pending).to.have.property('keys', 'fetched');
    });

    for (const algorithm of ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256'] as const) {
      it(`accepts ${algorithm} only if it is allowed`, async () => {
        const signer = await testKey(0, algorithm);
        source.keys = [signer];
        const signed = await token({}, {}, signer);
        expect(await verify(signed, { algorithms: [algorithm] })).to.have.property('algorithm', algorithm);
        const others = algorithm === 'RS256' ? (['PS256'] as const) : undefined;
        await expectRefusal(
          () => verify(signed, others === undefined ? {} : { algorithms: others }),
          'algorithm_not_allowed',
        );
      });
    }

    for (const typ of ['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined]) {
      it(`accepts the type ${typ}`, async () => {
        expect(await verify(await token({}, { typ }))).to.have.property('issuer', ISSUER);
      });
    }

    it('accepts a token if one of its audiences is one of those configured', async () => {
      const signed = await token({ aud: [AUDIENCE, `${ISSUER}userinfo`] });
      expect(await verify(signed, { audience: ['https://else.example/', AUDIENCE] })).to.have.property('kid');
    });

    it('accepts each of several issuers only with its own keys', async () => {
      const otherKey = await testKey(1, 'RS256', key.kid);
      const settings = parseVerifierOptions({ issuer: [ISSUER, OTHER_ISSUER], audience: AUDIENCE }, '');
      const verifier = createVerifier(
        settings,
        new Map([
          [ISSUER, source],
          [OTHER_ISSUER, testKeySource(otherKey)],
        ]),
      );
      const good = await signToken(userClaims(OTHER_ISSUER), otherKey);
      expect(await verifier.verify(bearerCredential(good), REMAINING_MS, NO_REQUEST)).to.have.property(
        'issuer',
        OTHER_ISSUER,
      );
      const crossed = await signToken(userClaims(OTHER_ISSUER), key);
      await expectRefusal(
        () => verifier.verify(bearerCredential(crossed), REMAINING_MS, NO_REQUEST),
        'invalid_signature',
      );
    });

    it('accepts an empty scope and times with a fraction', async () => {
      const now = Math.floor(Date.now() / 1000);
      const verified = await verify(
        await token({ exp: now + 60.5, scope: '', sub: undefined, permissions: [] }),
      );
      expect(verified.claims.exp).to.equal(now + 60.5);
    });

    it('uses the last of two members with the same name (RFC 7519 section 4)', async () => {
      const text = JSON.stringify(userClaims(ISSUER)).replace('{', '{"sub":"first",');
      expect((await verify(await signToken(text, key))).claims.sub).to.equal('auth0|abc');
    });

    it('accepts `gty` as a text or as a list', async () => {
      for (const gty of ['client-credentials', ['refresh_token', 'password']]) {
        expect((await verify(await token({ gty }))).claims.gty).to.deep.equal(gty);
      }
    });

    for (const name of ['azp', 'client_id', 'org_id', 'org_name', 'scope', 'permissions', 'jti']) {
      it(`treats ${name} as absent when it is null`, async () => {
        expect((await verify(await token({ [name]: null }))).claims).not.to.have.property(name);
        await expectRefusal(
          async () => verify(await token({ [name]: null }), { requiredClaims: [name] }),
          'missing_claim',
          name,
        );
      });
    }

    it('keeps null in custom claims', async () => {
      expect((await verify(await token({ plan: null }))).claims).to.have.property('plan', null);
    });

    it('freezes the token and its claims at every level', async () => {
      const verified = await verify(await token({ nested: { list: [{ a: 1 }] } }));
      const { claims } = verified;
      expect(verified).to.be.frozen;
      expect(claims).to.be.frozen;
      expect(claims.permissions).to.be.frozen;
      expect((claims.nested as { list: unknown[] }).list[0]).to.be.frozen;
    });

    it('ignores keys and addresses in the header', async () => {
      const forger = await testKey(1, 'RS256', key.kid);
      const header = {
        jwk: forger.jwk,
        jku: 'http://127.0.0.1:1/jwks.json',
        x5u: 'http://127.0.0.1:1/',
        x5c: ['x'],
      };
      expect(await verify(await token({}, header))).to.have.property('kid', key.kid);
      await expectRefusal(async () => verify(await token({}, header, forger)), 'invalid_signature');
    });
  });

  describe('given something that is not a signed token', () => {
    const cases: [string, string, RefusalCode, string?][] = [
      ['an empty text', '', 'malformed_token'],
      ['an opaque token', 'KBSxkmG-OcpA6-cgKBSxkmG_OcpA6', 'opaque_token'],
      ['an opaque token with padding', 'KBSxkmG+/cpA6==', 'opaque_token'],
      ['the text undefined', 'undefined', 'malformed_token', 'says undefined or null'],
      ['the text null', 'null', 'malformed_token', 'says undefined or null'],
      ['a text of two parts', 'a.b', 'opaque_token'],
      ['a text of four parts', 'a.b.c.d', 'opaque_token'],
      ['a text with spaces', 'not a token', 'malformed_token'],
      ['three parts outside of base64url', 'a.b.c=', 'malformed_token'],
      ['three parts, one of them empty', 'e30..e30', 'malformed_token'],
      ['two parts empty', 'e30..', 'malformed_token'],
      [
        'an unsigned token with a header that is not JSON',
        `${encode('{')}.e30.`,
        'malformed_token',
        'header is no JSON object',
      ],
      ['an unsecured token', `${encode({ alg: 'none' })}.e30.`, 'algorithm_not_allowed'],
      ['an unsigned token that names no algorithm', 'e30.e30.', 'algorithm_not_allowed'],
      ['six parts', 'a.b.c.d.e.f', 'opaque_token'],
      ['an encrypted token', `${encode({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })}.a.b.c.d`, 'encrypted_token'],
      ['a directly encrypted token', `${encode({ alg: 'dir', enc: 'A256GCM' })}..b.c.d`, 'encrypted_token'],
      ['five parts without a header in the first', 'a..b.c.d', 'encrypted_token'],
      [
        'the encrypted token that Auth0 issues without an audience',
        `${encode({ alg: 'dir', enc: 'A256GCM', iss: ISSUER })}..b.c.d`,
        'opaque_token',
      ],
      ['a header that is not JSON', `${encode('{')}.e30.AAAA`, 'malformed_token', 'header is no JSON object'],
      ['a header that is a list', `${encode([])}.e30.AAAA`, 'malformed_token', 'header is no JSON object'],
      ['a header that is null', `${encode('null')}.e30.AAAA`, 'malformed_token', 'header is no JSON object'],
      ['a header that is a number', `${encode('7')}.e30.AAAA`, 'malformed_token', 'header is no JSON object'],
      [
        'a header with a byte order mark',
        `${encode('\uFEFF{}')}.e30.AAAA`,
        'malformed_token',
        'header is no JSON object',
      ],
      ['a text that is too long', `${'a'.repeat(9000)}.${'b'.repeat(9000)}.c`, 'malformed_token', 'too long'],
    ];
    for (const [what, text, code, detail] of cases) {
      it(`refuses ${what} as ${code}`, async () => {
        await expectRefusal(() => verify(text), code, detail);
        expect(source.lookups).to.be.empty;
      });
    }

    it('refuses a token with white space or padding', async () => {
      const good = await token();
      for (const bad of [
        ` ${good}`,
        `${good} `,
        `${good}\n`,
        `${good}=`,
        good.replace('.', '=.'),
        `\uFEFF${good}`,
      ]) {
        await expectRefusal(() => verify(bad), 'malformed_token');
      }
    });

    it('refuses a second spelling of the same bytes', async () => {
      // The last character of 256 bytes in base64url has four unused bits.
      const good = await token();
      const stray = good.slice(0, -1) + String.fromCharCode(good.charCodeAt(good.length - 1) + 1);
      expect(Buffer.from(stray.split('.')[2] as string, 'base64url')).to.deep.equal(
        Buffer.from(good.split('.')[2] as string, 'base64url'),
      );
      await expectRefusal(() => verify(stray), 'malformed_token', 'not base64url');
      await expectRefusal(() => verify('AAAAA.e30.AAAA'), 'malformed_token', 'not base64url');
    });

    it('refuses long nonsense in linear time', async () => {
      const started = process.cpuUsage().user;
      for (const text of ['.', 'a.', 'a', '=', ' ', 'é'].map((piece) => piece.repeat(1_000_000))) {
        await expectRefusal(() => verify(text), 'malformed_token', 'too long');
      }
      expect(process.cpuUsage().user - started).to.be.below(1_000_000);
    });
  });

  describe('given a bad header', () => {
    const cases: [string, Record<string, unknown>, RefusalCode, string?][] = [
      ['another type', { typ: 'dpop+jwt' }, 'token_type_not_allowed'],
      ['a type that is not text', { typ: 7 }, 'token_type_not_allowed'],
      ['an empty type', { typ: '' }, 'token_type_not_allowed'],
      ['alg none', { alg: 'none' }, 'algorithm_not_allowed'],
      ['alg HS256', { alg: 'HS256' }, 'algorithm_not_allowed'],
      ['an algorithm in lower case', { alg: 'rs256' }, 'algorithm_not_allowed'],
      ['a list of algorithms', { alg: ['RS256'] }, 'algorithm_not_allowed'],
      ['no algorithm', { alg: undefined }, 'algorithm_not_allowed'],
      ['critical extensions', { crit: ['exp'], exp: 1 }, 'malformed_token', 'header has `crit`'],
      ['an empty list of critical extensions', { crit: [] }, 'malformed_token', 'header has `crit`'],
      ['an unencoded payload', { b64: false }, 'malformed_token', 'header has `b64`'],
      ['no kid', { kid: undefined }, 'missing_kid'],
      ['an empty kid', { kid: '' }, 'missing_kid'],
      [
        'a kid that is not text',
        { kid: { a: 1 } },
        'malformed_token',
        'header has a `kid` that is no key name',
      ],
      [
        'a kid that is too long',
        { kid: 'k'.repeat(257) },
        'malformed_token',
        'header has a `kid` that is no key name',
      ],
    ];
    for (const [what, members, code, detail] of cases) {
      it(`refuses ${what} as ${code}, before it looks up a key`, async () => {
        const [, payload, signature] = (await token()).split('.');
        const header = encode({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...members });
        await expectRefusal(() => verify(`${header}.${payload}.${signature}`), code, detail);
        expect(source.lookups).to.be.empty;
      });
    }
  });

  describe('given a bad issuer, key or signature', () => {
    it('refuses an issuer that is not configured, before it looks up a key', async () => {
      for (const iss of ['https://evil.example/', ISSUER.toUpperCase(), '', '__proto__']) {
        await expectRefusal(
          async () => verify(await token({ iss })),
          'unknown_issuer',
          `configured: ${ISSUER}`,
        );
      }
      for (const iss of [ISSUER.slice(0, -1), `${ISSUER}/`]) {
        await expectRefusal(
          async () => verify(await token({ iss })),
          'unknown_issuer',
          `${SLASH}; configured: ${ISSUER}`,
        );
      }
      await expectRefusal(async () => verify(await token({ iss: undefined })), 'missing_claim', 'iss');
      await expectRefusal(async () => verify(await token({ iss: [ISSUER] })), 'invalid_claim', 'iss');
      expect(source.lookups).to.be.empty;
    });

    it('refuses a payload that is not a JSON object, before it looks up a key', async () => {
      const texts = ['{', '[]', 'null', '"text"', '', `\uFEFF${JSON.stringify(userClaims(ISSUER))}`];
      for (const text of texts.slice(0, 4).concat(texts.slice(5))) {
        await expectRefusal(
          async () => verify(await signToken(text, key)),
          'malformed_token',
          'payload is no JSON object',
        );
      }
      expect(source.lookups).to.be.empty;
    });

    it('refuses a payload that is not UTF-8, but accepts U+FFFD in a payload', async () => {
      const bytes = Buffer.from(JSON.stringify(userClaims(ISSUER, { name: '~' })));
      bytes[bytes.indexOf('~')] = 0xff;
      const [header, , signature] = (await token()).split('.');
      await expectRefusal(
        () => verify(`${header}.${bytes.toString('base64url')}.${signature}`),
        'malformed_token',
        'payload is no JSON object',
      );
      expect((await verify(await token({ nick: '\uFFFD' }))).claims.nick).to.equal('\uFFFD');
    });

    it('refuses a `kid` that the issuer does not publish', async () => {
      await expectRefusal(async () => verify(await token({}, { kid: 'other' })), 'unknown_key');
    });

    it('refuses a published key that does not fit the algorithm', async () => {
      const ec = await testKey(0, 'ES256');
      source.findKey = () => ({ kid: key.kid, key: ec.publicKey, state: 'fresh', isUnnamed: false });
      await expectRefusal(
        async () => verify(await token()),
        'unknown_key',
        'the published key is not one for this algorithm',
      );
    });

    it('refuses an empty signature as invalid_signature, before it looks up a key', async () => {
      const good = await token();
      await expectRefusal(() => verify(good.slice(0, good.lastIndexOf('.') + 1)), 'invalid_signature');
      expect(source.lookups).to.be.empty;
    });

    it('refuses a token signed by another key with the same `kid`', async () => {
      const forger = await testKey(1, 'RS256', key.kid);
      await expectRefusal(async () => verify(await token({}, {}, forger)), 'invalid_signature');
    });

    it('refuses a bad signature before it looks at any claim', async () => {
      const forger = await testKey(1, 'RS256', key.kid);
      await expectRefusal(
        async () => verify(await token({ exp: 1, aud: 'x' }, {}, forger)),
        'invalid_signature',
      );
    });

    it('passes on the fault of the key source, synchronous or not', async () => {
      source.failure = new AuthorizerFault('keys_unavailable', 'no keys');
      const good = await token();
      expect(() => verify(good))
        .to.throw(AuthorizerFault)
        .with.property('code', 'keys_unavailable');
      source.waits = true;
      const error = await Promise.resolve(verify(good)).catch((reason: unknown) => reason);
      expect(error).to.equal(source.failure);
    });
  });

  describe('given bad claims', () => {
    const now = () => Math.floor(Date.now() / 1000);
    type Case = [what: string, claims: () => Record<string, unknown>, code: RefusalCode, detail?: string];
    const cases: Case[] = [
      ['no exp', () => ({ exp: undefined }), 'missing_claim', 'exp'],
      ['exp null', () => ({ exp: null }), 'missing_claim', 'exp'],
      ['exp as text', () => ({ exp: String(now() + 60) }), 'invalid_claim', 'exp'],
      ['nbf as text', () => ({ nbf: '0' }), 'invalid_claim', 'nbf'],
      ['nbf null', () => ({ nbf: null }), 'invalid_claim', 'nbf'],
      ['iat as text', () => ({ iat: '0' }), 'invalid_claim', 'iat'],
      ['exp in the past', () => ({ exp: now() - 6 }), 'token_expired'],
      ['exp zero', () => ({ exp: 0 }), 'token_expired'],
      ['nbf ahead', () => ({ nbf: now() + 30 }), 'token_not_yet_valid', 'nbf'],
      ['iat ahead', () => ({ iat: now() + 30 }), 'token_not_yet_valid', 'iat'],
      ['a sub that is not text', () => ({ sub: 7 }), 'invalid_claim', 'sub'],
      ['an empty sub', () => ({ sub: '' }), 'invalid_claim', 'sub'],
      ['a jti that is not text', () => ({ jti: {} }), 'invalid_claim', 'jti'],
      ['an azp that is not text', () => ({ azp: [] }), 'invalid_claim', 'azp'],
      ['a client_id that is not text', () => ({ client_id: 1 }), 'invalid_claim', 'client_id'],
      ['sub null', () => ({ sub: null }), 'invalid_claim', 'sub'],
      ['an org_id that is not text', () => ({ org_id: 1 }), 'invalid_claim', 'org_id'],
      ['an org_name that is not text', () => ({ org_name: true }), 'invalid_claim', 'org_name'],
      ['scopes as a list', () => ({ scope: ['read:orders'] }), 'invalid_claim', 'scope'],
      ['permissions as a text', () => ({ permissions: 'read:orders' }), 'invalid_claim', 'permissions'],
      ['a scope that is not text', () => ({ scope: false }), 'invalid_claim', 'scope'],
      ['permissions as an object', () => ({ permissions: {} }), 'invalid_claim', 'permissions'],
      ['permissions that are not texts', () => ({ permissions: [1] }), 'invalid_claim', 'permissions'],
      ['no aud', () => ({ aud: undefined }), 'missing_claim', 'aud'],
      ['aud as an object', () => ({ aud: { 0: AUDIENCE } }), 'invalid_claim', 'aud'],
      ['aud as a list with a number', () => ({ aud: [AUDIENCE, 7] }), 'invalid_claim', 'aud'],
      ['no audience at all', () => ({ aud: [] }), 'wrong_audience', OTHER_AUDIENCE],
      ['another audience', () => ({ aud: 'https://else.example/' }), 'wrong_audience', OTHER_AUDIENCE],
      ['a prefix of the audience', () => ({ aud: AUDIENCE.slice(0, -2) }), 'wrong_audience', OTHER_AUDIENCE],
      [
        'an audience without its slash',
        () => ({ aud: AUDIENCE.slice(0, -1) }),
        'wrong_audience',
        `${SLASH}; ${OTHER_AUDIENCE}`,
      ],
      [
        'an audience with an extra slash',
        () => ({ aud: ['x', `${AUDIENCE}/`] }),
        'wrong_audience',
        `${SLASH}; ${OTHER_AUDIENCE}`,
      ],
      [
        'only the userinfo endpoint',
        () => ({ aud: [`${ISSUER}userinfo`] }),
        'wrong_audience',
        OTHER_AUDIENCE,
      ],
      ['an ID token with a nonce', () => ({ nonce: 'n', scope: undefined }), 'id_token'],
      ['an ID token with at_hash', () => ({ at_hash: 'h', aud: 'client-1' }), 'id_token'],
      ['an ID token with c_hash', () => ({ c_hash: 'h' }), 'id_token'],
      [
        'an ID token without any mark',
        () => ({ aud: 'client-1', scope: undefined, azp: undefined, sid: 's', name: 'N' }),
        'id_token',
      ],
      ['an ID token that names its client twice', () => ({ aud: 'client-1', scope: undefined }), 'id_token'],
      [
        'an ID token without any mark whose scope is null',
        () => ({ aud: 'client-1', scope: null }),
        'id_token',
      ],
      ['a token bound by DPoP', () => ({ cnf: { jkt: 'thumbprint' } }), 'sender_constrained_token'],
      ['a token bound by mTLS', () => ({ cnf: { 'x5t#S256': 'hash' } }), 'sender_constrained_token'],
      ['a token bound in any other way', () => ({ cnf: { kid: 'k' } }), 'sender_constrained_token'],
      ['a token with an empty cnf', () => ({ cnf: {} }), 'sender_constrained_token'],
      ['a cnf that is a text', () => ({ cnf: 'jkt' }), 'sender_constrained_token'],
      [
        'claims that are nested too deep',
        () => ({ deep: JSON.parse('['.repeat(40) + ']'.repeat(40)) }),
        'malformed_token',
        'claims are nested too deep',
      ],
    ];
    for (const [what, claims, code, detail] of cases) {
      it(`refuses ${what} as ${code}`, async () => {
        await expectRefusal(async () => verify(await token(claims())), code, detail);
      });
    }

    it('refuses an infinite exp', async () => {
      const text = JSON.stringify(userClaims(ISSUER)).replace(/"exp":\d+/, '"exp":1e999');
      await expectRefusal(async () => verify(await signToken(text, key)), 'invalid_claim', 'exp');
    });

    it('refuses a member called __proto__, at any depth', async () => {
      const claims = JSON.stringify(userClaims(ISSUER));
      for (const member of ['"__proto__":{"sub":"root"}', '"a":[{"\\u005f_proto__":1}]']) {
        const signed = await signToken(claims.replace('{', `{${member},`), key);
        await expectRefusal(() => verify(signed), 'malformed_token', 'claims have a member `__proto__`');
      }
    });

    it('refuses the deepest nesting that a token can hold', async () => {
      const text = `{"iss":"${ISSUER}","a":${'['.repeat(5500)}${']'.repeat(5500)}}`;
      await expectRefusal(
        async () => verify(await signToken(text, key)),
        'malformed_token',
        'claims are nested too deep',
      );
    });

    it('treats a token with `typ: at+jwt` as an access token with any claims', async () => {
      const header = { typ: 'at+jwt' };
      expect(await verify(await token({ nonce: 'n' }, header))).to.have.property('kid');
      await expectRefusal(
        async () => verify(await token({ aud: 'client-1', scope: undefined }, header)),
        'wrong_audience',
        OTHER_AUDIENCE,
      );
    });

    it("accepts tokens of RFC 9068 alone with `profile: 'rfc9068'`", async () => {
      const profile = 'rfc9068' as const;
      const own = { azp: undefined, client_id: 'client-1', jti: 'j' };
      for (const typ of ['at+jwt', 'application/AT+JWT']) {
        expect(await verify(await token(own, { typ }), { profile })).to.have.property('kid');
      }
      for (const typ of ['JWT', undefined]) {
        const signed = await token(own, { typ });
        expect(await verify(signed, { profile: 'any' })).to.have.property('kid');
        await expectRefusal(() => verify(signed, { profile }), 'token_type_not_allowed');
      }
      for (const name of ['sub', 'client_id', 'iat', 'jti', 'exp', 'aud', 'iss']) {
        const signed = await token({ ...own, [name]: undefined }, { typ: 'at+jwt' });
        await expectRefusal(() => verify(signed, { profile }), 'missing_claim', name);
      }
    });

    it('requires a value for each required claim', async () => {
      const requiredClaims = ['org_id', 'https://example.com/plan'];
      const plan = { 'https://example.com/plan': false };
      expect(await verify(await token({ org_id: 'org_1', ...plan }), { requiredClaims })).to.have.property(
        'kid',
      );
      await expectRefusal(
        async () => verify(await token(plan), { requiredClaims }),
        'missing_claim',
        'org_id',
      );
      await expectRefusal(
        async () =>
          verify(await token({ org_id: 'org_1', 'https://example.com/plan': null }), { requiredClaims }),
        'missing_claim',
        'https://example.com/plan',
      );
      await expectRefusal(
        async () => verify(await token(), { requiredClaims: ['toString'] }),
        'missing_claim',
        'toString',
      );
    });

    it('checks times to the second, with the tolerance in favour of the token', async () => {
      const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
      const at = now();
      const accepts = async (claims: Record<string, unknown>, options?: Partial<Auth0JwtVerifierOptions>) =>
        verify(await token({ iat: undefined, exp: at + 1000, ...claims }), options) as VerifiedToken;
      await accepts({ exp: at - 4 });
      await expectRefusal(() => accepts({ exp: at - 5 }), 'token_expired');
      await accepts({ nbf: at + 5 });
      await expectRefusal(() => accepts({ nbf: at + 6 }), 'token_not_yet_valid', 'nbf');
      await accepts({ iat: at + 5 });
      await expectRefusal(() => accepts({ iat: at + 6 }), 'token_not_yet_valid', 'iat');
      await expectRefusal(() => accepts({ exp: at }, { clockTolerance: 0 }), 'token_expired');
      await accepts({ exp: at + 1, nbf: at, iat: at }, { clockTolerance: 0 });
      await accepts({ iat: at - 65 }, { maxTokenAge: 60 });
      await expectRefusal(() => accepts({ iat: at - 66 }, { maxTokenAge: 60 }), 'token_too_old');
      await expectRefusal(() => accepts({}, { maxTokenAge: 60 }), 'missing_claim', 'iat');
      clock.restore();
    });
  });

  it('throws errors that contain nothing of token, claims or header', async () => {
    const secrets = ['s3cret-sub', 's3cret-kid', 's3cret-aud', 's3cret-claim'];
    const claims = { sub: 's3cret-sub', aud: 's3cret-aud', custom: 's3cret-claim' };
    const signed = await token(claims, { kid: 's3cret-kid' });
    const wrongAudience = await token(claims);
    for (const text of [signed, wrongAudience, signed.slice(0, -4), `${signed}.x`, 's3cret-sub']) {
      const error = await refusalOf(() => verify(text));
      const told = `${error.message} ${error.stack} ${JSON.stringify(error)}`;
      for (const secret of [...secrets, text.slice(0, 20)]) expect(told).not.to.include(secret);
    }
  });

  describe('when it refuses', () => {
    const verifiedBy = () => ({ issuer: ISSUER, kid: key.kid, keys: 'fresh' });

    it('names issuer and key once the signature is verified, but not in message or JSON', async () => {
      for (const claims of [{ exp: 1 }, { aud: 'x' }, { exp: undefined }, { cnf: {} }]) {
        const refused = await refusalOf(async () => verify(await token(claims)));
        expect(refused.verifiedBy).to.deep.equal(verifiedBy());
        const told = `${refused.message} ${JSON.stringify(refused)} ${Object.keys(refused)} ${inspect(refused)}`;
        for (const word of [ISSUER, key.kid, 'verifiedBy']) expect(told).not.to.include(word);
      }
      const deep = token({ deep: JSON.parse('['.repeat(40) + ']'.repeat(40)) });
      expect((await refusalOf(async () => verify(await deep))).verifiedBy).to.deep.equal(verifiedBy());
    });

    it('names issuer and key of a remembered token that has expired', async () => {
      const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
      const verifier = verifierWith();
      const short = await token({ exp: 1_800_000_030 });
      await verifier.verify(bearerCredential(short), REMAINING_MS, NO_REQUEST);
      clock.tick(60_000);
      source.state = 'stale';
      const refused = await refusalOf(() =>
        verifier.verify(bearerCredential(short), REMAINING_MS, NO_REQUEST),
      );
      expect(refused.verifiedBy).to.deep.equal({ ...verifiedBy(), keys: 'stale' });
    });

    it('names the published key when the signature is forged', async () => {
      const forger = await testKey(1, 'RS256', key.kid);
      const refused = await refusalOf(async () => verify(await token({ exp: 1 }, {}, forger)));
      expect(refused.code).to.equal('invalid_signature');
      expect(refused.verifiedBy).to.deep.equal(verifiedBy());
    });

    it('names only the issuer when it publishes no such key', async () => {
      const refused = await refusalOf(async () => verify(await token({}, { kid: 'other' })));
      expect(refused.code).to.equal('unknown_key');
      expect(refused.verifiedBy).to.deep.equal({ issuer: ISSUER });
    });

    it('names no issuer and no key when the issuer is not configured', async () => {
      for (const text of ['nonsense', token({ iss: 'https://evil.example/' })]) {
        const refused = await refusalOf(async () => verify(await text));
        expect(refused.verifiedBy).to.equal(undefined);
      }
    });
  });

  it('starts fetching the keys with prefetch', () => {
    verifierWith().prefetch();
    expect(source.prefetches).to.equal(1);
  });
});
