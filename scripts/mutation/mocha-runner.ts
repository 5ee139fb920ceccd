import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import Mocha from 'mocha';
import { startFresh } from './fresh-modules.ts';

/** What the instrumented code reads and writes: Stryker's protocol, under a global name. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: NonNullable<Extract<DryRunResult, { tests: unknown }>['mutantCoverage']>;
}

const holder = globalThis as { __stryker__?: Instrumented };
holder.__stryker__ ??= {};
const instrumented = holder.__stryker__;

/** The results of the run at hand. Mocha makes the reporter, so a module variable joins it with the runner. */
let results: TestResult[] = [];

/** Whether the code that runs is noted under the test at hand. */
let recordsTests = false;

class CollectingReporter {
  constructor(runner: Mocha.Runner) {
    results = [];
    runner.on('pass', (test) => {
      results.push({ ...named(test), status: TestStatus.Success, timeSpentMs: test.duration ?? 0 });
    });
    // The failure of a hook is the failure of the test that it was run for.
    runner.on('fail', (runnable, error: Error) => {
      const test = (runnable.ctx?.currentTest ?? runnable) as Mocha.Test;
      results.push({
        ...named(test),
        status: TestStatus.Failed,
        timeSpentMs: test.duration ?? 0,
        failureMessage: error.message || 'no message',
      });
    });
  }
}

const named = (test: Mocha.Test) => ({
  id: test.fullTitle(),
  name: test.fullTitle(),
  ...(test.file === undefined ? {} : { fileName: test.file }),
});

/**
 * Mocha for Stryker. The files are loaded once in a process; each mutant is then switched on in place and only the tests
 * that reach it run, up to the first failure. A mutant of code that runs while a module loads gets fresh modules, with the
 * test files that reach most of its file. Stryker's own plugin reads files of Mocha that Mocha 12 no longer has.
 */
class MochaRunner implements TestRunner {
  static inject = tokens(commonTokens.options);
  #mocha: Mocha | undefined;
  #selected: ReadonlySet<string> | undefined;
  readonly #files: readonly string[];

  constructor(options: { testFiles?: readonly string[] }) {
    this.#files = options.testFiles ?? [];
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ coverageAnalysis, disableBail }: DryRunOptions): Promise<DryRunResult> {
    recordsTests = coverageAnalysis === 'perTest';
    const result = await this.#run({ bail: !disableBail });
    recordsTests = false;
    writeRehearsal(results, instrumented.mutantCoverage?.perTest ?? {});
    if (this.#mocha !== undefined) quickestFirst(this.#mocha.suite, durations());
    if (result.status !== DryRunStatus.Complete || instrumented.mutantCoverage === undefined) return result;
    return { ...result, mutantCoverage: instrumented.mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, disableBail, hitLimit, testFilter } = options;
    instrumented.hitLimit = hitLimit === undefined ? undefined : hitLimit / HITS_SPARED + 1000;
    instrumented.hitCount = hitLimit === undefined ? undefined : 0;
    const mutant = activeMutant.id;
    // For code that runs while a module loads, Stryker names the files of tests, not tests.
    const isStatic = testFilter === undefined || testFilter.some((test) => path.isAbsolute(test));
    if (!isStatic) return this.#runTests(mutant, testFilter, !disableBail);
    const reached = rehearsal().reached[mutant] ?? [];
    // Most of such code runs in tests as well, which then need no fresh modules to notice.
    const inPlace = reached.length === 0 ? undefined : await this.#runTests(mutant, reached, !disableBail);
    if (inPlace !== undefined && inPlace.status !== MutantRunStatus.Survived) return inPlace;
    return this.#runFresh(mutant, testFilesFor(options.sandboxFileName));
  }

  async #runTests(mutant: string, tests: readonly string[], bail: boolean): Promise<MutantRunResult> {
    this.#selected = new Set(tests);
    return toMutantRunResult(await this.#run({ bail, mutant }));
  }

  /** Tries the most promising file alone first: most mutants need no other. */
  async #runFresh(mutant: string, [first, ...others]: readonly string[]): Promise<MutantRunResult> {
    let result: MutantRunResult = { status: MutantRunStatus.Survived, nrOfTests: 0 };
    for (const files of [[first ?? ''], others].filter((each) => each.join('') !== '')) {
      startFresh();
      instrumented.activeMutant = mutant;
      if (instrumented.hitCount !== undefined) instrumented.hitCount = 0;
      try {
        const mocha = await loadedFresh(files);
        result = toMutantRunResult(await runOf(mocha, true));
        mocha.dispose();
      } catch (error) {
        result = {
          status: MutantRunStatus.Killed,
          killedBy: [],
          failureMessage: String(error),
          nrOfTests: 0,
        };
      }
      if (result.status !== MutantRunStatus.Survived) break;
    }
    return result;
  }

  async dispose() {
    try {
      this.#mocha?.dispose();
    } catch (error) {
      // A mutant hangs, and Stryker ends this process.
      if ((error as { code?: unknown }).code !== 'ERR_MOCHA_INSTANCE_ALREADY_RUNNING') throw error;
    }
  }

  async #run(run: { bail: boolean; mutant?: string }): Promise<DryRunResult> {
    try {
      instrumented.activeMutant = undefined;
      this.#mocha ??= await this.#loaded();
      instrumented.activeMutant = run.mutant;
      return await runOf(this.#mocha, run.bail);
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error) };
    }
  }

  async #loaded() {
    const mocha = new Mocha({ reporter: CollectingReporter as never, timeout: 0 });
    mocha.cleanReferencesAfterRun(false);
    for (const file of this.#files.flatMap((pattern) => globSync(pattern).sort())) mocha.addFile(file);
    // Mocha asks a pattern which tests to run. This one knows them by their name.
    mocha.grep({ test: (title: string) => this.#selected?.has(title) ?? true } as RegExp);
    mocha.suite.beforeEach(function (this: Mocha.Context) {
      if (recordsTests) instrumented.currentTestId = this.currentTest?.fullTitle();
    });
    await import(pathToFileURL(path.resolve('test/support/setup.ts')).href);
    // A failed property is enough: its smallest case is not wanted here, and costs many runs.
    fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
    await mocha.loadFilesAsync();
    quickestFirst(mocha.suite, durations());
    return mocha;
  }
}

process.on('uncaughtException', () => undefined);

/** Stryker lets a mutant run 100 times as often as the original did in all tests. An endless loop is clear far sooner. */
const HITS_SPARED = 20;

/** Runs what is selected. What it leaves behind may fail later, which is no fault of the mutant that is tried then. */
async function runOf(mocha: Mocha, bail: boolean): Promise<DryRunResult> {
  bailAfterFirst(mocha.suite, bail);
  const others = new Set(process.listeners('uncaughtException'));
  await new Promise<void>((resolve) => mocha.run(() => resolve()));
  // Mocha's own would end the process, now that its run is over.
  for (const listener of process.listeners('uncaughtException')) {
    if (!others.has(listener)) process.off('uncaughtException', listener);
  }
  const timeout = determineHitLimitReached(instrumented.hitCount, instrumented.hitLimit);
  return timeout ?? { status: DryRunStatus.Complete, tests: results };
}

/** Test files in fresh modules. Mocha's own loading would find them in the cache of `require`. */
async function loadedFresh(files: readonly string[]): Promise<Mocha> {
  const mocha = new Mocha({ reporter: CollectingReporter as never, timeout: 20_000 });
  const { EVENT_FILE_POST_REQUIRE, EVENT_FILE_PRE_REQUIRE } = Mocha.Suite.constants;
  for (const file of files) {
    mocha.suite.emit(EVENT_FILE_PRE_REQUIRE, globalThis, file, mocha);
    await import(pathToFileURL(path.resolve(file)).href);
    mocha.suite.emit(EVENT_FILE_POST_REQUIRE, globalThis, file, mocha);
  }
  quickestFirst(mocha.suite, durations());
  return mocha;
}

/** What the run without a mutant showed. For the processes that start later, beside the mutated code. */
interface Rehearsal {
  /** How long each test took. */
  milliseconds: Record<string, number>;
  /** The file of each test. */
  files: Record<string, string>;
  /** The tests that reach each mutant. */
  reached: Record<string, string[]>;
}

const REHEARSAL = 'rehearsal.json';

let known: Rehearsal | undefined;

function writeRehearsal(tests: readonly TestResult[], perTest: Record<string, Record<string, number>>) {
  const reached: Record<string, string[]> = {};
  for (const [test, mutants] of Object.entries(perTest)) {
    for (const mutant of Object.keys(mutants)) {
      reached[mutant] ??= [];
      reached[mutant].push(test);
    }
  }
  known = {
    milliseconds: Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs])),
    files: Object.fromEntries(tests.map(({ id, fileName }) => [id, fileName ?? ''])),
    reached,
  };
  writeFileSync(REHEARSAL, JSON.stringify(known));
}

function rehearsal(): Rehearsal {
  if (known !== undefined) return known;
  if (!existsSync(REHEARSAL)) return { milliseconds: {}, files: {}, reached: {} };
  known = JSON.parse(readFileSync(REHEARSAL, 'utf8')) as Rehearsal;
  return known;
}

type Durations = ReadonlyMap<string, number>;

const durations = (): Durations => new Map(Object.entries(rehearsal().milliseconds));

/** The test files that reach most of the mutants of a file; all of them if none does. */
function testFilesFor(mutated: string): string[] {
  const { files, reached } = rehearsal();
  const counts = new Map(Object.values(files).map((file) => [file, 0]));
  for (const [, mutant = ''] of readFileSync(mutated, 'utf8').matchAll(/stryMutAct_9fa48\("(\d+)"\)/g)) {
    for (const file of new Set(reached[mutant]?.map((test) => files[test] ?? ''))) {
      counts.set(file, (counts.get(file) ?? 0) + 1);
    }
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  const useful = ranked.filter(([, count]) => count > 0);
  return (useful.length > 0 ? useful : ranked).map(([file]) => file);
}

/** Most mutants fail in a quick test, which then spares the slow ones. A test that waits in vain fails soon. */
function quickestFirst(suite: Mocha.Suite, known: Durations): number {
  const ofTest = (test: Mocha.Test) => known.get(test.fullTitle()) ?? 0;
  const ofSuite = new Map(suite.suites.map((child) => [child, quickestFirst(child, known)]));
  for (const test of suite.tests) {
    if (known.size > 0) test.timeout(2000 + 20 * ofTest(test));
    // A test that was given up may end later, in the run of the next mutant.
    if (test.listenerCount('error') === 0) test.on('error', () => undefined);
  }
  suite.tests.sort((a, b) => ofTest(a) - ofTest(b));
  suite.suites.sort((a, b) => (ofSuite.get(a) ?? 0) - (ofSuite.get(b) ?? 0));
  const own = suite.tests.reduce((sum, test) => sum + ofTest(test), 0);
  return [...ofSuite.values()].reduce((sum, time) => sum + time, own);
}

function bailAfterFirst(suite: Mocha.Suite, bail: boolean) {
  suite.bail(bail);
  for (const child of suite.suites) bailAfterFirst(child, bail);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'mocha', MochaRunner as never)];
