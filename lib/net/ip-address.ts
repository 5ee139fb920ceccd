/*
 * A strict reader of IP addresses. Not `node:net`, which takes some 4 ms of a cold start. IPv4-mapped IPv6 addresses
 * (`::ffff:192.0.2.1`) are read as IPv4, so that one rule covers both spellings.
 */

/** Four unsigned 32-bit words, the most significant first. */
export type Ipv6Words = readonly [number, number, number, number];

export type IpAddress =
  | { readonly version: 4 /** Unsigned 32 bits. */; readonly value: number }
  | { readonly version: 6; readonly words: Ipv6Words };

const LONGEST = '0000:0000:0000:0000:0000:ffff:255.255.255.255'.length;
const MAPPED_PREFIX = 0xffff;
/** The dot, in the same scale as the digits. */
const DOT = '.'.charCodeAt(0) - '0'.charCodeAt(0);

/**
 * Reads an address as `inet_pton` does: dotted decimal without leading zeros, or RFC 4291 section 2.2. No zone id,
 * port, brackets, prefix length or blanks.
 *
 * @returns `null` if the text is not an address
 */
export function parseIp(text: string): IpAddress | null {
  if (text.length > LONGEST) return null;
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === null ? null : { version: 4, value };
  }
  const groups = parseIpv6(text);
  if (groups === null) return null;
  const words: Ipv6Words = [word(groups, 0), word(groups, 2), word(groups, 4), word(groups, 6)];
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === MAPPED_PREFIX;
  return mapped ? { version: 4, value: words[3] } : { version: 6, words };
}

/** The canonical text: dotted decimal, or RFC 5952 (lower case, the longest run of zero groups as `::`). */
export function formatIp(address: IpAddress): string {
  if (address.version === 4) {
    const { value } = address;
    return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
  }
  const groups = address.words.flatMap((bits) => [bits >>> 16, bits & 0xffff]);
  const gap = longestZeroRun(groups);
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return gap === null ? hex(0, 8) : `${hex(0, gap.start)}::${hex(gap.end, 8)}`;
}

function word(groups: Uint16Array, index: number): number {
  return (groups[index] as number) * 0x10000 + (groups[index + 1] as number);
}

/** Unsigned 32 bits of dotted decimals, `null` for anything else. */
export function parseIpv4(text: string): number | null {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return null;
      octet = octet === -1 ? digit : octet * 10 + digit;
      if (octet > 255) return null;
    } else {
      if (digit !== DOT || octet === -1) return null;
      value = value * 256 + octet;
      octet = -1;
      dots += 1;
    }
  }
  return dots === 3 && octet !== -1 ? value * 256 + octet : null;
}

function parseIpv6(text: string): Uint16Array | null {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let at = gap === 0 ? 2 : 0;
  while (at < text.length) {
    const colon = text.indexOf(':', at);
    if (colon === -1) {
      if (!pushLast(groups, text.slice(at))) return null;
      break;
    }
    const group = parseGroup(text.slice(at, colon));
    if (group === null) return null;
    groups.push(group);
    at = colon + 1;
    if (at === text.length) return null;
    if (text[at] === ':') {
      if (gap !== -1) return null;
      gap = groups.length;
      at += 1;
    }
  }
  return spread(groups, gap);
}

/** The last piece is a group or an IPv4 address, which is two groups. */
function pushLast(groups: number[], piece: string): boolean {
  const embedded = piece.includes('.') ? parseIpv4(piece) : null;
  if (embedded !== null) {
    groups.push(embedded >>> 16, embedded & 0xffff);
    return true;
  }
  const group = parseGroup(piece);
  if (group === null) return false;
  groups.push(group);
  return true;
}

function parseGroup(piece: string): number | null {
  if (piece.length === 0 || piece.length > 4) return null;
  let group = 0;
  for (let at = 0; at < piece.length; at++) {
    const digit = hexDigit(piece.charCodeAt(at));
    if (digit === -1) return null;
    group = group * 16 + digit;
  }
  return group;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Replaces `::` by its zero groups, at least one. */
function spread(groups: readonly number[], gap: number): Uint16Array | null {
  if (gap === -1 ? groups.length !== 8 : groups.length > 7) return null;
  const all = new Uint16Array(8);
  const head = gap === -1 ? 8 : gap;
  all.set(groups.slice(0, head));
  all.set(groups.slice(head), 8 - (groups.length - Math.min(head, groups.length)));
  return all;
}

function longestZeroRun(groups: readonly number[]): { start: number; end: number } | null {
  let best: { start: number; end: number } | null = null;
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start >= 2 && at - start > (best === null ? 0 : best.end - best.start))
      best = { start, end: at };
    start = at + 1;
  }
  return best;
}
