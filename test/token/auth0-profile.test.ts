import { expect } from 'chai';
import {
  isAuth0Issuer,
  isOpaqueJwe,
  isUserinfoAudience,
  jwksUriOf,
  looksLikeClientId,
  looksLikeIdToken,
} from '../../lib/token/auth0-profile.ts';

describe('jwksUriOf', () => {
  it('returns the address at which Auth0 publishes the keys of a domain', () => {
    expect(jwksUriOf('https://tenant.eu.auth0.com/')).to.equal(
      'https://tenant.eu.auth0.com/.well-known/jwks.json',
    );
  });

  it('appends to the path of the issuer, with or without a final slash', () => {
    expect(jwksUriOf('https://id.example.com/realm')).to.equal(
      'https://id.example.com/realm/.well-known/jwks.json',
    );
    expect(jwksUriOf('https://id.example.com/realm/')).to.equal(
      'https://id.example.com/realm/.well-known/jwks.json',
    );
  });
});

describe('isAuth0Issuer', () => {
  it('is true for tenants under auth0.com alone', () => {
    expect(isAuth0Issuer('https://tenant.eu.auth0.com/')).to.equal(true);
    for (const other of ['https://login.example.com/', 'https://a.example/https://tenant.auth0.com/']) {
      expect(isAuth0Issuer(other), other).to.equal(false);
    }
  });
});

describe('isUserinfoAudience', () => {
  const issuers = ['no URL', 'https://login.example.com/'];
  const cases: readonly [string, boolean][] = [
    ['https://tenant.eu.auth0.com/userinfo', true],
    ['https://login.example.com/userinfo', true],
    ['https://login.example.com/realm/userinfo', true],
    ['https://login.example.com/userinfo/orders', false],
    ['https://login.example.com/orders', false],
    ['https://tenant.eu.auth0.com/api/v2/', false],
    ['https://api.example.com/userinfo', false],
    ['https://notauth0.com/userinfo', false],
    ['userinfo', false],
  ];
  for (const [audience, expected] of cases) {
    it(`is ${expected} for ${audience}`, () => {
      expect(isUserinfoAudience(audience, issuers)).to.equal(expected);
    });
  }
});

describe('isOpaqueJwe', () => {
  it('is true for direct encryption with an issuer', () => {
    expect(isOpaqueJwe({ alg: 'dir', iss: 'https://tenant.eu.auth0.com/' })).to.equal(true);
    for (const header of [{ alg: 'dir' }, { alg: 'dir', iss: 1 }, { alg: 'RSA-OAEP', iss: 'a' }]) {
      expect(isOpaqueJwe(header)).to.equal(false);
    }
  });
});

describe('looksLikeClientId', () => {
  const id = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE';
  const cases: readonly [string, boolean][] = [
    [id, true],
    ['tpc_3x', true],
    [`${id}x`, false],
    [`urn:${id}`, false],
    [id.slice(1), false],
    ['urn:tpc_3x', false],
    ['tpc_', false],
    ['tpc_urn:orders', false],
    ['tpc_:', false],
  ];
  for (const [audience, expected] of cases) {
    it(`is ${expected} for ${audience}`, () => {
      expect(looksLikeClientId(audience)).to.equal(expected);
    });
  }
});

describe('looksLikeIdToken', () => {
  it('is true for the client as audience, or a claim of a profile, without a scope', () => {
    expect(looksLikeIdToken({ aud: 'c', azp: 'c' })).to.equal(true);
    for (const claim of ['sid', 'auth_time', 'email', 'email_verified', 'name', 'nickname', 'picture']) {
      expect(looksLikeIdToken({ aud: 'a', azp: 'c', [claim]: 'any' }), claim).to.equal(true);
    }
    expect(looksLikeIdToken({ aud: 'a', azp: 'c' })).to.equal(false);
    expect(looksLikeIdToken({ aud: 'c', azp: 'c', scope: 'read:orders' })).to.equal(false);
  });
});
