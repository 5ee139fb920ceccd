import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { compactDecrypt, createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { auth0Authorizer, OptionError } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent, type TestIssuerOptions } from '../../lib/testing.ts';
import { encryptionPair } from '../support/encryption.ts';
import { middy } from '../support/middy.ts';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256'] as const;

const verifiedByJose = async (token: string, issuer: ReturnType<typeof createTestIssuer>) =>
  jwtVerify(token, createLocalJWKSet(issuer.jwks as never), {
    issuer: `https://${issuer.options.domain}/`,
    audience: issuer.options.audience,
    typ: 'JWT',
  });

function optionOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof OptionError) return error.option;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('createTestIssuer', () => {
  const issuer = createTestIssuer();
  const authorizer = (options: object = {}) =>
    middy().use(auth0Authorizer({ logger: false, unauthorized: 'deny', ...options, ...issuer.options }));
  const refusalOf = async (token: string, options: object = {}) => {
    const decision = await decide(authorizer(options), restRequestEvent({ token }));
    return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
  };

  for (const algorithm of ALGORITHMS) {
    it(`makes tokens with ${algorithm} that jose and the authorizer accept`, async () => {
      const own = createTestIssuer({ algorithm });
      const { payload, protectedHeader } = await verifiedByJose(own.token(), own);
      expect(payload.sub).to.equal('auth0|test');
      expect(protectedHeader).to.deep.equal({ alg: algorithm, typ: 'JWT', kid: own.jwks.keys[0]?.kid });
      expect(own.options.algorithms).to.deep.equal([algorithm]);
      const handler = middy().use(auth0Authorizer({ logger: false, ...own.options }));
      const decision = await decide(handler, restRequestEvent({ token: own.token() }));
      expect(decision.outcome).to.equal('allow');
    });
  }

  it('encrypts tokens of each kind for a public key, so that jose opens and verifies them', async () => {
    const pair = encryptionPair();
    const key = createPrivateKey({ key: pair.privateKey, format: 'jwk' });
    const recipients = [
      [pair.publicKey, 'RSA-OAEP-256', pair.kid],
      [{ ...pair.publicKey, alg: 'RSA-OAEP-512' }, 'RSA-OAEP-512', pair.kid],
      [{ ...pair.privateKey, alg: 'RSA-OAEP' }, 'RSA-OAEP', pair.kid],
      [createPublicKey(key), 'RSA-OAEP-256', undefined],
    ] as const;
    for (const [encryptFor, alg, kid] of recipients) {
      for (const kind of ['user', 'machine', 'agent', 'anonymous'] as const) {
        const token = issuer.token[kind]({}, { encryptFor });
        const { plaintext, protectedHeader } = await compactDecrypt(token, key);
        const header = { alg, enc: 'A256GCM', cty: 'JWT', ...(kid === undefined ? {} : { kid }) };
        expect(protectedHeader).to.deep.equal(header);
        await verifiedByJose(new TextDecoder().decode(plaintext), issuer);
      }
    }
  });

  it('refuses to encrypt for what is no RSA key, or with another algorithm', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const encrypt = (encryptFor: unknown) => () =>
      issuer.token.user({}, { encryptFor: encryptFor as typeof ec });
    for (const wrong of [null, 'PEM', {}, ec, ec.export({ format: 'jwk' })]) {
      expect(optionOf(encrypt(wrong))).to.equal('options.encryptFor');
    }
    const rsa = { ...encryptionPair().publicKey, alg: 'RSA1_5' };
    expect(optionOf(encrypt(rsa))).to.equal('options.encryptFor.alg');
  });

  it('adds the claims that Auth0 always sends, valid for an hour', () => {
    const before = Math.floor(Date.now() / 1000);
    const { iat = 0, exp = 0, ...rest } = decodeJwt(issuer.token());
    expect(iat).to.be.within(before, Date.now() / 1000);
    expect(exp - iat).to.equal(3600);
    expect(rest).to.deep.equal({
      iss: 'https://test.auth0.example/',
      sub: 'auth0|test',
      aud: 'https://api.example.com/',
      azp: 'test-client',
    });
  });

  it('replaces claims and header members, and leaves out undefined ones', async () => {
    const claims = { sub: 'auth0|1', scope: 'read:orders', azp: undefined, permissions: ['a'] };
    const token = issuer.token(claims, { header: { typ: 'at+jwt', kid: undefined, x: 1 } });
    expect(decodeProtectedHeader(token)).to.deep.equal({ alg: 'RS256', typ: 'at+jwt', x: 1 });
    const payload = decodeJwt(token);
    expect(payload).to.include({ sub: 'auth0|1', scope: 'read:orders' });
    expect(payload).to.have.deep.property('permissions', ['a']);
    expect(payload).not.to.have.property('azp');
  });

  it('makes the tokens of each kind of caller in the profiles of Auth0', () => {
    const { token } = issuer;
    const usual = ['iss', 'aud', 'iat', 'exp', 'sub'];
    const shown = (text: string) => {
      const claims = decodeJwt(text);
      const more = Object.keys(claims).filter((name) => !usual.includes(name));
      return [decodeProtectedHeader(text).typ, claims.sub, ...more.toSorted()];
    };
    const profile = 'rfc9068';
    expect(shown(token.user())).to.deep.equal(['JWT', 'auth0|test', 'azp']);
    expect(shown(token.user({}, { profile }))).to.deep.equal(['at+jwt', 'auth0|test', 'client_id', 'jti']);
    expect(shown(token.machine({ azp: 'c' }))).to.deep.equal(['JWT', 'c@clients', 'azp', 'gty']);
    const typed = token.machine({ client_id: 'c' }, { profile, header: { x: 1 } });
    expect(shown(typed)).to.deep.equal(['at+jwt', 'c@clients', 'client_id', 'jti']);
    expect(decodeProtectedHeader(typed)).to.include({ x: 1 });
    expect(decodeJwt(token.anonymous()).sub).to.match(/^anon@[0-9a-f-]{36}$/);
    expect(decodeJwt(token.anonymous()).sub).not.to.equal(decodeJwt(token.anonymous()).sub);
  });

  it("makes tokens that an authorizer with `profile: 'rfc9068'` accepts", async () => {
    const typed = createTestIssuer({ profile: 'rfc9068', algorithm: 'ES256' });
    const options = { ...typed.options, profile: 'rfc9068' as const, rules: { callers: false as const } };
    const handler = middy().use(auth0Authorizer({ ...options, logger: false }));
    const { token } = typed;
    for (const text of [token(), token.machine(), token.agent(), token.anonymous()]) {
      expect((await decide(handler, restRequestEvent({ token: text }))).outcome).to.equal('allow');
    }
    const other = token({}, { profile: 'auth0' });
    expect(await decide(handler, restRequestEvent({ token: other }))).to.include({
      outcome: 'deny',
      refusal: 'token_type_not_allowed',
    });
  });

  it('makes the tokens of agents by grant, with profile claims and without', () => {
    const { token } = issuer;
    const client_id = 'test-agent-client';
    expect(decodeJwt(token.agent())).to.deep.include({
      sub: 'auth0|test',
      azp: client_id,
      sub_profile: 'user',
      client_profile: 'service ai_agent',
      act: {
        sub: 'agt_test',
        sub_profile: 'ai_agent',
        client_id,
        act: { sub: 'test-client', sub_profile: 'browser_app', client_id: 'test-client' },
      },
    });
    const login = decodeJwt(token.agent({ azp: 'a' }, { grant: 'login', profileClaims: false }));
    expect(login).to.deep.include({ sub: 'auth0|test', act: { sub: 'agt_test', client_id: 'a' } });
    expect(login).not.to.have.any.keys('sub_profile', 'client_profile');
    const alone = decodeJwt(token.agent({}, { grant: 'client-credentials' }));
    expect(alone).to.include({ sub: 'agt_test', sub_profile: 'ai_agent', gty: 'client-credentials' });
    expect(alone).not.to.have.property('act');
  });

  it('publishes only the public key', () => {
    expect(issuer.jwks.keys).to.have.length(1);
    expect(issuer.jwks.keys[0]).to.have.all.keys(['kty', 'n', 'e', 'kid', 'alg', 'use']);
    expect(issuer.options.jwks.keys).to.equal(issuer.jwks);
  });

  it('makes tokens with faults that the authorizer refuses by code', async () => {
    const past = Math.floor(Date.now() / 1000) - 60;
    expect(await refusalOf(issuer.token())).to.equal('allow');
    expect(await refusalOf(issuer.token({ exp: past }))).to.equal('token_expired');
    expect(await refusalOf(issuer.token({ aud: 'https://else.example/' }))).to.equal('wrong_audience');
    expect(await refusalOf(issuer.token({ iss: 'https://else.example/' }))).to.equal('unknown_issuer');
    expect(await refusalOf(issuer.token({}, { header: { alg: 'none' } }))).to.equal('algorithm_not_allowed');
    expect(await refusalOf(issuer.token({}, { header: { kid: undefined } }))).to.equal('missing_kid');
    expect(await refusalOf(issuer.token({}, { header: { typ: 'id+jwt' } }))).to.equal(
      'token_type_not_allowed',
    );
  });

  it('makes tokens that the authorizer of another issuer refuses', async () => {
    const forger = createTestIssuer();
    expect(await refusalOf(forger.token())).to.equal('unknown_key');
    const kid = issuer.jwks.keys[0]?.kid;
    expect(await refusalOf(forger.token({}, { header: { kid } }))).to.equal('invalid_signature');
  });

  it('replaces the issuer in the options of the user', async () => {
    const mine = {
      audience: ['https://mine.example/'],
      jwks: { uri: 'https://mine.example/keys', freshFor: 60 },
    };
    expect(await refusalOf(issuer.token(), { ...mine, domain: ['a.example', 'b.example'] })).to.equal(
      'allow',
    );
    expect(await refusalOf(issuer.token(), { ...mine, issuer: 'https://mine.example/' })).to.equal('allow');
  });

  it('accepts a domain and an audience', async () => {
    const own = createTestIssuer({ domain: 'Tenant.EU.auth0.com', audience: 'urn:orders' });
    expect(decodeJwt(own.token())).to.include({ iss: 'https://tenant.eu.auth0.com/', aud: 'urn:orders' });
    const handler = middy().use(auth0Authorizer({ logger: false, ...own.options }));
    expect((await decide(handler, restRequestEvent({ token: own.token() }))).outcome).to.equal('allow');
  });

  it('throws for invalid options, claims and headers', () => {
    const made = (options: unknown) => optionOf(() => createTestIssuer(options as TestIssuerOptions));
    expect(made({ domains: 'a.example' })).to.equal('domains');
    expect(made({ domain: 'https://a.example' })).to.equal('domain');
    expect(made({ audience: '' })).to.equal('audience');
    expect(made({ algorithm: 'HS256' })).to.equal('algorithm');
    expect(optionOf(() => issuer.token([] as never))).to.equal('claims');
    expect(optionOf(() => issuer.token({}, 'x' as never))).to.equal('options');
    expect(optionOf(() => issuer.token({}, { header: 'x' as never }))).to.equal('options.header');
    expect(optionOf(() => issuer.token({}, { typ: 'at+jwt' } as never))).to.equal('options.typ');
    expect(optionOf(() => issuer.token.user([] as never))).to.equal('claims');
    expect(optionOf(() => issuer.token.user({}, { grant: 'login' } as never))).to.equal('options.grant');
    expect(optionOf(() => issuer.token.user({}, { profile: 'x' } as never))).to.equal('options.profile');
    expect(optionOf(() => issuer.token.machine({}, { header: 7 } as never))).to.equal('options.header');
    expect(optionOf(() => issuer.token.agent({}, { grant: 'x' } as never))).to.equal('options.grant');
    expect(optionOf(() => issuer.token.agent({}, { profileClaims: 1 } as never))).to.equal(
      'options.profileClaims',
    );
  });
});
