import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatIp, parseIp } from '../../lib/net/ip-address.ts';

describe('parseIp', () => {
  it('reads IPv4 as an unsigned 32-bit number', () => {
    expect(parseIp('0.0.0.0')).to.deep.equal({ version: 4, value: 0 });
    expect(parseIp('203.0.113.7')).to.deep.equal({ version: 4, value: 0xcb007107 });
    expect(parseIp('255.255.255.255')).to.deep.equal({ version: 4, value: 0xffffffff });
  });

  it('reads any spelling of IPv6 as four 32-bit words', () => {
    const loopback = { version: 6, words: [0, 0, 0, 1] };
    expect(parseIp('::1')).to.deep.equal(loopback);
    expect(parseIp('0:0:0:0:0:0:0:1')).to.deep.equal(loopback);
    expect(parseIp('::')).to.deep.equal({ version: 6, words: [0, 0, 0, 0] });
    expect(parseIp('2001:DB8::')).to.deep.equal({ version: 6, words: [0x20010db8, 0, 0, 0] });
    expect(parseIp('1:2:3:4:5:6:7::')).to.deep.equal({
      version: 6,
      words: [0x10002, 0x30004, 0x50006, 0x70000],
    });
    expect(parseIp('64:ff9b::192.0.2.33')).to.deep.equal({
      version: 6,
      words: [0x64ff9b, 0, 0, 0xc0000221],
    });
  });

  it('reads an IPv4-mapped address as IPv4', () => {
    for (const text of ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
      expect(parseIp(text), text).to.deep.equal({ version: 4, value: 0xc0000201 });
    }
  });

  it('returns null if the text is not an address', () => {
    const bad = [
      '', ' ', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '01.2.3.4', '1.2.3.00', '256.1.1.1',
      '1.2.3.4 ', '+1.2.3.4', '0x1.2.3.4', '1.2.3.4/32', '1.2.3.4:80', ':', ':::', '1:', ':1', '1::2::3',
      '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1:2:3:4:5:6:7:8', '12345::', 'g::', '[::1]',
      'fe80::1%eth0', '1.2.3.4::', '::1.2.3', '::01.2.3.4', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '::-1', '::ff ',
      '1'.repeat(1_000_000), ':'.repeat(1_000_000),
    ]; // biome-ignore format: a table
    for (const text of bad) expect(parseIp(text), text.slice(0, 50)).to.equal(null);
  });

  it('accepts exactly what node:net accepts, and reads the same address', () => {
    const near = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcfF:.'), maxLength: 46 }),
      fc
        .array(fc.constantFrom('0', 'ffff', '1', '', '::', ':', '1.2.3.4', '255'), { maxLength: 12 })
        .map((p) => p.join(':')),
    );
    fc.assert(
      fc.property(near, (text) => {
        const parsed = parseIp(text);
        expect(parsed !== null).to.equal(isIP(text) !== 0);
        if (parsed === null) return;
        const canonical = formatIp(parsed);
        expect(parseIp(canonical)).to.deep.equal(parsed);
        // The WHATWG URL parser canonicalises as RFC 5952 does, but leaves IPv4-mapped addresses in hex.
        const mapped = parsed.version === 4 && isIP(text) === 6;
        const host = (address: string) => new URL(`http://[${address}]/`).hostname;
        if (parsed.version === 6) expect(`[${canonical}]`).to.equal(host(text));
        else expect(mapped ? host(`::ffff:${canonical}`) : canonical).to.equal(mapped ? host(text) : text);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('formatIp', () => {
  it('returns the canonical text of RFC 5952', () => {
    const canonical = {
      '2001:db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
      '2001:DB8:0000:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
      '0:0:1:0:0:0:0:0': '0:0:1::',
      '0:0:0:0:0:0:0:0': '::',
      '::ffff:10.0.0.1': '10.0.0.1',
    };
    for (const [text, expected] of Object.entries(canonical)) {
      const parsed = parseIp(text);
      expect(parsed && formatIp(parsed), text).to.equal(expected);
    }
  });
});
