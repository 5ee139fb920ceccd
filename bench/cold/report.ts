import { table } from '../markdown.ts';
import type { Environment } from '../results.ts';
import type { Memory, Phases, PhasesResult, Way } from './phases.ts';

/** The results of one `npm run bench:cold`. */
export interface ColdReport {
  readonly environment: Environment;
  /** How the CPU was limited, or why it was not. */
  readonly quota: string;
  readonly jwksDelayMs: number;
  readonly memories: readonly Memory[];
  readonly results: readonly PhasesResult[];
}

const WAYS: Readonly<Record<Way, string>> = { plain: 'Keys over HTTP', tls: 'Keys over TLS' };

/** The report as tables, each with what it measures. */
export function coldReport(report: ColdReport): string {
  const { environment, quota, jwksDelayMs } = report;
  const sections = [
    '# Init and first invocation',
    `Written by \`npm run bench:cold\` on Node ${environment.node}, ${environment.platform}, ${environment.cores} cores, in ${environment.seconds} s. Milliseconds of new processes. Init is from the start of the process until the handler exists, with all of the CPU (lower quartile); the first invocation is from the event to the answer (median). The JWKS endpoint is on loopback and answers after ${jwksDelayMs} ms. ${quota}`,
    'Columns with a memory size are init + first invocation = both. A function that waits for its keys at the top of its module moves that wait into the init phase.',
    ...(['plain', 'tls'] as const).flatMap((way) => [`## ${WAYS[way]}`, tableOf(report, way)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function tableOf({ memories, results }: ColdReport, way: Way): string {
  const head = [
    'authorizer',
    'packages',
    ...memories.map((memory) => (memory === null ? 'all' : `${memory} MB`)),
  ];
  const rows = results.map((result) => [result.title, result.packaging, ...cellsOf(result[way])]);
  return table(head, rows);
}

function cellsOf({ init, invocations }: Phases): string[] {
  return invocations.map(
    (invocation) => `${init.toFixed(0)} + ${shown(invocation)} = ${(init + invocation).toFixed(0)}`,
  );
}

function shown(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 1 : 0);
}
