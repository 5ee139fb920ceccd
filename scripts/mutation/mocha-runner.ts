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
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import Mocha from 'mocha';

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
 * that reach it run, up to the first failure. Stryker's own plugin reads files of Mocha that Mocha 12 no longer has.
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
    return { reloadEnvironment: false };
  }

  async dryRun({ coverageAnalysis, disableBail }: DryRunOptions): Promise<DryRunResult> {
    recordsTests = coverageAnalysis === 'perTest';
    const result = await this.#run({ bail: !disableBail });
    recordsTests = false;
    writeFileSync(
      DURATIONS,
      JSON.stringify(Object.fromEntries(results.map((test) => [test.id, test.timeSpentMs]))),
    );
    if (this.#mocha !== undefined) quickestFirst(this.#mocha.suite, durations());
    if (result.status !== DryRunStatus.Complete || instrumented.mutantCoverage === undefined) return result;
    return { ...result, mutantCoverage: instrumented.mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, disableBail, hitLimit, mutantActivation, testFilter } = options;
    instrumented.hitLimit = hitLimit === undefined ? undefined : hitLimit / HITS_SPARED + 1000;
    instrumented.hitCount = hitLimit === undefined ? undefined : 0;
    this.#selected = testFilter === undefined ? undefined : new Set(testFilter);
    const fromTheStart = mutantActivation === 'static';
    return toMutantRunResult(await this.#run({ bail: !disableBail, mutant: activeMutant.id, fromTheStart }));
  }

  async dispose() {
    try {
      this.#mocha?.dispose();
    } catch (error) {
      // A mutant hangs, and Stryker ends this process.
      if ((error as { code?: unknown }).code !== 'ERR_MOCHA_INSTANCE_ALREADY_RUNNING') throw error;
    }
  }

  async #run(run: { bail: boolean; mutant?: string; fromTheStart?: boolean }): Promise<DryRunResult> {
    try {
      instrumented.activeMutant = run.fromTheStart ? run.mutant : undefined;
      this.#mocha ??= await this.#loaded();
      const mocha = this.#mocha;
      instrumented.activeMutant = run.mutant;
      bailAfterFirst(mocha.suite, run.bail);
      await new Promise<void>((resolve) => mocha.run(() => resolve()));
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error) };
    }
    const timeout = determineHitLimitReached(instrumented.hitCount, instrumented.hitLimit);
    return timeout ?? { status: DryRunStatus.Complete, tests: results };
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

/** Stryker lets a mutant run 100 times as often as the original did in all tests. An endless loop is clear far sooner. */
const HITS_SPARED = 20;

/** How long each test took when nothing was mutated, for the processes that start later. Beside the mutated code. */
const DURATIONS = 'test-durations.json';

type Durations = ReadonlyMap<string, number>;

const durations = (): Durations =>
  new Map(existsSync(DURATIONS) ? Object.entries(JSON.parse(readFileSync(DURATIONS, 'utf8')) as object) : []);

/** Most mutants fail in a quick test, which then spares the slow ones. A test that waits in vain fails soon. */
function quickestFirst(suite: Mocha.Suite, known: Durations): number {
  const ofTest = (test: Mocha.Test) => known.get(test.fullTitle()) ?? 0;
  const ofSuite = new Map(suite.suites.map((child) => [child, quickestFirst(child, known)]));
  for (const test of suite.tests) if (known.size > 0) test.timeout(2000 + 20 * ofTest(test));
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
