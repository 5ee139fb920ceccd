import { table } from '../markdown.ts';
import type { Environment } from '../results.ts';
import { PACKAGINGS, type Packaging } from './packaging.ts';
import type { Memory, Phases, PhasesResult, Way } from './phases.ts';

/** The results of one `npm run bench:cold`. */
export interface ColdReport {
  readonly environment: Environment;
  /** Of the run: `2026-11-28`. */
  readonly date: string;
  /** Starts of each kind. */
  readonly rounds: number;
  /** How the CPU was limited, or why it was not. */
  readonly quota: string;
  readonly jwksDelayMs: number;
  readonly memories: readonly Memory[];
  readonly results: readonly PhasesResult[];
}

const WAYS: Readonly<Record<Way, string>> = { plain: 'Keys over HTTP', tls: 'Keys over TLS' };

/** The report as tables, each with what it measures. */
export function coldReport(report: ColdReport): string {
  const { environment, date, rounds, quota, jwksDelayMs } = report;
  const sections = [
    '# Init and first invocation',
    `Written by \`npm run bench:cold\` on ${date}: Node ${environment.node}, ${environment.platform}, ${environment.cores} cores, ${rounds} starts of each kind, in ${environment.seconds} s. Milliseconds of new processes. Init is from the start of the process until the handler exists, with all of the CPU (lower quartile); the first invocation is from the event to the answer (median). The JWKS endpoint is on loopback and answers after ${jwksDelayMs} ms. ${quota}`,
    '![Init and first invocation, by authorizer](cold.svg)',
    '## Bundled',
    'One file by esbuild, keys over TLS. *Read*: the part of init in which V8 reads the file. Then init, the first invocation by memory size, and the sum for the smallest.',
    bundledTable(report),
    '## Packages',
    `Init and first invocation with ${share(report.memories.at(-1) as Memory)}, keys over TLS, by the way in which the function finds its packages.`,
    packagesTable(report),
    ...(['plain', 'tls'] as const).flatMap((way) => [
      `## ${WAYS[way]}`,
      'Init + first invocation = both.',
      tableOf(report, way),
    ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function bundledTable({ memories, results }: ColdReport): string {
  const head = [
    'authorizer',
    'KB',
    'read',
    'init',
    ...memories.map(nameOf),
    `init + ${nameOf(memories[0] as Memory)}`,
  ];
  const rows = results
    .filter(({ packaging }) => packaging === 'bundled')
    .map(({ title, bytes, readingMs, tls: { init, invocations } }) => [
      title,
      (bytes / 1000).toFixed(0),
      readingMs.toFixed(1),
      init.toFixed(0),
      ...invocations.map(shown),
      (init + (invocations[0] as number)).toFixed(0),
    ]);
  return table(head, rows);
}

function packagesTable({ results }: ColdReport): string {
  const titles = [...new Set(results.map(({ title }) => title))];
  const cell = (title: string, packaging: Packaging): string => {
    const found = results.find((result) => result.title === title && result.packaging === packaging);
    return found === undefined ? '' : (found.tls.init + (found.tls.invocations.at(-1) as number)).toFixed(0);
  };
  return table(
    ['authorizer', ...PACKAGINGS],
    titles.map((title) => [title, ...PACKAGINGS.map((packaging) => cell(title, packaging))]),
  );
}

function tableOf({ memories, results }: ColdReport, way: Way): string {
  const rows = results.map((result) => [result.title, result.packaging, ...cellsOf(result[way])]);
  return table(['authorizer', 'packages', ...memories.map(nameOf)], rows);
}

function cellsOf({ init, invocations }: Phases): string[] {
  return invocations.map(
    (invocation) => `${init.toFixed(0)} + ${shown(invocation)} = ${(init + invocation).toFixed(0)}`,
  );
}

function nameOf(memory: Memory): string {
  return memory === null ? 'all' : `${memory} MB`;
}

/** The CPU of a function with this memory, in words. */
export function share(memory: Memory): string {
  return memory === null ? 'all of the CPU' : `the CPU of ${memory} MB`;
}

function shown(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 1 : 0);
}
