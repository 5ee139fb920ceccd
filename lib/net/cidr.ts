import { kindOf } from '../util/kind-of.ts';
import { formatIp, type IpAddress, type Ipv6Words, parseIp } from './ip-address.ts';

/**
 * A block of addresses from `first` to `last`, both included. IPv4-mapped IPv6 blocks are IPv4 blocks, and `prefix` counts
 * the bits of those.
 */
export type Cidr = { readonly prefix: number } & (
  | { readonly version: 4; readonly first: number; readonly last: number }
  | { readonly version: 6; readonly first: Ipv6Words; readonly last: Ipv6Words }
);

const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
const EXAMPLE = "such as '192.0.2.1', '10.0.0.0/8' or '2001:db8::/32'";
const MAPPED_BITS = 96;

/**
 * Reads an address or a CIDR block (RFC 4632, RFC 4291 section 2.3). Strict: no second slash, no leading zeros, no bits
 * set after the prefix, no wildcard.
 *
 * @returns the block; or, as a text, what is wrong and what to write instead
 */
export function readCidr(value: unknown): Cidr | string {
  if (value === '*') return "is not an address; for all addresses write '0.0.0.0/0' and '::/0'";
  const [text, prefixText] = typeof value === 'string' ? splitAtSlash(value) : ['', null];
  const address = parseIp(text);
  if (address === null || (prefixText !== null && !PREFIX.test(prefixText))) {
    return `must be an address or a CIDR block, ${EXAMPLE}, not ${kindOf(value)}`;
  }
  const width = text.includes(':') ? 128 : 32;
  const prefix = prefixText === null ? width : Number(prefixText);
  if (prefix > width) return `has a prefix longer than ${width} bits`;
  const mapped = width === 128 && address.version === 4;
  const cidr = mapped ? mappedBlock(address.value, prefix) : block(address, prefix);
  return cidr ?? `has bits set after its prefix of ${prefix}; write the first address of the block`;
}

/** The canonical text of a block, which `readCidr` reads as the same block; without a prefix if it is one address. */
export function formatCidr({ version, first, prefix }: Cidr): string {
  if (version === 4) return formatIp({ version, value: first }) + (prefix === 32 ? '' : `/${prefix}`);
  return formatIp({ version, words: first }) + (prefix === 128 ? '' : `/${prefix}`);
}

function splitAtSlash(text: string): [address: string, prefix: string | null] {
  const slash = text.indexOf('/');
  return slash === -1 ? [text, null] : [text.slice(0, slash), text.slice(slash + 1)];
}

/** `::ffff:0:0/96` and blocks within it. With a shorter prefix, bits of `ffff` would be set after it. */
function mappedBlock(value: number, prefix: number): Cidr | null {
  return prefix < MAPPED_BITS ? null : block({ version: 4, value }, prefix - MAPPED_BITS);
}

/** `null` if bits are set after the prefix. */
function block(address: IpAddress, prefix: number): Cidr | null {
  if (address.version === 4) {
    const rest = hostMask(prefix);
    const { value } = address;
    return (value & rest) !== 0 ? null : { version: 4, first: value, last: (value | rest) >>> 0, prefix };
  }
  const [a, b, c, d] = address.words;
  const restA = hostMask(prefix);
  const restB = hostMask(prefix - 32);
  const restC = hostMask(prefix - 64);
  const restD = hostMask(prefix - 96);
  if (((a & restA) | (b & restB) | (c & restC) | (d & restD)) !== 0) return null;
  const last: Ipv6Words = [(a | restA) >>> 0, (b | restB) >>> 0, (c | restC) >>> 0, (d | restD) >>> 0];
  return { version: 6, first: address.words, last, prefix };
}

/** The bits of a 32-bit word after the prefix. `prefix` counts from the start of the word, and may be below 0. */
function hostMask(prefix: number): number {
  if (prefix <= 0) return 0xffffffff;
  return prefix >= 32 ? 0 : 0xffffffff >>> prefix;
}
