import { OptionError } from '../errors.ts';
import type { IpAddress, Ipv6Words } from '../gateways/ip-address.ts';
import { kindOf } from '../option-checks.ts';
import { type Cidr, parseCidr } from './cidr.ts';

type Cidr4 = Extract<Cidr, { version: 4 }>;
type Cidr6 = Extract<Cidr, { version: 6 }>;

/** A set of addresses. A look-up costs O(log n) in the number of blocks. */
export interface CidrList {
  has(address: IpAddress): boolean;
  /** Whether the very same block was given. */
  lists(block: Cidr): boolean;
}

/**
 * Compiles a list of addresses and CIDR blocks. Blocks may lie within each other; the same block twice is refused.
 * `::/0` holds every IPv6 address and no IPv4 address.
 *
 * @throws {OptionError}
 */
export function compileCidrs(value: unknown, path: string): { list: CidrList; blocks: readonly Cidr[] } {
  if (!Array.isArray(value) || value.length === 0) {
    throw new OptionError(
      path,
      `must be a list with at least one address or CIDR block, not ${kindOf(value)}`,
    );
  }
  const given = new Set<string>();
  const blocks = Array.from(value, (item, index) => {
    const cidr = parseCidr(item, `${path}[${index}]`);
    const name = nameOf(cidr);
    if (given.has(name)) throw new OptionError(`${path}[${index}]`, 'stands in the list twice');
    given.add(name);
    return cidr;
  });
  const has4 = searcher4(blocks.filter((cidr) => cidr.version === 4));
  const has6 = searcher6(blocks.filter((cidr) => cidr.version === 6));
  const list: CidrList = {
    has: (address) => (address.version === 4 ? has4(address.value) : has6(address.words)),
    lists: (block) => given.has(nameOf(block)),
  };
  return { list, blocks };
}

function nameOf(cidr: Cidr): string {
  return cidr.version === 4 ? `${cidr.first}-${cidr.last}` : `${cidr.first.join()}-${cidr.last.join()}`;
}

/*
 * Both searchers rest on this: two blocks are either disjoint or one holds the other. Sorted by their first address,
 * with those dropped that the one before holds, they are disjoint, and the last one that begins at or before an
 * address is the only one that can hold it.
 */

function searcher4(blocks: readonly Cidr4[]): (value: number) => boolean {
  const sorted = blocks.toSorted((one, other) => one.first - other.first || other.last - one.last);
  const outer = withoutInner(sorted, (inner, holder) => inner.last <= holder.last);
  const firsts = Uint32Array.from(outer, ({ first }) => first);
  const lasts = Uint32Array.from(outer, ({ last }) => last);
  return (value) => {
    const at = lastAtOrBefore(firsts.length, (index) => (firsts[index] as number) - value);
    return at !== -1 && value <= (lasts[at] as number);
  };
}

function searcher6(blocks: readonly Cidr6[]): (words: Ipv6Words) => boolean {
  const sorted = blocks.toSorted(
    (one, other) => compare(one.first, 0, other.first) || compare(other.last, 0, one.last),
  );
  const outer = withoutInner(sorted, (inner, holder) => compare(inner.last, 0, holder.last) <= 0);
  const firsts = Uint32Array.from(outer.flatMap(({ first }) => first));
  const lasts = Uint32Array.from(outer.flatMap(({ last }) => last));
  return (words) => {
    const at = lastAtOrBefore(outer.length, (index) => compare(firsts, index * 4, words));
    return at !== -1 && compare(lasts, at * 4, words) >= 0;
  };
}

function withoutInner<Block>(
  sorted: readonly Block[],
  within: (inner: Block, holder: Block) => boolean,
): Block[] {
  const outer: Block[] = [];
  for (const block of sorted) {
    const holder = outer.at(-1);
    if (holder === undefined || !within(block, holder)) outer.push(block);
  }
  return outer;
}

/** Index of the last block whose first address is not behind the address looked for; -1 if there is none. */
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
function compare(words: ArrayLike<number>, from: number, address: Ipv6Words): number {
  for (let at = 0; at < 4; at++) {
    const difference = (words[from + at] as number) - (address[at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
