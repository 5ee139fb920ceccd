import fs from 'node:fs';
import path from 'node:path';
import { COUNTS } from '../../test/vectors/counts.ts';
import { summaryOf } from '../../test/vectors/tally.ts';
import { countsOfRoom, readRecord, scoreOf } from '../mutation/record.ts';
import { ROOMS } from '../mutation/rooms.ts';
import { ROOT } from './type-reader.ts';

/** What one run counted. Suites of mocha count the properties too, and the cases that these drew. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly properties?: number;
  readonly cases?: number;
}

/** The counts of the runs of `.ci/run`, by key. */
export type Tested = Readonly<Record<string, Counts>>;

/** What each run of `.ci/run` is, by the key of its counts; in the order of the page. */
const RUNS: Readonly<Record<string, string>> = {
  all_cases: 'Node 24, Middy 7: all tests, and all cases that a claim is proved with',
  freezes: 'Node 24: processes that are frozen for up to 40 s, as Lambda freezes them',
  node_26: 'Node 26, Middy 6: the library, with coverage of lib/',
  node_22: 'Node 22, Middy 7: the library',
  smoke: 'Node 22, 24 and 26, Bun and Deno: the packed package loads and decides',
  fuzz: 'fuzz: random inputs against claims',
};

const FILE = path.join(ROOT, 'scripts/docs/tested.json');

/** The counts that the documents show: those of the last run that `npm run docs:tested` took. */
export function tested(): Tested {
  return JSON.parse(fs.readFileSync(FILE, 'utf8')) as Tested;
}

/** Replaces the counts that the documents show. */
export function writeTested(counts: Tested): void {
  fs.writeFileSync(FILE, `${JSON.stringify(counts, null, 2)}\n`);
}

/** Reads the counts that `.ci/run` left in a folder, one file a run. */
export function countsIn(folder: string): Tested {
  const entries = Object.keys(RUNS).flatMap((key) => {
    const file = path.join(folder, `${key}.json`);
    return fs.existsSync(file) ? [[key, JSON.parse(fs.readFileSync(file, 'utf8'))]] : [];
  });
  return Object.fromEntries(entries);
}

/** Part of a claim by which a run may be below it. New tests and removed ones need no new page each time. */
const TOLERANCE = 0.02;

/** The claims of the documents that a run does not bear out, and the counts that they could be raised to. */
export function compareCounts(
  claimed: Tested,
  counted: Tested,
): { readonly wrong: string[]; readonly stale: string[] } {
  const wrong: string[] = [];
  const stale: string[] = [];
  for (const [key, claims] of Object.entries(claimed)) {
    for (const member of ['passed', 'properties', 'cases'] as const) {
      const claim = claims[member] ?? 0;
      const count = counted[key]?.[member] ?? 0;
      const text = `${key}: ${member} ${count}, the page says ${claim}`;
      if (count < claim * (1 - TOLERANCE)) wrong.push(text);
      else if (count > claim * (1 + TOLERANCE)) stale.push(text);
    }
  }
  return { wrong, stale };
}

const figure = (value: number | undefined) => (value === undefined ? '' : value.toLocaleString('en-US'));

/** The table of runs. */
export function testedTable(): string {
  const rows = Object.entries(tested()).map(([key, { passed, skipped, properties, cases }]) => {
    const figures = [passed, skipped, properties, cases].map(figure);
    return `| ${[RUNS[key], ...figures].join(' | ')} |`;
  });
  return [
    '| run | tests passed | skipped | properties | cases they drew |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

/** One sentence for the README. */
export function testedInShort(): string {
  const { all_cases: all } = tested();
  const drawn =
    all?.cases === undefined
      ? ''
      : `, of which ${figure(all.properties)} properties draw ${figure(all.cases)} cases`;
  return `Each change must pass ${figure(all?.passed)} tests${drawn}. The suite runs under Node 22, 24 and 26 and Middy 6 and 7.`;
}

/** The vectors of others, by group. */
export function vectorsTable(): string {
  const rows = Object.keys(COUNTS).map((group) => `| ${group} | ${summaryOf(group)} |`);
  return ['| vectors | result |', '| --- | --- |', ...rows].join('\n');
}

/** The mutants of each room that is on record. */
export function mutationTable(): string {
  const record = readRecord();
  const rows = Object.keys(ROOMS).flatMap((room) => {
    const counts = countsOfRoom(record, room);
    const judged = counts.killed + counts.timedOut + counts.survived + counts.unreached;
    if (judged === 0) return [];
    const figures = [judged, counts.killed + counts.timedOut, counts.ignored].map(figure);
    return [`| ${[`lib/${room}`, ...figures, `${scoreOf(counts).toFixed(1)} %`].join(' | ')} |`];
  });
  if (rows.length === 0) return 'No run is on record.';
  const head = '| room | mutants | killed | ignored, with a reason | score |';
  return [head, '| --- | ---: | ---: | ---: | ---: |', ...rows].join('\n');
}
