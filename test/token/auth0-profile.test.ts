import { expect } from 'chai';
import { jwksUriOf } from '../../lib/token/auth0-profile.ts';

describe('jwksUriOf', () => {
  it('is where Auth0 publishes the keys of a domain', () => {
    expect(jwksUriOf('https://tenant.eu.auth0.com/')).to.equal(
      'https://tenant.eu.auth0.com/.well-known/jwks.json',
    );
  });

  it('stays below the path of an issuer that has one, with or without its slash', () => {
    expect(jwksUriOf('https://id.example.com/realm')).to.equal(
      'https://id.example.com/realm/.well-known/jwks.json',
    );
    expect(jwksUriOf('https://id.example.com/realm/')).to.equal(
      'https://id.example.com/realm/.well-known/jwks.json',
    );
  });
});
