import { nonEmptyArray, refuse } from '../util/option-checks.ts';
import { type Cidr, readCidr } from './cidr.ts';
import { embeddedBlocks } from './embedded-blocks.ts';
import type { IpAddress, Ipv6Words } from './ip-address.ts';

type Cidr4 = Extract<Cidr, { version: 4 }>;
type Cidr6 = Extract<Cidr, { version: 6 }>;

/** A set of addresses. A lookup takes O(log n) in the number of blocks. */
export interface CidrList {
  has(address: IpAddress): boolean;
  /** In the order of the option. */
  readonly blocks: readonly Cidr[];
  /** Other blocks of the set: of a list of denied addresses, those that contain IPv4 addresses of `blocks`. */
  readonly embedded: readonly Cidr[];
}

/**
 * Compiles a list of addresses and CIDR blocks. A block may contain another; the same block twice is refused. `::/0`
 * contains every IPv6 address and no IPv4 address.
 *
 * @throws {OptionError}
 */
export function compileCidrs(value: unknown, path: string): CidrList {
  const names = new Set<string>();
  const blocks = Array.from(nonEmptyArray(value, path, 'address or CIDR block'), (item, index) => {
    const cidr = readCidr(item);
    const place = `${path}[${index}]`;
    if (typeof cidr === 'string') refuse(place, cidr);
    const name = nameOf(cidr);
    if (names.has(name)) refuse(place, 'is in the list twice');
    names.add(name);
    return cidr;
  });
  return listOf(blocks, []);
}

/**
 * Compiles a list of denied addresses: as `compileCidrs`, and with the IPv6 addresses that contain an IPv4 address of the
 * list, so that a denied client cannot come by a tunnel or a translator. A list of allowed addresses has these only if it
 * names their block: such an address does not prove who sent it.
 *
 * @throws {OptionError}
 */
export function compileDenied(value: unknown, path: string): CidrList {
  const { blocks } = compileCidrs(value, path);
  return listOf(
    blocks,
    blocks.flatMap((block) => (block.version === 4 ? embeddedBlocks(block) : [])),
  );
}

function listOf(blocks: readonly Cidr[], embedded: readonly Cidr[]): CidrList {
  const all = [...blocks, ...embedded];
  const has4 = searcher4(all.filter(({ version }) => version === 4) as Cidr4[]);
  const has6 = searcher6(all.filter(({ version }) => version === 6) as Cidr6[]);
  return {
    blocks,
    embedded,
    has: (address) => (address.version === 4 ? has4(address.value) : has6(address.words)),
  };
}

/** Index in `others` of the first block that is also in `list`; -1 if there is none. */
export function indexOfShared(list: CidrList, others: CidrList): number {
  const names = new Set(list.blocks.map(nameOf));
  return others.blocks.findIndex((block) => names.has(nameOf(block)));
}

/** Equal for equal blocks. */
function nameOf({ first, last }: Cidr): string {
  return `${first}-${last}`;
}

/*
 * Two blocks are disjoint, or one contains the other. The blocks are sorted by their first address, wider blocks first,
 * and those within the block before them are dropped. The rest is disjoint, so that only the last block that begins at
 * or before an address can contain it.
 */

function order4(one: Cidr4, other: Cidr4): number {
  return one.first - other.first || other.last - one.last;
}

function order6(one: Cidr6, other: Cidr6): number {
  return order(one.first, other.first) || order(other.last, one.last);
}

function order(one: Ipv6Words, other: Ipv6Words): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2] || one[3] - other[3];
}

function searcher4(blocks: Cidr4[]): (value: number) => boolean {
  const outer = withoutInner(blocks.sort(order4), (inner, holder) => inner.last <= holder.last);
  const firsts = Uint32Array.from(outer, ({ first }) => first);
  const lasts = Uint32Array.from(outer, ({ last }) => last);
  return (value) => {
    const at = lastAtOrBefore(firsts.length, (index) => (firsts[index] as number) - value);
    return at !== -1 && value <= (lasts[at] as number);
  };
}

function searcher6(blocks: Cidr6[]): (words: Ipv6Words) => boolean {
  const outer = withoutInner(blocks.sort(order6), (inner, holder) => order(inner.last, holder.last) <= 0);
  const firsts = flatWords(outer.map(({ first }) => first));
  const lasts = flatWords(outer.map(({ last }) => last));
  return (words) => {
    const at = lastAtOrBefore(outer.length, (index) => orderAt(firsts, index * 4, words));
    return at !== -1 && orderAt(lasts, at * 4, words) >= 0;
  };
}

function withoutInner<Block>(
  sorted: readonly Block[],
  within: (inner: Block, holder: Block) => boolean,
): readonly Block[] {
  const outer: Block[] = [];
  for (const block of sorted) {
    const holder = outer.at(-1);
    if (holder === undefined || !within(block, holder)) outer.push(block);
  }
  return outer;
}

function flatWords(addresses: readonly Ipv6Words[]): Uint32Array {
  const words = new Uint32Array(addresses.length * 4);
  for (const [index, address] of addresses.entries()) words.set(address, index * 4);
  return words;
}

/** Index of the last block that begins at or before the address; -1 if there is none. */
function lastAtOrBefore(count: number, firstAgainstAddress: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (firstAgainstAddress(middle) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Compares the four words at `from` with an address: negative, 0 or positive. */
function orderAt(words: Uint32Array, from: number, address: Ipv6Words): number {
  for (let at = 0; at < 4; at++) {
    const difference = (words[from + at] as number) - (address[at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
