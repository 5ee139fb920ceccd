import type { Cidr } from './cidr.ts';
import type { Ipv6Words } from './ip-address.ts';

type Cidr4 = Extract<Cidr, { version: 4 }>;
type Cidr6 = Extract<Cidr, { version: 6 }>;

const ALL = 0xffffffff;

/** The first words of the prefixes whose last 32 bits are an IPv4 address. */
const BEFORE_IPV4 = [
  // IPv4-compatible: RFC 4291 section 2.5.5.1. `::` and `::1` are in the block of 0.0.0.0/31, where no client is.
  [0, 0, 0],
  // Well-known prefix of translators (NAT64): RFC 6052 section 2.1.
  [0x64ff9b, 0, 0],
] as const;

/**
 * The IPv6 blocks whose addresses contain an address of an IPv4 block: `::/96`, `64:ff9b::/96` and `2002::/16`.
 *
 * Not those of networks of one's own: a translator's prefix may be any, and have the IPv4 address in six places (RFC 6052
 * section 2.2, RFC 8215). Nor Teredo, whose inverted address at the end fits no block, nor ISATAP, where hosts choose it.
 * IPv4-mapped addresses are read as IPv4.
 */
export function embeddedBlocks({ first, last, prefix }: Cidr4): readonly Cidr6[] {
  const atEnd = BEFORE_IPV4.map(([a, b, c]) => block6([a, b, c, first], [a, b, c, last], 96 + prefix));
  return [...atEnd, block6(sixToFour(first, 0), sixToFour(last, ALL), 16 + prefix)];
}

/** 6to4, RFC 3056 section 2: `2002:`, the IPv4 address, and 80 bits of the site, which are those of `rest`. */
function sixToFour(value: number, rest: number): Ipv6Words {
  return [(0x20020000 | (value >>> 16)) >>> 0, ((value << 16) | (rest & 0xffff)) >>> 0, rest, rest];
}

function block6(first: Ipv6Words, last: Ipv6Words, prefix: number): Cidr6 {
  return { version: 6, first, last, prefix };
}
