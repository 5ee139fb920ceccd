import { expect } from 'chai';
import { normalAddress } from '../../../lib/binding/dpop/address.ts';
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

  it('takes a path as it is on gateways that do not decode it', () => {
    for (const gateway of ['rest-request', 'websocket']) {
      const request = { ...NO_REQUEST, gateway, path: '/a%3Fb', domainName: DOMAIN };
      const event = { requestContext: { path: '/prod/a%3Fb' } };
      expect(addressesOf({ ...request, event }, null)).to.deep.equal([`https://${DOMAIN}/prod/a%3Fb`]);
    }
  });

  it('encodes what no URL has, so that a path never becomes a query', () => {
    expect(received({ rawPath: '/a b/é?c#d\\e' })).to.deep.equal([
      `https://${DOMAIN}/a%20b/%C3%A9%3Fc%23d%5Ce`,
    ]);
    expect(received({ rawPath: '/a\uD800' })).to.deep.equal([]);
  });

  it('fits no address if the path has a segment that the proof of another address would lack', () => {
    for (const path of ['/a/../b', '/./b', '/a/%2e%2E/b', '/a/.%2e/b', '/b/..', '/b/%2e']) {
      const [address = '', ...more] = received({ rawPath: path }) ?? [];
      expect(more).to.deep.equal([]);
      expect(address).to.equal(`https://${DOMAIN}${path}`);
      expect(normalAddress(address)).to.not.equal(address);
    }
    for (const path of ['/a..b', '/...', '/.well-known/x', '/a%2E']) {
      expect(received({ rawPath: path })).to.deep.equal([normalAddress(`https://${DOMAIN}${path}`)]);
    }
  });

  describe('of an HTTP API, which decodes paths', () => {
    const sent = (path: string, rawPath: unknown, origins: readonly string[] | null = null) =>
      addressesOf(
        { ...NO_REQUEST, gateway: 'http-api-2.0', path, domainName: DOMAIN, event: { rawPath } },
        origins,
      );

    it('is as sent if the ARN has the encoded form of the path', () => {
      for (const [path, rawPath] of [
        ['/a%20b', '/a b'],
        ['/a%253Fb', '/a%3Fb'],
        ['/a%2Fb', '/a/b'],
        ['/100%25', '/100%'],
      ] as const) {
        expect(sent(path, rawPath), path).to.deep.equal([`https://${DOMAIN}${path}`]);
        expect(sent(path, `/dev${rawPath}`), path).to.deep.equal([`https://${DOMAIN}/dev${path}`]);
        expect(sent(path, `/dev${rawPath}`, ['https://b.example']), path).to.deep.equal([
          `https://b.example${path}`,
        ]);
      }
    });

    it('is encoded again if both forms are decoded', () => {
      expect(sent('/a b', '/a b')).to.deep.equal([`https://${DOMAIN}/a%20b`]);
      expect(sent('/100%', '/100%')).to.deep.equal([`https://${DOMAIN}/100%25`]);
    });

    it('is unknown if the path may have been encoded twice, or was cut at a question mark', () => {
      for (const [path, rawPath] of [
        ['/a%3Fb', '/a%3Fb'],
        ['/a%253Fb', '/a%253Fb'],
        ['/a?b', '/a'],
        ['/a%3Fb', '/a'],
        ['/a?b', '/a?b'],
        ['/%FF', '/%FF'],
        ['/%FF', '/\uFFFD'],
        ['/a', '/%61'],
        ['/a%20b', undefined],
      ] as const) {
        for (const origins of [null, ['https://b.example']]) {
          expect(sent(path, rawPath, origins), `${path} ${rawPath}`).to.equal(null);
        }
      }
    });
  });

  it('joins each configured origin and the path without its stage', () => {
    const request = { ...NO_REQUEST, path: '/x', domainName: DOMAIN, event: { rawPath: '/prod/x' } };
    expect(addressesOf(request, ['https://a.example', 'https://b.example/v1'])).to.deep.equal([
      'https://a.example/x',
      'https://b.example/v1/x',
    ]);
  });

  describe('for the handshake of a WebSocket API', () => {
    const handshake = (domainName: string | null, stage: unknown, origins: readonly string[] | null = null) =>
      addressesOf({ ...NO_REQUEST, domainName, event: { requestContext: { stage } } }, origins);

    it('is the stage on the domain that AWS gave, under both schemes', () => {
      for (const suffix of ['amazonaws.com', 'amazonaws.com.cn']) {
        const domain = `a1b2c3.execute-api.eu-west-1.${suffix}`;
        expect(handshake(domain, 'prod')).to.deep.equal([`https://${domain}/prod`, `wss://${domain}/prod`]);
      }
    });

    it('is unknown on a custom domain, and without domain or stage', () => {
      expect(handshake(DOMAIN, 'prod')).to.deep.equal([]);
      expect(handshake('x.execute-api.eu-west-1.amazonaws.com.evil.example', 'prod')).to.deep.equal([]);
      expect(handshake(null, 'prod')).to.deep.equal([]);
      expect(handshake('a1b2c3.execute-api.eu-west-1.amazonaws.com', 7)).to.deep.equal([]);
    });

    it('is each configured origin, under both schemes', () => {
      const origins = ['wss://ws.example.com/chat', 'http://localhost:3001'];
      expect(handshake(DOMAIN, 'prod', origins)).to.deep.equal([
        'wss://ws.example.com/chat',
        'https://ws.example.com/chat',
        'http://localhost:3001/',
        'ws://localhost:3001/',
      ]);
    });
  });
});
