import { isIP } from 'node:net';

/**
 * Verdicts of IAM on a request, written apart from `lib/iam` and from AWS's pages alone. An element that is not understood
 * makes a part of a statement unknown, so that several verdicts are possible.
 */
export type Possible = ReadonlySet<'allow' | 'explicit-deny' | 'implicit-deny'>;

export interface Asked {
  readonly resource: string;
  readonly action: string;
  readonly sourceIp?: string;
  /** Epoch seconds. */
  readonly now: number;
}

/** `null`: unknown. */
type Maybe = boolean | null;

const all = (parts: readonly Maybe[]): Maybe =>
  parts.includes(false) ? false : parts.includes(null) ? null : true;
const any = (parts: readonly Maybe[]): Maybe =>
  parts.includes(true) ? true : parts.includes(null) ? null : false;
const not = (part: Maybe): Maybe => (part === null ? null : !part);

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** The verdicts that are possible. */
export function possibleVerdicts(document: unknown, asked: Asked): Possible {
  const { Version = '2008-10-17', Statement } = (document ?? {}) as Record<string, unknown>;
  if (!['2012-10-17', '2008-10-17'].includes(Version as string)) return EVERYTHING;
  if (typeof Statement !== 'object' || Statement === null) return EVERYTHING;
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  let [allow, deny]: [Maybe, Maybe] = [false, false];
  for (const one of statements) {
    if (typeof one !== 'object' || one === null) return EVERYTHING;
    const { Effect } = one as Record<string, unknown>;
    const applies = applying(one as Record<string, unknown>, asked, Version === '2012-10-17');
    if (Effect === 'Allow') allow = any([allow, applies]);
    else if (Effect === 'Deny') deny = any([deny, applies]);
    else return EVERYTHING;
  }
  const possible = new Set<'allow' | 'explicit-deny' | 'implicit-deny'>();
  if (deny !== false) possible.add('explicit-deny');
  if (deny !== true && allow !== false) possible.add('allow');
  if (deny !== true && allow !== true) possible.add('implicit-deny');
  return possible;
}

const EVERYTHING: Possible = new Set(['allow', 'explicit-deny', 'implicit-deny'] as const);

function applying(statement: Record<string, unknown>, asked: Asked, hasVariables: boolean): Maybe {
  if (Object.keys(statement).some((name) => !ELEMENTS.includes(name))) return null;
  const action = asked.action.toLowerCase();
  return all([
    listed(statement, 'Action', (pattern) => globMatches(pattern.toLowerCase(), action, hasVariables)),
    listed(statement, 'Resource', (pattern) => globMatches(pattern, asked.resource, hasVariables)),
    statement['Condition'] === undefined ? true : conditionHolds(statement['Condition'], asked),
  ]);
}

function listed(
  statement: Record<string, unknown>,
  name: string,
  matches: (pattern: string) => Maybe,
): Maybe {
  const [positive, negative] = [statement[name], statement[`Not${name}`]];
  if ((positive === undefined) === (negative === undefined)) return null;
  const texts = textsOf(positive ?? negative);
  const found = texts === null ? null : any(texts.map(matches));
  return positive === undefined ? not(found) : found;
}

function textsOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

/** Follows all readings of the pattern at once. A variable other than the three characters has a value unknown here. */
function globMatches(pattern: string, text: string, hasVariables: boolean): Maybe {
  if (hasVariables && /\$\{(?![*?$]\})/.test(pattern)) return null;
  const parts = (hasVariables ? pattern.match(/\$\{[*?$]\}|[\s\S]/g) : pattern.split('')) ?? [];
  // Whether the parts so far can have matched the first `index` characters.
  let reached = Array.from({ length: text.length + 1 }, (_, index) => index === 0);
  for (const part of parts) {
    const fits = (character: string | undefined) =>
      character === (part.length === 4 ? part.charAt(2) : part) || part === '?';
    let before = false;
    reached = reached.map((here, index) => {
      const after = index > 0 && reached[index - 1] === true && fits(text[index - 1]);
      before = before || here;
      return part === '*' ? before : after;
    });
    if (!reached.includes(true)) return false;
  }
  return reached.at(-1) === true;
}

function conditionHolds(condition: unknown, asked: Asked): Maybe {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return null;
  return all(
    Object.entries(condition).map(([operator, keys]): Maybe => {
      if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) return null;
      return all(
        Object.entries(keys).map(([key, values]) => keyHolds(operator, key.toLowerCase(), values, asked)),
      );
    }),
  );
}

const COMPARISONS: Readonly<Record<string, (now: number, then: number) => boolean>> = {
  DateLessThan: (now, then) => now < then,
  DateLessThanEquals: (now, then) => now <= then,
  DateGreaterThan: (now, then) => now > then,
  DateGreaterThanEquals: (now, then) => now >= then,
};

function keyHolds(operator: string, key: string, values: unknown, asked: Asked): Maybe {
  const texts = textsOf(values);
  if (texts === null || texts.length === 0) return null;
  if (key === 'aws:sourceip' && operator.endsWith('IpAddress')) {
    const inside = any(texts.map((text) => isWithin(asked.sourceIp, text)));
    if (operator === 'IpAddress') return inside;
    return operator === 'NotIpAddress' ? not(inside) : null;
  }
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (compare === undefined || !['aws:currenttime', 'aws:epochtime'].includes(key)) return null;
  return any(
    texts.map((text): Maybe => {
      const then = /^\d+$/.test(text)
        ? Number(text)
        : ISO_DATE.test(text)
          ? Date.parse(text) / 1000
          : Number.NaN;
      return Number.isNaN(then) ? null : compare(asked.now, then);
    }),
  );
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function isWithin(address: string | undefined, block: string): Maybe {
  const [, network = '', , prefix] = /^([^/]*)(\/(\d{1,3}))?$/.exec(block) ?? [];
  const version = isIP(network);
  const width = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? width : Number(prefix);
  if (version === 0 || network.includes('%') || bits > width) return null;
  if (address === undefined) return false;
  // No IPv6 block contains an IPv4 address, but an IPv4 block contains the address in IPv6 form.
  if (isIP(address) === 4 && version === 6) return false;
  const [own, other] = [bitsOf(address), bitsOf(network)];
  const length = version === 4 ? bits + 96 : bits;
  return own.slice(0, length) === other.slice(0, length);
}

/** The 128 bits of an address as text; IPv4 addresses are in ::ffff:0:0/96. */
export function bitsOf(address: string): string {
  const four = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text =
    four === null
      ? address
      : address.slice(0, four.index) +
        [1, 3].map((at) => ((Number(four[at]) << 8) | Number(four[at + 1])).toString(16)).join(':');
  const [head = '', tail] = (isIP(address) === 4 ? `::ffff:${text}` : text).split('::');
  const words = (part: string) => part.split(':').filter((word) => word !== '');
  const [before, after] = [words(head), words(tail ?? '')];
  const gap = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...(tail === undefined ? [] : gap), ...after]
    .map((word) => Number.parseInt(word, 16).toString(2).padStart(16, '0'))
    .join('');
}
