import net from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatCidr, readCidr } from '../../lib/net/cidr.ts';
import { type CidrList, compileCidrs, compileDenied } from '../../lib/net/cidr-list.ts';
import { formatIp, type IpAddress, parseIp } from '../../lib/net/ip-address.ts';
import { runs } from '../support/property-runs.ts';

const has = (list: CidrList, ip: string) => list.has(parseIp(ip) as IpAddress);

/** Few distinct bytes, so that addresses are often in a block or next to one. */
const octets = fc.array(fc.constantFrom(0, 1, 10, 127, 128, 255), { minLength: 4, maxLength: 4 });
const ipv4 = octets.map((bytes) => bytes.join('.'));
const block4 = fc.tuple(octets, fc.integer({ min: 0, max: 32 })).map(([bytes, prefix]) => {
  const value = BigInt(`0b${bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')}`);
  const first = Number((value >> BigInt(32 - prefix)) << BigInt(32 - prefix));
  return `${formatIp({ version: 4, value: first })}/${prefix}`;
});

/** The text of an IPv6 address in hexadecimal digits, by the parser of the platform. */
function digitsOf(ip: string): string {
  const [head = '', tail] = new URL(`http://[${ip}]/`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join('');
}

/** The IPv4 address in an IPv6 address, found by its digits; `null` if it contains none. */
function embeddedIn(ip: string): string | null {
  const [, compatible, translated, tunnelled] =
    /^(?:0{24}(.{8})|0064ff9b0{16}(.{8})|2002(.{8}).{20})$/.exec(digitsOf(ip)) ?? [];
  const found = compatible ?? translated ?? tunnelled;
  return found === undefined
    ? null
    : [0, 2, 4, 6].map((at) => Number.parseInt(found.slice(at, at + 2), 16)).join('.');
}

const FORMS: readonly ((ip: string) => string)[] = [
  (ip) => `::${ip}`,
  (ip) => `64:ff9b::${ip}`,
  (ip) => `2002:${groupsOf(ip)}::1`,
  (ip) => `2002:${groupsOf(ip)}:ffff:ffff:ffff:ffff:ffff`,
  // No embedding: another prefix, or other bits between prefix and address.
  (ip) => `64:ff9b:0:0:0:1:${ip}`,
  (ip) => `64:ff9a::${ip}`,
  (ip) => `2001:db8::${ip}`,
  (ip) => `2003:${groupsOf(ip)}::1`,
  (ip) => `::1:0:${ip}`,
];

function groupsOf(ip: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

describe('compileDenied', () => {
  const cases: readonly [block: string, ip: string, expected: boolean][] = [
    ['192.0.2.0/24', '64:ff9b::192.0.2.33', true],
    ['192.0.2.0/24', '64:ff9b::192.0.3.33', false],
    ['192.0.2.0/24', '64:ff9b::1:192.0.2.33', false],
    ['192.0.2.4', '2002:c000:204::1', true],
    ['192.0.2.4', '2002:c000:204:ffff:ffff:ffff:ffff:ffff', true],
    ['192.0.2.4', '2002:c000:205::', false],
    ['192.0.2.4', '2002:c000:203:ffff:ffff:ffff:ffff:ffff', false],
    ['192.0.2.0/24', '::192.0.2.33', true],
    ['192.0.2.0/24', '::ffff:192.0.2.33', true],
    ['0.0.0.0/0', '2002:ffff:ffff::', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['255.255.255.255', '2002:ffff:ffff::1', true],
    ['::ffff:192.0.2.0/120', '64:ff9b::192.0.2.33', true],
    ['64:ff9b::192.0.2.0/120', '192.0.2.33', false],
    ['192.0.2.0/24', '2001:0:c000:221::', false],
  ];
  for (const [block, ip, expected] of cases) {
    it(`of ${block} ${expected ? 'contains' : 'does not contain'} ${ip}`, () => {
      expect(has(compileDenied([block], 'deny'), ip)).to.equal(expected);
    });
  }

  it('contains an address if it, or the IPv4 address in it, is in a block', () => {
    const blocks = fc.uniqueArray(fc.oneof(block4, fc.constantFrom('2001:db8::/32', '64:ff9b::/100')), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        blocks,
        fc.array(fc.tuple(ipv4, fc.constantFrom(...FORMS)), { minLength: 1 }),
        (list, made) => {
          const model = new net.BlockList();
          for (const text of list) {
            const [first = '', prefix] = text.split('/');
            model.addSubnet(first, Number(prefix), net.isIP(first) === 6 ? 'ipv6' : 'ipv4');
          }
          const denied = compileDenied(list, 'deny');
          const allowed = compileCidrs(list, 'allow');
          for (const [ip, form] of made) {
            const address = form(ip);
            const inner = embeddedIn(address);
            const listed = model.check(address, 'ipv6');
            const expected = listed || (inner !== null && model.check(inner, 'ipv4'));
            expect(has(denied, address), `${address} in ${list.join()}`).to.equal(expected);
            expect(has(allowed, address), `${address} in ${list.join()}, allowed`).to.equal(listed);
            expect(has(denied, ip)).to.equal(model.check(ip, 'ipv4'));
          }
        },
      ),
      { numRuns: runs(300, 3000) },
    );
  });

  it('refuses what compileCidrs refuses, and takes an embedded block beside its IPv4 block', () => {
    expect(() => compileDenied(['10.0.0.1', '10.0.0.1/32'], 'deny'))
      .to.throw('deny[1]')
      .and.to.match(/twice/);
    const both = compileDenied(['10.0.0.0/8', '64:ff9b::10.0.0.0/104'], 'deny');
    expect(has(both, '64:ff9b::10.1.2.3')).to.equal(true);
    expect(both.blocks.map(formatCidr)).to.deep.equal(['10.0.0.0/8', '64:ff9b::a00:0/104']);
    expect(both.embedded.map(formatCidr)).to.deep.equal([
      '::a00:0/104',
      '64:ff9b::a00:0/104',
      '2002:a00::/24',
    ]);
  });
});

describe('formatCidr', () => {
  it('writes canonical addresses and blocks, IPv4-mapped ones as IPv4', () => {
    const texts = {
      '192.0.2.7': '192.0.2.7',
      '192.0.2.7/32': '192.0.2.7',
      '10.0.0.0/8': '10.0.0.0/8',
      '0.0.0.0/0': '0.0.0.0/0',
      '::/0': '::/0',
      '2001:DB8:0::/32': '2001:db8::/32',
      '2001:db8::1/128': '2001:db8::1',
      '::ffff:10.0.0.0/104': '10.0.0.0/8',
      '::ffff:a00:1': '10.0.0.1',
      '::ffff:0:0/96': '0.0.0.0/0',
    };
    for (const [text, expected] of Object.entries(texts)) {
      const cidr = readCidr(text);
      expect(typeof cidr === 'string' ? cidr : formatCidr(cidr)).to.equal(expected);
    }
  });

  it('writes what readCidr reads as the same block', () => {
    fc.assert(
      fc.property(block4, (text) => {
        const [cidr] = compileCidrs([text], 'x').blocks;
        const [again, ...embedded] = [
          formatCidr(cidr as never),
          ...compileDenied([text], 'x').embedded.map(formatCidr),
        ];
        expect(readCidr(again)).to.deep.equal(cidr);
        expect(embedded.map((block) => readCidr(block))).to.deep.equal(compileDenied([text], 'x').embedded);
      }),
      { numRuns: runs(200, 1000) },
    );
  });
});
