import { aimsOf } from './aims.ts';
import type { ColdResult } from './cold/since-start.ts';
import { named, type Results } from './results.ts';
import type { WarmResult } from './warm.ts';

/** The results as tables, each with the description of its measurement. */
export function markdownOf(results: Results): string {
  const { environment } = results;
  const sections = [
    '# What it costs',
    `Written by \`npm run bench\` on Node ${environment.node}, ${environment.platform}, ${environment.cores} cores, in ${environment.seconds} s. Whole authorizers do the same work: the event of a REST API's REQUEST authorizer in, an IAM policy out, RS256 with a key of 2048 bits, a token of some 800 bytes. They run in turn, in many short rounds, each in its own process. Absolute times depend on the machine; read the ratios.`,
    '![Time of a new token and of a cold start, by authorizer](results.svg)',
    '## Warm',
    'Microseconds. A *new* token is in no cache; a *known* token is the same each time. CPU time is that of all threads. Output is discarded, except in the row with a pipe.',
    warmTable(results.warm),
    '## Cold',
    'An esbuild bundle (ES module, minified) in a fresh process: milliseconds from its start, with keys fetched from loopback; lower quartiles of the rounds. *Loaded*: all imports are done.',
    coldTable(results.cold),
    `Bundled by esbuild, this package takes ${kb(results.bundleBytes)} KB with Middy. About 24 KB of them are the Powertools Logger, which runs only if no other logger is configured.`,
    '## Growth',
    'This package with a known token; the requests are spread over the declared entries. *Start-up* is `auth0Authorizer(options)` in a fresh process.',
    growthTable(results),
    '## Memory',
    'Live heap of one process. Each request has a new token and another path.',
    memoryTable(results),
    '## Aims',
    table(
      ['aim', 'measured', 'met'],
      aimsOf(results).map(({ aim, measured, met }) => [aim, measured, met ? 'yes' : 'no']),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function warmTable(warm: readonly WarmResult[]): string {
  const head = ['authorizer', 'new, p50', 'over the floor', 'p99', 'CPU', 'known, p50', 'p99', 'CPU'];
  const rows = warm.map(({ name, title, newToken, sameToken }) => {
    const known = name === 'floor' ? ['', '', ''] : [sameToken.p50, sameToken.p99, sameToken.cpu].map(us);
    return [
      title,
      us(newToken.p50),
      newToken.overFloor === null ? '' : `${newToken.overFloor.toFixed(2)} x`,
      us(newToken.p99),
      us(newToken.cpu),
      ...known,
    ];
  });
  return table(head, rows);
}

function coldTable(cold: readonly ColdResult[]): string {
  const bare = named(cold, 'bare');
  const head = [
    'authorizer',
    'loaded',
    'decided, HTTP',
    'over bare',
    'decided, TLS',
    'CPU',
    'memory, MB',
    'KB',
    'gzip KB',
  ];
  const rows = cold.map((result) => [
    result.title,
    ms(result.plain.imported),
    ms(result.plain.decided),
    result === bare ? '' : `+${ms(result.plain.decided - bare.plain.decided)}`,
    ms(result.tls.decided),
    ms(result.plain.cpu),
    result.rssMb.toFixed(0),
    kb(result.bytes),
    kb(result.gzipBytes),
  ]);
  return table(head, rows);
}

function growthTable({ growth }: Results): string {
  const rows = growth.map(({ what, size, p50, overTen, startUpMs }) => [
    what,
    size.toLocaleString('en'),
    us(p50),
    `${overTen.toFixed(2)} x`,
    ms(startUpMs),
  ]);
  return table(['', 'size', 'decision, us', 'over ten', 'start-up, ms'], rows);
}

function memoryTable({ memory }: Results): string {
  const rows = memory.map(({ tokens, heapMb, peakMb }) => [
    tokens.toLocaleString('en'),
    heapMb.toFixed(1),
    peakMb.toFixed(0),
  ]);
  return table(['distinct tokens', 'live heap, MB', 'peak of the process, MB'], rows);
}

/** A table whose first column is text and whose other columns are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, index) => (index === 0 ? '---' : '---:')));
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const us = (value: number) => value.toFixed(value < 100 ? 1 : 0);
const ms = (value: number) => value.toFixed(1);
const kb = (bytes: number) => (bytes / 1000).toFixed(1);
