import { OptionError } from '../errors.ts';
import { type IpAddress, type Ipv6Words, parseIp } from '../gateways/ip-address.ts';
import { kindOf } from '../option-checks.ts';

/** A block of addresses, first and last included. IPv4-mapped IPv6 blocks are IPv4 blocks. */
export type Cidr =
  | { readonly version: 4; readonly first: number; readonly last: number }
  | { readonly version: 6; readonly first: Ipv6Words; readonly last: Ipv6Words };

const FORM = /^([0-9a-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i;
const EXAMPLE = "such as '192.0.2.1', '10.0.0.0/8' or '2001:db8::/32'";
const MAPPED_BITS = 96;

/**
 * Reads an address or a CIDR block (RFC 4632, RFC 4291 section 2.3), strictly: no second slash, no leading zeros, no
 * bits set behind the prefix, no wildcard.
 *
 * @throws {OptionError}
 */
export function parseCidr(value: unknown, path: string): Cidr {
  if (value === '*')
    throw new OptionError(path, "is no address; for all of them write '0.0.0.0/0' and '::/0'");
  const form = typeof value === 'string' ? FORM.exec(value) : null;
  const text = form?.[1] ?? '';
  const address = parseIp(text);
  if (address === null) {
    throw new OptionError(path, `must be an address or a CIDR block, ${EXAMPLE}, not ${kindOf(value)}`);
  }
  const width = text.includes(':') ? 128 : 32;
  const prefix = Number(form?.[2] ?? width);
  if (prefix > width) throw new OptionError(path, `has a prefix longer than ${width} bits`);
  const mapped = width === 128 && address.version === 4;
  const cidr = mapped ? mappedBlock(address.value, prefix) : block(address, prefix);
  if (cidr === null) {
    throw new OptionError(
      path,
      `has bits set behind its prefix of ${prefix}; write the first address of the block`,
    );
  }
  return cidr;
}

/** `::ffff:0:0/96` and blocks within; a shorter prefix would leave bits of `ffff` behind it. */
function mappedBlock(value: number, prefix: number): Cidr | null {
  return prefix < MAPPED_BITS ? null : block({ version: 4, value }, prefix - MAPPED_BITS);
}

/** `null` if bits are set behind the prefix. */
function block(address: IpAddress, prefix: number): Cidr | null {
  if (address.version === 4) {
    const rest = hostMask(prefix);
    const { value } = address;
    return (value & rest) !== 0 ? null : { version: 4, first: value, last: (value | rest) >>> 0 };
  }
  const [a, b, c, d] = address.words;
  const rest = [prefix, prefix - 32, prefix - 64, prefix - 96].map(hostMask) as unknown as Ipv6Words;
  if (((a & rest[0]) | (b & rest[1]) | (c & rest[2]) | (d & rest[3])) !== 0) return null;
  const last: Ipv6Words = [
    (a | rest[0]) >>> 0,
    (b | rest[1]) >>> 0,
    (c | rest[2]) >>> 0,
    (d | rest[3]) >>> 0,
  ];
  return { version: 6, first: address.words, last };
}

/** The bits of a 32-bit word behind a prefix that ends in, before or after it. */
function hostMask(prefix: number): number {
  if (prefix <= 0) return 0xffffffff;
  return prefix >= 32 ? 0 : 0xffffffff >>> prefix;
}
