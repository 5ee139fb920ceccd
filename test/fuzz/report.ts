import { printedTest } from './printed-test.ts';
import type { TargetResult } from './run.ts';
import type { FoundCase } from './slice.ts';
import type { AnyTarget } from './target.ts';

const counted = (count: number) => count.toLocaleString('en');

/** The error of a found case, and the test to keep. */
export function foundReport(target: AnyTarget, found: FoundCase): string {
  const { file, text } = printedTest(target, found);
  const { error, seed, path } = found;
  return [
    `${target.name}: FOUND a case, minimised (seed ${seed}, path ${path})`,
    `  ${target.claim}`,
    String(error instanceof Error ? error.stack : error).replace(/^/gm, '  '),
    `Save this test as ${file}, run it with \`npm test -- --grep 'fuzz: ${target.name}'\`, and mend what it shows.`,
    `Then move the case into ${target.home}, under a name that says what went wrong.`,
    '',
    text,
  ].join('\n');
}

/** One line for a target. */
export function lineOf({ target, runs, found }: TargetResult): string {
  return `${target.name}: ${counted(runs)} inputs${found === null ? '' : ', a case was FOUND'}`;
}

/** The last line. */
export function sumOf(results: readonly TargetResult[]): string {
  const found = results.filter((result) => result.found !== null);
  const names = found.map(({ target }) => target.name).join(', ');
  const verdict = found.length === 0 ? 'every claim held' : `cases found: ${names}`;
  return `fuzz: ${counted(inputsOf(results))} inputs for ${results.length} claims, ${verdict}`;
}

/** The counts of a run, as those of the other runs of `.ci/run`: a claim is a test, and a property that draws inputs. */
export function tallyOf(results: readonly TargetResult[]): Readonly<Record<string, number>> {
  const failed = results.filter(({ found }) => found !== null).length;
  const passed = results.length - failed;
  return { passed, failed, skipped: 0, properties: results.length, cases: inputsOf(results) };
}

function inputsOf(results: readonly TargetResult[]): number {
  return results.reduce((sum, { runs }) => sum + runs, 0);
}
