import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { ROOMS } from './rooms.ts';

/** What became of a mutant. `ignored`: switched off, with a reason; `unreached`: no test runs its code. */
export type Fate = 'killed' | 'timedOut' | 'survived' | 'unreached' | 'ignored';

/** A mutant by its text, so that it is the same one after lines above it have moved. */
export interface Mutant {
  file: string;
  /** The line where it begins, without indentation. */
  line: string;
  /** Stryker's name of the kind of change. */
  mutator: string;
  /** The text that is changed, on one line. */
  original: string;
  /** The text that is put in place, on one line. */
  replacement: string;
}

export interface JudgedMutant extends Mutant {
  fate: Fate;
  lineNumber: number;
  /** The reason of an ignored one. */
  why?: string;
}

const FATES: Readonly<Record<string, Fate>> = {
  Killed: 'killed',
  Timeout: 'timedOut',
  // The mutant made a file fail to load: no test can pass with it.
  RuntimeError: 'killed',
  CompileError: 'killed',
  Survived: 'survived',
  NoCoverage: 'unreached',
  Ignored: 'ignored',
};

/** Runs the tests of the room against each mutant of the files. Takes about a tenth of a second a mutant. */
export async function judgeMutants(room: string, files: readonly string[], how: { quiet?: boolean } = {}) {
  const stryker = new Stryker({
    mutate: [...files],
    testFiles: [...(ROOMS[room] ?? [])],
    testRunner: 'mocha',
    plugins: [path.resolve('scripts/mutation/mocha-runner.ts'), path.resolve('scripts/mutation/wording.ts')],
    ignorers: ['wording'],
    coverageAnalysis: 'perTest',
    concurrency: Number(process.env['MUTATION_PROCESSES'] ?? 2),
    timeoutMS: 4000,
    tsconfigFile: 'none',
    tempDirName: '.stryker-tmp',
    cleanTempDir: 'always',
    ignorePatterns: ['coverage', 'dist', 'reports', 'docs', 'demo', 'bench/**/*.json'],
    reporters: how.quiet ? [] : ['progress-append-only'],
    allowConsoleColors: false,
    logLevel: 'warn',
    warnings: false,
  } as ConstructorParameters<typeof Stryker>[0]);
  const results = await stryker.runMutationTest();
  return results.map(judged);
}

type Result = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

type Position = Result['location']['start'];

function judged(result: Result): JudgedMutant {
  const file = path.relative(process.cwd(), result.fileName);
  const fate = FATES[result.status];
  if (fate === undefined) throw new Error(`${file}: a mutant has the status ${result.status}`);
  const { start, end } = result.location;
  const lines = readFileSync(file, 'utf8').split('\n');
  return {
    file,
    line: lines[start.line - 1]?.trim() ?? '',
    mutator: result.mutatorName,
    original: onOneLine(textBetween(lines, start, end)),
    replacement: onOneLine(result.replacement),
    fate,
    lineNumber: start.line,
    ...(fate === 'ignored' && result.statusReason !== undefined ? { why: result.statusReason } : {}),
  };
}

const onOneLine = (text: string) => text.replace(/\s+/g, ' ');

/** Lines and columns are counted from 1. */
function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const text = lines.slice(start.line - 1, end.line);
  text[text.length - 1] = text.at(-1)?.slice(0, end.column - 1) ?? '';
  text[0] = text[0]?.slice(start.column - 1) ?? '';
  return text.join('\n');
}
