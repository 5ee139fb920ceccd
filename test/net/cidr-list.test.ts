import net from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { compileCidrs, indexOfShared } from '../../lib/net/cidr-list.ts';
import { formatIp, type IpAddress, type Ipv6Words, parseIp } from '../../lib/net/ip-address.ts';
import { refusesOptions } from '../rules/option-refusals.ts';

function has(list: readonly string[], ip: string): boolean {
  return compileCidrs(list, 'allow').has(parseIp(ip) as IpAddress);
}

describe('compileCidrs', () => {
  const cases: readonly [list: readonly string[], ip: string, expected: boolean][] = [
    [['192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], '192.0.2.2', false],
    [['192.0.2.1'], '192.0.2.0', false],
    [['192.0.2.1/32'], '192.0.2.1', true],
    [['10.0.0.0/8'], '10.0.0.0', true],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '9.255.255.255', false],
    [['128.0.0.0/1'], '255.255.255.255', true],
    [['128.0.0.0/1'], '127.255.255.255', false],
    [['0.0.0.0/0'], '0.0.0.0', true],
    [['0.0.0.0/0'], '255.255.255.255', true],
    [['0.0.0.0/0'], '::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '192.0.2.1', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::', false],
    [['2001:DB8::1'], '2001:db8::1', true],
    [['2001:db8::1/128'], '2001:db8::2', false],
    [['2001:db8::/33'], '2001:db8:7fff::', true],
    [['2001:db8::/33'], '2001:db8:8000::', false],
    [['2001:db8::8000:0/97'], '2001:db8::ffff:1', true],
    [['2001:db8::8000:0/97'], '2001:db8::7fff:1', false],
    [['::ffff:10.0.0.0/104'], '10.1.2.3', true],
    [['::ffff:10.0.0.0/104'], '11.1.2.3', false],
    [['::ffff:10.0.0.1'], '10.0.0.1', true],
    [['10.0.0.1'], '::ffff:10.0.0.1', true],
    [['::ffff:0:0/96'], '203.0.113.9', true],
    [['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24'], '10.200.0.1', true],
    [['10.1.2.0/24', '10.0.0.0/8', '10.0.0.0/16'], '10.200.0.1', true],
    [['10.1.0.0/16', '10.3.0.0/16', '2001:db8::/32'], '10.2.0.0', false],
  ];
  for (const [list, ip, expected] of cases) {
    it(`${list.join(', ')} ${expected ? 'contains' : 'does not contain'} ${ip}`, () =>
      expect(has(list, ip)).to.equal(expected));
  }

  it('agrees with net.BlockList on any IPv4 list', () => {
    // Few distinct bits, so that addresses are often in a block or next to one.
    const value = fc.array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: 4, maxLength: 4 });
    const blocks = fc.uniqueArray(fc.tuple(value, fc.integer({ min: 0, max: 32 })).map(block4), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(blocks, fc.array(value, { minLength: 1, maxLength: 10 }), (list, addresses) => {
        const reference = new net.BlockList();
        for (const text of list)
          reference.addSubnet(text.split('/')[0] as string, Number(text.split('/')[1]), 'ipv4');
        for (const address of addresses) {
          const ip = address.join('.');
          expect(has(list, ip), `${ip} in ${list.join()}`).to.equal(reference.check(ip, 'ipv4'));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('agrees with net.BlockList on any IPv6 list', () => {
    const word = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff);
    const words = fc.tuple(fc.constantFrom(0x20010db8, 0x20010db9, 0xfe800000), word, word, word);
    const blocks = fc.uniqueArray(fc.tuple(words, fc.integer({ min: 0, max: 128 })).map(block6), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(blocks, fc.array(words, { minLength: 1, maxLength: 10 }), (list, addresses) => {
        const reference = new net.BlockList();
        for (const text of list)
          reference.addSubnet(text.split('/')[0] as string, Number(text.split('/')[1]), 'ipv6');
        for (const address of addresses) {
          const ip = formatIp({ version: 6, words: address as Ipv6Words });
          expect(has(list, ip), `${ip} in ${list.join()}`).to.equal(reference.check(ip, 'ipv6'));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('finds the blocks that two lists share in any spelling', () => {
    const one = compileCidrs(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'], 'x');
    expect(indexOfShared(one, compileCidrs(['10.0.0.0/9', '192.0.2.1/32'], 'x'))).to.equal(1);
    expect(indexOfShared(one, compileCidrs(['2001:db8:0::/32'], 'x'))).to.equal(0);
    expect(indexOfShared(one, compileCidrs(['2001:db8::/33', '10.0.0.0'], 'x'))).to.equal(-1);
  });

  refusesOptions(compileCidrs, [
    [[], 'rules.it', /at least one/],
    ['10.0.0.0/8', 'rules.it', /must be a list/],
    [undefined, 'rules.it', /must be a list/],
    [new Array(1), 'rules.it[0]', /must be an address/],
    [['*'], 'rules.it[0]', /'0\.0\.0\.0\/0' and '::\/0'/],
    [['*', 'junk'], 'rules.it[0]', /'0\.0\.0\.0\/0'/],
    [['10.0.0.1', 'junk'], 'rules.it[1]', /must be an address/],
    [['10.0.0.0/8/24'], 'rules.it[0]', /must be an address/],
    [['10.0.0.0/'], 'rules.it[0]', /must be an address/],
    [['10.0.0.0/08'], 'rules.it[0]', /must be an address/],
    [['10.0.0.0/-1'], 'rules.it[0]', /must be an address/],
    [['10.0.0.0/8 '], 'rules.it[0]', /must be an address/],
    [['10.0.0.0/1e1'], 'rules.it[0]', /must be an address/],
    [['10.0.0/8'], 'rules.it[0]', /must be an address/],
    [['010.0.0.0/8'], 'rules.it[0]', /must be an address/],
    [['10.0.0.0:80'], 'rules.it[0]', /must be an address/],
    [['[::1]'], 'rules.it[0]', /must be an address/],
    [['fe80::1%eth0'], 'rules.it[0]', /must be an address/],
    [[''], 'rules.it[0]', /an empty string/],
    [['/8'], 'rules.it[0]', /must be an address/],
    [[10], 'rules.it[0]', /not 10/],
    [['10.0.0.0/33'], 'rules.it[0]', /longer than 32/],
    [['2001:db8::/129'], 'rules.it[0]', /longer than 128/],
    [['::ffff:10.0.0.1/129'], 'rules.it[0]', /longer than 128/],
    [['10.0.0.1/8'], 'rules.it[0]', /bits set after its prefix of 8/],
    [['0.0.0.1/0'], 'rules.it[0]', /bits set/],
    [['2001:db8::1/32'], 'rules.it[0]', /bits set/],
    [['2001:db8:8000::/32'], 'rules.it[0]', /bits set/],
    [['::ffff:10.0.0.1/104'], 'rules.it[0]', /bits set/],
    [['::ffff:0:0/95'], 'rules.it[0]', /bits set/],
    [['10.0.0.0/8', '10.0.0.1', '10.0.0.0/8'], 'rules.it[2]', /twice/],
    [['10.0.0.1', '::ffff:10.0.0.1'], 'rules.it[1]', /twice/],
    [['2001:db8::', '10.0.0.1', '2001:db8:0::/128'], 'rules.it[2]', /twice/],
  ]);
});

function block4([octets, prefix]: readonly [readonly number[], number]): string {
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return `${formatIp({ version: 4, value: masked(value, prefix) })}/${prefix}`;
}

function block6([words, prefix]: readonly [readonly number[], number]): string {
  const first = words.map((word, index) => masked(word, prefix - 32 * index)) as unknown as Ipv6Words;
  return `${formatIp({ version: 6, words: first })}/${prefix}`;
}

/** The first `bits` bits of a 32-bit word. */
function masked(word: number, bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? word : word - (word % 2 ** (32 - bits));
}
