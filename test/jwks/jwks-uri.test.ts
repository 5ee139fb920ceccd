import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { checkJwksUri } from '../../lib/jwks/jwks-uri.ts';

describe('checkJwksUri', () => {
  for (const uri of [
    'https://tenant.eu.auth0.com/.well-known/jwks.json',
    'https://127.0.0.1:8443/keys?v=1',
    'http://localhost:3000/jwks',
    'http://127.0.0.1:3000/jwks',
    'http://127.9.9.9/jwks',
    'http://127.100.200.255/jwks',
    'http://[::1]:3000/jwks',
  ]) {
    it(`accepts ${uri}`, () => {
      expect(checkJwksUri(uri, 'jwks.uri')).to.equal(uri);
    });
  }

  const refused: readonly [unknown, string][] = [
    ['http://tenant.eu.auth0.com/.well-known/jwks.json', 'loopback'],
    ['http://localhost.example.com/jwks', 'loopback'],
    ['http://127.0.0.1.example.com/jwks', 'loopback'],
    ['http://0.0.0.0/jwks', 'loopback'],
    ['ftp://localhost/jwks', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['tenant.eu.auth0.com', 'must be a URL'],
    ['', 'non-empty'],
    [42, 'non-empty'],
    ['https://user@tenant.eu.auth0.com/jwks', 'credentials'],
    ['https://:secret@tenant.eu.auth0.com/jwks', 'credentials'],
    ['https://tenant.eu.auth0.com/jwks#keys', 'fragment'],
  ];
  for (const [uri, advice] of refused) {
    it(`refuses ${uri === '' ? 'an empty string' : uri} and says why`, () => {
      expect(() => checkJwksUri(uri, 'jwks.uri'))
        .to.throw(OptionError, advice)
        .with.property('option', 'jwks.uri');
    });
  }
});
