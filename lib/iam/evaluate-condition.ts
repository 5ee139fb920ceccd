import type { BlockList } from 'node:net';
import { plainMap, refuse, strings } from '../util/option-checks.ts';

/** Values of the condition keys. */
export interface ConditionContext {
  /** `aws:SourceIp`: the client's address, v4 or v6. If absent, `IpAddress` matches nothing, as in IAM. */
  readonly sourceIp?: string | undefined;
  /** `aws:CurrentTime`, epoch seconds. Default: the clock. */
  readonly now?: number | undefined;
}

const DATE_OPERATORS: Readonly<Record<string, (now: number, then: number) => boolean>> = {
  DateLessThan: (now, then) => now < then,
  DateLessThanEquals: (now, then) => now <= then,
  DateGreaterThan: (now, then) => now > then,
  DateGreaterThanEquals: (now, then) => now >= then,
};

/**
 * Whether every operator and key of a `Condition` block holds. IAM joins operators and keys by AND, the values of a key
 * by OR.
 */
export function conditionHolds(
  condition: Readonly<Record<string, unknown>> | undefined,
  context: ConditionContext,
  path: string,
): boolean {
  for (const [operator, keys] of Object.entries(condition === undefined ? {} : plainMap(condition, path))) {
    for (const [key, values] of Object.entries(plainMap(keys, `${path}.${operator}`))) {
      const place = `${path}.${operator}.${key}`;
      const list = strings(values, place);
      if (list.length === 0) refuse(place, 'must have a value');
      if (!keyHolds(operator, key, list, context, place)) return false;
    }
  }
  return true;
}

function keyHolds(
  operator: string,
  key: string,
  values: readonly string[],
  context: ConditionContext,
  path: string,
): boolean {
  const name = key.toLowerCase();
  if (name === 'aws:sourceip' && (operator === 'IpAddress' || operator === 'NotIpAddress')) {
    return isListed(values, context.sourceIp, path) === (operator === 'IpAddress');
  }
  const compare = Object.hasOwn(DATE_OPERATORS, operator) ? DATE_OPERATORS[operator] : undefined;
  if (compare !== undefined && (name === 'aws:currenttime' || name === 'aws:epochtime')) {
    const now = context.now ?? Date.now() / 1000;
    return values.some((value) => compare(now, epochSeconds(value, path)));
  }
  refuse(
    path,
    'is not supported; use IpAddress or NotIpAddress on aws:SourceIp, or Date... on aws:CurrentTime',
  );
}

/**
 * The forms that AWS documents, but for a year alone, whose digits are epoch seconds. `Date.parse` reads other texts too, such
 * as `::1`, and a time without zone as local time.
 */
const ISO_8601 = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?$/;

function epochSeconds(value: string, path: string): number {
  const seconds = /^\d+$/.test(value)
    ? Number(value)
    : ISO_8601.test(value)
      ? Date.parse(value) / 1000
      : Number.NaN;
  if (Number.isNaN(seconds)) refuse(path, 'must be an ISO 8601 date or epoch seconds');
  return seconds;
}

/** An IPv4 address is in IPv4 blocks only, as with IAM: neither `::/0` nor an IPv4-mapped block contains it. */
function isListed(cidrs: readonly string[], address: string | undefined, path: string): boolean {
  // Loaded here, not imported: node:net takes milliseconds, which an authorizer's cold start saves.
  const net = process.getBuiltinModule('node:net');
  const list: BlockList = new net.BlockList();
  const family = address === undefined ? 0 : net.isIP(address);
  for (const cidr of cidrs) {
    const [, network = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
    const version = net.isIP(network);
    const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
    if (version === 0 || bits > (version === 4 ? 32 : 128)) {
      refuse(path, 'must be an address or a CIDR block');
    }
    // BlockList would read the IPv4 address as an IPv4-mapped one.
    if (version === 4 || family !== 4) list.addSubnet(network, bits, nameOf(version));
  }
  return address !== undefined && list.check(address, nameOf(family));
}

function nameOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
