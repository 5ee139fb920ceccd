import { expect } from 'chai';
import { jwksUriOf } from '../../lib/token/auth0-profile.ts';

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
