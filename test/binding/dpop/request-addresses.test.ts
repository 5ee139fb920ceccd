import { expect } from 'chai';
import { addressesOf } from '../../../lib/binding/dpop/request-addresses.ts';
import { NO_REQUEST } from '../../support/bound-request.ts';

const DOMAIN = 'api.example.com';

describe('addressesOf', () => {
  const received = (event: unknown, domainName: string | null = DOMAIN) =>
    addressesOf({ ...NO_REQUEST, path: '/x', domainName, event }, null);

  it('joins the domain and the path that the gateway received, with its stage', () => {
    expect(received({ requestContext: { path: '/prod/x' } })).to.deep.equal([`https://${DOMAIN}/prod/x`]);
    expect(received({ rawPath: '/prod/x', requestContext: {} })).to.deep.equal([`https://${DOMAIN}/prod/x`]);
  });

  it('is empty if the event lacks domain or path', () => {
    for (const event of [null, {}, { requestContext: 'x' }, { requestContext: {} }, { rawPath: 7 }]) {
      expect(received(event), JSON.stringify(event)).to.deep.equal([]);
    }
    expect(received({ rawPath: '/x' }, null)).to.deep.equal([]);
  });

  it('encodes what no URL has, so that a path never becomes a query', () => {
    expect(received({ rawPath: '/a b/é?c#d\\e' })).to.deep.equal([
      `https://${DOMAIN}/a%20b/%C3%A9%3Fc%23d%5Ce`,
    ]);
    expect(received({ rawPath: '/a\uD800' })).to.deep.equal([]);
  });

  it('joins each configured origin and the path without its stage', () => {
    const request = { ...NO_REQUEST, path: '/x', domainName: DOMAIN, event: { rawPath: '/prod/x' } };
    expect(addressesOf(request, ['https://a.example', 'https://b.example/v1'])).to.deep.equal([
      'https://a.example/x',
      'https://b.example/v1/x',
    ]);
    expect(addressesOf({ ...request, path: null }, ['https://a.example'])).to.deep.equal([]);
  });
});
