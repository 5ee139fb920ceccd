import { expect } from 'chai';
import fc from 'fast-check';
import { clientIpOf, parseHostPort, parseViewerAddress } from '../../lib/net/client-ip.ts';
import { parseIp } from '../../lib/net/ip-address.ts';

describe('clientIpOf', () => {
  it('removes ports and brackets and returns the canonical address', () => {
    const forms = {
      '203.0.113.7': '203.0.113.7',
      '10.1.15.242:39870': '10.1.15.242',
      '2001:DB8:0:0:0:0:0:1': '2001:db8::1',
      '[2001:db8::1]': '2001:db8::1',
      '[2001:db8::1]:443': '2001:db8::1',
      '::ffff:203.0.113.7': '203.0.113.7',
      '[::ffff:cb00:7107]:65535': '203.0.113.7',
    };
    for (const [text, address] of Object.entries(forms)) expect(clientIpOf(text), text).to.equal(address);
  });

  it('returns null if the value is not an address', () => {
    const bad = [
      undefined, null, 42, {}, [], '', 'test-invoke-source-ip', 'unknown', 'localhost:80', '203.0.113.7:', '203.0.113.7:x',
      '203.0.113.7:65536', '203.0.113.7:123456', '203.0.113.7 ', '[203.0.113.7]', '[203.0.113.7]:80', '[]', '[', '[::1',
      '[::1]x', '[::1]:', '[::1]:80:80', '[::1]]', 'fe80::1%eth0', '[fe80::1%25eth0]:80', '1.2.3.4, 5.6.7.8',
    ]; // biome-ignore format: a table
    for (const value of bad) expect(clientIpOf(value), String(value)).to.equal(null);
  });

  it('reads long text in linear time', () => {
    for (const text of ['[', ':', '1', '[:', '1:']) expect(clientIpOf(text.repeat(1_000_000))).to.equal(null);
  });
});

describe('parseHostPort', () => {
  it('reads the same address with and without a port', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 65_535 }), (text, port) => {
        const host = text.includes(':') ? `[${text}]` : text;
        expect(parseHostPort(`${host}:${port}`)).to.deep.equal(parseIp(text));
        expect(parseHostPort(host)).to.deep.equal(parseIp(text));
      }),
    );
  });
});

describe('parseViewerAddress', () => {
  it('splits at the last colon, because IPv6 has no brackets', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 65_535 }), (text, port) => {
        expect(parseViewerAddress(`${text}:${port}`)).to.deep.equal(parseIp(text));
      }),
    );
  });

  it('returns null without a port or an address', () => {
    for (const text of [
      '',
      ':',
      '203.0.113.7',
      '203.0.113.7:x',
      'x:80',
      ':80',
      '[2001:db8::1]:80',
      '2001:db8::g:80',
    ]) {
      expect(parseViewerAddress(text), text).to.equal(null);
    }
  });
});
