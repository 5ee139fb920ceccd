import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { OptionError } from '../../../lib/decision/errors.ts';
import { auth0Authorizer } from '../../../lib/index.ts';
import { type CidrList, compileCidrs } from '../../../lib/net/cidr-list.ts';
import { formatIp, parseIp } from '../../../lib/net/ip-address.ts';
import { createTestIssuer, httpApi2Event } from '../../../lib/testing.ts';
import { bitsOf } from '../../iam/support/second-evaluator.ts';
import { oddTexts } from '../../support/damage.ts';
import { invoke, recordingLog } from '../../support/invoke.ts';
import { middy } from '../../support/middy.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  readonly blocks: readonly string[];
  readonly texts: readonly string[];
  /** What a client sends in `X-Forwarded-For` of its own accord. */
  readonly forged: string;
  /** What the trusted proxies append. */
  readonly appended: readonly string[];
}

const words = fc.array(fc.constantFrom('0', 'ffff', '1', 'a00', 'c000', '2001', 'db8', '64', 'ff9b'), {
  minLength: 8,
  maxLength: 8,
});
const mapped = fc.ipV4().map((four) => `::ffff:${four}`);
const someIps = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  mapped,
  words.map((all) => all.join(':')),
  fc.constantFrom('10.0.0.1', '10.0.0.2', '10.255.255.255', '0.0.0.0', '255.255.255.255', '::', '::1'),
);
const someBlocks = fc.tuple(someIps, fc.nat(128), fc.boolean()).map(([address, width, isBlock]) => {
  const version = isIP(address);
  const bits = version === 4 ? width % 33 : width;
  // Only an address without bits behind the prefix is a block.
  return isBlock ? `${networkOf(address, bits)}/${bits}` : address;
});

/** The address with zeros behind the prefix. */
function networkOf(address: string, bits: number): string {
  const isFour = isIP(address) === 4;
  const length = isFour ? bits + 96 : bits;
  const all = bitsOf(address).slice(0, length).padEnd(128, '0');
  if (isFour) return [96, 104, 112, 120].map((at) => Number.parseInt(all.slice(at, at + 8), 2)).join('.');
  return Array.from({ length: 8 }, (_, at) =>
    Number.parseInt(all.slice(at * 16, at * 16 + 16), 2).toString(16),
  ).join(':');
}

const isFourForm = (address: string): boolean =>
  bitsOf(address).startsWith(`${'0'.repeat(80)}${'1'.repeat(16)}`);

/** Compared as bits. A block that is wider than all IPv4 addresses contains none of them. */
function isWithin(address: string, block: string): boolean {
  const [network = '', prefix] = block.split('/');
  const width = isIP(network) === 4 ? 32 : 128;
  const length = (prefix === undefined ? width : Number(prefix)) + (width === 32 ? 96 : 0);
  if (length < 96 && isFourForm(address)) return false;
  return bitsOf(address).slice(0, length) === bitsOf(network).slice(0, length);
}

/** The text that browsers write for an address. */
function canonical(address: string): string {
  if (isIP(address) === 4) return address;
  if (!isFourForm(address)) return new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return [96, 104, 112, 120].map((at) => Number.parseInt(bitsOf(address).slice(at, at + 8), 2)).join('.');
}

function listOf(blocks: readonly string[]): CidrList | null {
  try {
    return compileCidrs(blocks, 'blocks');
  } catch (error) {
    expect(error).to.be.instanceOf(OptionError);
    return null;
  }
}

function checkTexts({ blocks, texts }: Input): void {
  const list = listOf(blocks);
  for (const text of texts) {
    const address = parseIp(text);
    expect(address !== null, text).to.equal(isIP(text) !== 0 && !text.includes('%'));
    if (address === null) continue;
    expect(formatIp(address)).to.equal(canonical(text));
    if (list === null) continue;
    expect(list.has(address), `${text} in ${blocks}`).to.equal(blocks.some((block) => isWithin(text, block)));
  }
}

const issuer = createTestIssuer();
const token = issuer.token();
const log = recordingLog();
const HOPS = [1, 2, 3];
const handlers = HOPS.map((trustedHops) =>
  middy().use(
    auth0Authorizer({
      ...issuer.options,
      logger: log,
      rules: { ip: { deny: ['10.0.0.1'], source: { header: 'x-forwarded-for', trustedHops } } },
    }),
  ),
);

/** The address that decides is the one that the outermost trusted proxy appended, whatever is in front of it. */
async function checkForwarded({ forged, appended }: Input): Promise<void> {
  const [own = ''] = appended;
  const value = [forged, ...appended].join(', ');
  const event = httpApi2Event({ token });
  const sent = { ...event, headers: { ...event.headers, 'x-forwarded-for': value } };
  log.lines.length = 0;
  await invoke(handlers[appended.length - 1], sent);
  expect(log.lines[0], value).to.deep.include({ clientIp: canonical(own) });
  expect(log.lines[0]?.decision).to.equal(canonical(own) === '10.0.0.1' ? 'deny' : 'allow');
}

export const addresses: FuzzTarget<Input> = {
  name: 'addresses',
  claim:
    'reads addresses and blocks as their bits say, and never an address that a client put before those of proxies',
  home: 'test/net/cidr-list.test.ts',
  inputs: fc.record({
    blocks: fc.array(someBlocks, { minLength: 1, maxLength: 6 }),
    texts: fc.array(fc.oneof({ weight: 5, arbitrary: someIps }, oddTexts), { minLength: 1, maxLength: 8 }),
    forged: fc.oneof(
      oddTexts,
      someIps,
      fc.array(someIps, { maxLength: 4 }).map((all) => all.join(',')),
    ),
    appended: fc.array(someIps, { minLength: 1, maxLength: HOPS.length }),
  }),
  ciRuns: 3000,
  async check(input) {
    checkTexts(input);
    await checkForwarded(input);
  },
};
