import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { issuerOfDomain, issuerUrl } from '../../lib/token/issuer-options.ts';

describe('issuerOfDomain', () => {
  const good = [
    ['tenant.eu.auth0.com', 'https://tenant.eu.auth0.com/'],
    ['Tenant.EU.Auth0.com', 'https://tenant.eu.auth0.com/'],
    [' tenant.eu.auth0.com\n', 'https://tenant.eu.auth0.com/'],
    ['tenant.eu.auth0.com/', 'https://tenant.eu.auth0.com/'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['a-b.1.example', 'https://a-b.1.example/'],
    ['tenant.1st', 'https://tenant.1st/'],
    ['tenant.x', 'https://tenant.x/'],
  ];
  for (const [domain, issuer] of good) {
    it(`reads ${JSON.stringify(domain)} as the issuer ${issuer}`, () => {
      expect(issuerOfDomain(domain, 'domain')).to.equal(issuer);
    });
  }

  it('refuses a scheme and says to leave it out', () => {
    for (const domain of ['https://tenant.eu.auth0.com', 'HTTP://tenant.eu.auth0.com/']) {
      expect(() => issuerOfDomain(domain, 'domain')).to.throw(OptionError, /^domain: .*leave out the scheme/);
    }
  });

  const bad = [
    'tenant.eu.auth0.com/path',
    'tenant.eu.auth0.com//',
    'tenant.eu.auth0.com:443',
    'user@tenant.eu.auth0.com',
    'user:password@tenant.eu.auth0.com',
    'tenant.eu.auth0.com?x',
    'tenant.eu.auth0.com#x',
    'tenant .eu.auth0.com',
    'tenant\u0000.auth0.com',
    'tenant\\eu.auth0.com',
    'tenant%2eeu.auth0.com',
    'tenant..auth0.com',
    '.auth0.com',
    'tenant.auth0.com.',
    '-tenant.auth0.com',
    'tenant-.auth0.com',
    'ten_ant.auth0.com',
    'localhost',
    '127.0.0.1',
    '192.0.2.10',
    '127.1',
    '0x7f.1',
    '[::1]',
    '*.auth0.com',
    'tenant.eu.auth0.com,other.auth0.com',
    `${'a'.repeat(64)}.auth0.com`,
    `${'a.'.repeat(130)}com`,
    'xn--.example',
    '/',
  ];
  for (const domain of bad) {
    it(`refuses ${JSON.stringify(domain.slice(0, 70))}`, () => {
      expect(() => issuerOfDomain(domain, 'domain')).to.throw(OptionError, /^domain: must be a domain/);
    });
  }

  it('does not repeat credentials in its message', () => {
    expect(() => issuerOfDomain('user:hunter2@tenant.auth0.com', 'domain')).to.throw(/^(?!.*hunter2)/);
  });

  it('refuses values that are not text', () => {
    for (const domain of ['', '  ', 7, null, {}]) {
      expect(() => issuerOfDomain(domain, 'domain[1]')).to.throw(
        OptionError,
        /^domain\[1\]: .*non-empty string/,
      );
    }
  });
});

describe('issuerUrl', () => {
  const good = [
    'https://tenant.eu.auth0.com/',
    'https://Issuer.Example',
    'https://issuer.example/realms/one',
    'https://issuer.example/https://tenant.auth0.com',
    'https://issuer.example:8443/',
    'http://127.0.0.1:8080/',
    'http://127.9.9.9/',
    'http://127.0.10.253/',
    'http://localhost:8080',
    'http://[::1]:8080/',
  ];
  for (const url of good) {
    it(`keeps ${url} byte for byte`, () => {
      expect(issuerUrl(url, 'issuer')).to.equal(url);
    });
  }

  const bad: [string, RegExp][] = [
    ['tenant.eu.auth0.com', /must be a URL/],
    ['ftp://issuer.example/', /must be a URL/],
    ['https:issuer.example', /must be a URL/],
    ['view-source+https://issuer.example/', /must be a URL/],
    ['https://', /must be a URL/],
    ['https://issuer.example/?a=b', /without query/],
    ['https://issuer.example/#a', /without query/],
    [' https://issuer.example/', /must be a URL/],
    ['https://issuer.example/ ', /white space/],
    ['https://issuer.example\\path', /must be a URL/],
    ['https://issuer.example/\n', /white space/],
    ['https://user@issuer.example/', /credentials/],
    ['https://:password@issuer.example/', /credentials/],
    ['http://issuer.example/', /must begin with https/],
    ['http://127.0.0.1.example/', /must begin with https/],
    ['http://localhost.example/', /must begin with https/],
    ['http://notlocalhost/', /must begin with https/],
    ['http://example.localhost/', /must begin with https/],
    ['https://tenant.eu.auth0.com', /write 'https:\/\/tenant\.eu\.auth0\.com\/'/],
  ];
  for (const [url, message] of bad) {
    it(`refuses ${JSON.stringify(url)}`, () => {
      expect(() => issuerUrl(url, 'issuer'))
        .to.throw(OptionError, message)
        .with.property('option', 'issuer');
    });
  }

  it('refuses values that are not text', () => {
    for (const url of ['', ' ', 1, null, new URL('https://issuer.example/')]) {
      expect(() => issuerUrl(url, 'issuer')).to.throw(OptionError, /non-empty string/);
    }
  });
});
