import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatRevocations, mergeRevocations, type Revocation } from '../lib/revocations/entries.ts';
import { parseRevocations, type Revocations } from '../lib/revocations/record.ts';
import { revokedBy } from '../lib/revocations/revoked-by.ts';
import { exponential, randomFrom } from './fleet/random.ts';
import { table } from './markdown.ts';
import { simulateRevocations } from './revocations/fleet.ts';
import { median } from './statistics.ts';

/**
 * Measures the list of revocations and simulates a fleet that reads it: `npm run bench:revocations`, about a minute. Writes
 * revocations.md next to this file. Exits with 1 if an aim is missed.
 *
 * `--environments` (10000), `--seed` (1)
 */
const { values } = parseArgs({
  options: { environments: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const NOW = 1_800_000_000;
const SIZES = [0, 10, 1000, 10_000] as const;
const ROUNDS = 9;

/** Users as Auth0 names them, revoked over the last weeks. */
function listOf(size: number): Revocations {
  const random = randomFrom(size);
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const entries = Array.from({ length: size }, (): Revocation => {
    const issuedBefore = NOW - Math.floor(exponential(600_000, random));
    const value = `auth0|${hex(8)}${hex(8)}${hex(8)}`;
    return { kind: 'sub', value, issuedBefore, until: issuedBefore + 2_592_300 };
  });
  return mergeRevocations(new Map(), entries);
}

/** Median time of one call, microseconds. */
function timeOf(count: number, action: (at: number) => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (let at = 0; at < count; at += 1) action(at);
    return ((performance.now() - start) * 1000) / count;
  });
  return median(rounds);
}

interface ListFigures {
  readonly size: number;
  readonly bytes: number;
  /** Microseconds. */
  readonly lookUp: number;
  /** Microseconds. */
  readonly read: number;
  /** Microseconds. */
  readonly change: number;
}

function measure(size: number): ListFigures {
  const list = listOf(size);
  const text = formatRevocations(list);
  const subjects = Array.from({ length: 1024 }, (_, at) => `auth0|${at.toString(16).padStart(24, '0')}`);
  const claims = subjects.map((sub) => ({ sub, azp: 'app', org_id: 'org_1', iat: NOW - 3600 }));
  const hit = { kind: 'sub', value: 'auth0|1', issuedBefore: NOW, until: NOW + 60 } as const;
  return {
    size,
    bytes: text.length,
    lookUp: timeOf(200_000, (at) => revokedBy(list, claims[at & 1023] ?? {}, NOW)),
    read: timeOf(Math.max(5, Math.ceil(5000 / (size + 1))), () => parseRevocations(text)),
    change: timeOf(Math.max(2, Math.ceil(500 / (size + 1))), () =>
      formatRevocations(mergeRevocations(parseRevocations(text), [hit])),
    ),
  };
}

const round = (value: number, digits: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits });

const lists = SIZES.map(measure);
const fleets = [];
for (const refreshEvery of [10, 2]) {
  const environments = Number(values.environments);
  const setting = { environments, seconds: 300, refreshEvery, revocations: 10, seed: Number(values.seed) };
  fleets.push({ setting, outcome: await simulateRevocations(setting) });
}

const sections = [
  '# Revocations',
  `Written by \`npm run bench:revocations\` on Node ${process.versions.node}, seed ${values.seed}. Times depend on the machine.`,
  '## List',
  'Entries are users. *Look-up*: one token that is not revoked. *Read*: the text of a record that has changed, to the list in memory. *Change*: read, add one entry, write the text.',
  table(
    ['entries', 'record, KB', 'look-up, us', 'read, ms', 'change, ms'],
    lists.map(({ size, bytes, lookUp, read, change }) => [
      round(size, 0),
      round(bytes / 1000, 1),
      lookUp.toFixed(2),
      round(read / 1000, 2),
      round(change / 1000, 2),
    ]),
  ),
  '## Fleet',
  `The real code in simulated time: ${Number(values.environments).toLocaleString('en-US')} environments for five minutes. A third of them gets a request every second on average, a third every ten seconds, a third every minute. Ten users are revoked, one every half minute. The store takes 8 ms.`,
  table(
    [
      '`refreshEvery`',
      'requests',
      'with a revoked token',
      'a revoked token is accepted for at most',
      'reads of the store',
      'an environment reads again after at least',
      'requests that waited for a read',
    ],
    fleets.map(({ setting: { refreshEvery }, outcome }) => [
      `${refreshEvery} s`,
      round(outcome.requests, 0),
      round(outcome.revoked, 0),
      `${round(outcome.longestAccepted / 1000, 2)} s`,
      round(outcome.reads, 0),
      `${round(outcome.shortestPause / 1000, 2)} s`,
      `${round((100 * outcome.waited) / outcome.requests, 1)} %`,
    ]),
  ),
];
writeFileSync(new URL('revocations.md', import.meta.url), `${sections.join('\n\n')}\n`);
console.log(sections.join('\n\n'));

const [, few, , many] = lists as [ListFigures, ListFigures, ListFigures, ListFigures];
const aims: readonly [boolean, string][] = [
  [many.bytes <= 256_000, 'a record of 10,000 users takes 256 KB at most'],
  [many.lookUp <= 2 * few.lookUp + 0.1, 'a look-up among 10,000 entries takes about as long as among 10'],
  ...fleets.flatMap(({ setting: { refreshEvery }, outcome }): [boolean, string][] => [
    [
      outcome.longestAccepted < 1000 * (refreshEvery + 1),
      'revoked tokens pass for refreshEvery and 1 s at most',
    ],
    [outcome.shortestPause >= 1000 * refreshEvery, 'an environment reads once in refreshEvery at most'],
    [outcome.wronglyRefused === 0, 'no other token is refused'],
  ]),
];
for (const [isMet, aim] of aims) if (!isMet) console.error(`missed: ${aim}`);
process.exitCode = aims.every(([isMet]) => isMet) ? 0 : 1;
