import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { testKey } from '../support/issuer.ts';

const DOMAIN = 'tenant.eu.auth0.com';
const AUDIENCE = 'https://api.example.com/';

const parse = (options: object, path = '') => parseVerifierOptions(options, path);

describe('parseVerifierOptions', () => {
  it('requires only a domain and an audience', () => {
    const { jwks, ...settings } = parse({ domain: DOMAIN, audience: AUDIENCE });
    expect(settings).to.deep.equal({
      issuers: [`https://${DOMAIN}/`],
      auth0Issuers: new Set([`https://${DOMAIN}/`]),
      audiences: [AUDIENCE],
      audiencesOf: new Map([[`https://${DOMAIN}/`, [AUDIENCE]]]),
      inheritedOf: new Map([[`https://${DOMAIN}/`, [AUDIENCE]]]),
      algorithms: ['RS256'],
      profile: 'any',
      clockTolerance: 5,
      maxTokenAge: null,
      requiredClaims: [],
      decryption: null,
      revocations: null,
      bindings: [],
      tokenCache: { max: 1000 },
    });
    expect(jwks).to.include({ uri: null, pinned: null });
  });

  it('accepts every option', () => {
    const settings = parse({
      issuer: ['https://one.example/', 'https://two.example/'],
      audience: ['a', 'b'],
      algorithms: ['PS256', 'ES256'],
      clockTolerance: 0,
      maxTokenAge: 3600,
      requiredClaims: ['org_id'],
      jwks: { freshFor: 60 },
      tokenCache: { max: 5 },
    });
    expect(settings).to.deep.include({
      issuers: ['https://one.example/', 'https://two.example/'],
      audiences: ['a', 'b'],
      algorithms: ['PS256', 'ES256'],
      clockTolerance: 0,
      maxTokenAge: 3600,
      requiredClaims: ['org_id'],
      tokenCache: { max: 5 },
    });
    expect(settings.jwks.freshMs).to.equal(60_000);
  });

  describe("given `profile: 'rfc9068'`", () => {
    const rfc9068 = { audience: AUDIENCE, profile: 'rfc9068' };

    it('adds the claims that RFC 9068 requires', () => {
      const { profile, requiredClaims } = parse({ ...rfc9068, domain: DOMAIN, requiredClaims: ['org_id'] });
      expect(profile).to.equal('rfc9068');
      expect(requiredClaims).to.deep.equal(['sub', 'client_id', 'iat', 'jti', 'org_id']);
      expect(requiredClaims).to.be.frozen;
    });

    for (const name of ['sub', 'client_id', 'iat', 'jti']) {
      it(`refuses ${name} in requiredClaims, which has no effect`, () => {
        const options = { ...rfc9068, domain: DOMAIN, requiredClaims: ['org_id', name] };
        expect(() => parse(options)).to.throw(OptionError, /^requiredClaims\[1\]: has no effect: profile/);
      });
    }

    for (const name of ['azp', 'gty']) {
      it(`refuses ${name} in requiredClaims, which Auth0 never adds in that profile`, () => {
        const options = { ...rfc9068, requiredClaims: [name] };
        expect(() => parse({ ...options, domain: DOMAIN })).to.throw(
          /^requiredClaims\[0\]: contradicts profile/,
        );
        expect(parse({ ...options, issuer: 'https://id.example.com/' }).requiredClaims).to.include(name);
      });
    }

    it('refuses an unknown profile', () => {
      expect(() => parse({ domain: DOMAIN, audience: AUDIENCE, profile: 'auth0' })).to.throw(/^profile: /);
    });
  });

  it('takes each `domain`, and each `issuer` under auth0.com, as an issuer of Auth0', () => {
    const auth0 = ['https://login.example.com/', 'https://a.eu.auth0.com/'];
    const domain = ['login.example.com', 'a.eu.auth0.com'];
    expect([...parse({ domain, audience: AUDIENCE }).auth0Issuers]).to.deep.equal(auth0);
    const issuer = [...auth0, 'https://auth0.com.example/', 'http://localhost/x.auth0.com/'];
    expect([...parse({ issuer, audience: AUDIENCE }).auth0Issuers]).to.deep.equal(auth0.slice(1));
  });

  it('returns frozen settings that later changes of the options do not affect', () => {
    const audience = [AUDIENCE];
    const settings = parse({ domain: [DOMAIN, 'login.example.com'], audience });
    audience.push('https://evil.example/');
    expect(settings).to.be.frozen;
    expect(settings.issuers).to.be.frozen;
    expect(settings.audiences).to.deep.equal([AUDIENCE]);
  });

  it('switches the token cache off only with false', () => {
    expect(parse({ domain: DOMAIN, audience: AUDIENCE, tokenCache: false }).tokenCache).to.equal(null);
    expect(parse({ domain: DOMAIN, audience: AUDIENCE, tokenCache: {} }).tokenCache).to.deep.equal({
      max: 1000,
    });
  });

  it('accepts pinned keys or an address with one issuer', async () => {
    const { jwk } = await testKey();
    expect(parse({ domain: DOMAIN, audience: AUDIENCE, jwks: { keys: [jwk] } }).jwks.pinned?.size).to.equal(
      1,
    );
    const uri = 'https://keys.example.com/jwks.json';
    expect(parse({ domain: DOMAIN, audience: AUDIENCE, jwks: { uri } }).jwks.uri).to.equal(uri);
  });

  it('refuses one set of keys for several issuers', async () => {
    const { jwk } = await testKey();
    const options = { domain: [DOMAIN, 'login.example.com'], audience: AUDIENCE };
    expect(() => parse({ ...options, jwks: { keys: [jwk] } })).to.throw(
      OptionError,
      /^jwks\.keys: .*several issuers/,
    );
    expect(() => parse({ ...options, jwks: { uri: 'https://keys.example.com/' } })).to.throw(
      OptionError,
      /^jwks\.uri: .*several issuers/,
    );
  });

  const bad: [string, object, RegExp][] = [
    ['no domain', { audience: AUDIENCE }, /^domain: is missing.*AUTH0_DOMAIN.*`issuer`/],
    [
      'a domain beside an issuer',
      { domain: DOMAIN, issuer: 'https://a.example/', audience: 'a' },
      /^issuer: .*only one/,
    ],
    ['an empty list of domains', { domain: [], audience: AUDIENCE }, /^domain: .*at least one/],
    ['an empty domain in a list', { domain: [DOMAIN, ''], audience: AUDIENCE }, /^domain\[1\]: /],
    [
      'a domain that stands there twice',
      { domain: [DOMAIN, DOMAIN.toUpperCase()], audience: 'a' },
      /^domain\[1\]: .*twice/,
    ],
    ['a bad issuer', { issuer: 'a.example', audience: AUDIENCE }, /^issuer: must be a URL/],
    ['no audience', { domain: DOMAIN }, /^audience: is missing.*AUTH0_AUDIENCE/],
    ['an empty audience', { domain: DOMAIN, audience: '' }, /^audience: .*non-empty/],
    ['an empty list of audiences', { domain: DOMAIN, audience: [] }, /^audience: .*at least one/],
    ['an audience that is no text', { domain: DOMAIN, audience: [/a/] }, /^audience\[0\]: /],
    [
      'the userinfo endpoint as audience',
      { domain: DOMAIN, audience: ['a', `https://${DOMAIN}/userinfo`] },
      /^audience: .*userinfo/,
    ],
    [
      'the userinfo endpoint of another domain of the tenant',
      { domain: 'login.example.com', audience: 'https://tenant.eu.auth0.com/userinfo' },
      /^audience: .*userinfo/,
    ],
    [
      'the userinfo endpoint of a custom domain',
      { domain: [DOMAIN, 'login.example.com'], audience: 'https://LOGIN.example.com/userinfo' },
      /^audience: .*userinfo/,
    ],
    [
      'a bound domain without an audience',
      { domain: [{ domain: DOMAIN }] },
      /^domain\[0\]\.audience: must be a list/,
    ],
    ['a bound domain outside a list', { domain: { domain: DOMAIN, audience: 'a' } }, /^domain: .*string/],
    ['a bound domain without a domain', { domain: [{ audience: 'a' }] }, /^domain\[0\]\.domain: /],
    [
      'an unknown member of a bound domain',
      { domain: [{ domain: DOMAIN, audiences: 'a' }] },
      /^domain\[0\]\.audiences: is not an option; known options: domain, audience/,
    ],
    [
      'a domain that is there bound and plain',
      { domain: [DOMAIN, { domain: DOMAIN, audience: 'a' }], audience: 'b' },
      /^domain\[1\]: .*twice/,
    ],
    [
      'the userinfo endpoint as bound audience',
      { issuer: [{ issuer: 'https://login.example.com/', audience: 'https://login.example.com/userinfo' }] },
      /^issuer\[0\]\.audience: .*userinfo/,
    ],
    [
      'an audience that no issuer takes',
      { domain: [{ domain: DOMAIN, audience: 'a' }], audience: 'b' },
      /^audience: has no effect.*leave it out/,
    ],
    ['no algorithm', { algorithms: [] }, /^algorithms: .*at least one/],
    ['an algorithm out of a list', { algorithms: 'RS256' }, /^algorithms: must be a list/],
    ['HS256', { algorithms: ['RS256', 'HS256'] }, /^algorithms\[1\]: HS256 is never allowed/],
    ['none', { algorithms: ['None'] }, /^algorithms\[0\]: None is never allowed/],
    [
      'an algorithm that there is not',
      { algorithms: ['ES384'] },
      /^algorithms\[0\]: must be one of RS256, .*ES256/,
    ],
    ['an algorithm that is no text', { algorithms: [256] }, /^algorithms\[0\]: must be one of/],
    ['a list in the list of algorithms', { algorithms: [['none']] }, /^algorithms\[0\]: must be one of/],
    ['an algorithm that begins with none', { algorithms: ['none1'] }, /^algorithms\[0\]: must be one of/],
    ['an algorithm that ends with HS256', { algorithms: ['XHS256'] }, /^algorithms\[0\]: must be one of/],
    ['a tolerance below zero', { clockTolerance: -1 }, /^clockTolerance: .*0 to 300 seconds/],
    ['a tolerance that lets all pass', { clockTolerance: 301 }, /^clockTolerance: /],
    ['a tolerance in text', { clockTolerance: '5' }, /^clockTolerance: /],
    ['a tolerance that is no number', { clockTolerance: Number.NaN }, /^clockTolerance: /],
    ['a token age of zero', { maxTokenAge: 0 }, /^maxTokenAge: /],
    ['a token age of false', { maxTokenAge: false }, /^maxTokenAge: /],
    ['no required claim', { requiredClaims: [] }, /^requiredClaims: /],
    ['a required claim without a name', { requiredClaims: [' '] }, /^requiredClaims\[0\]: /],
    ['a token cache without room', { tokenCache: { max: 0 } }, /^tokenCache\.max: /],
    ['half a token', { tokenCache: { max: 1.5 } }, /^tokenCache\.max: .*whole number/],
    ['a token cache of true', { tokenCache: true }, /^tokenCache: must be an object/],
    ['an unknown option of the cache', { tokenCache: { size: 1 } }, /^tokenCache\.size: is not an option/],
    ['a text as decryption', { decryption: 'key' }, /^decryption: must be the result of `decryption\(\)`/],
    ['the options of decryption', { decryption: { keys: [] } }, /^decryption: must be the result/],
    ['a function as decryption', { decryption: () => 'a.b.c' }, /^decryption: must be the result/],
    ['an opener that is no function', { decryption: { open: true } }, /^decryption: must be the result/],
    ['an unknown option', { audiences: 'a' }, /^audiences: is not an option; known options: domain/],
    ['an unknown option of the keys', { jwks: { url: 'x' } }, /^jwks\.url: is not an option/],
  ];
  for (const [what, options, message] of bad) {
    it(`refuses ${what}`, () => {
      const others =
        'domain' in options || 'issuer' in options || 'audience' in options
          ? {}
          : { domain: DOMAIN, audience: AUDIENCE };
      expect(() => parse({ ...others, ...options })).to.throw(OptionError, message);
    });
  }

  it('names the dotted path of a nested option', () => {
    expect(() => parse({ audience: AUDIENCE }, 'verifier')).to.throw(OptionError, /^verifier\.domain: /);
    expect(() => parse({ domain: DOMAIN }, 'verifier')).to.throw(OptionError, /^verifier\.audience: /);
  });
});
