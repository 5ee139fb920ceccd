/**
 * npm run smoke [-- FOLDER]
 *
 * Loads the packed package under other runtimes, and compares what it decides with what it decides under this Node.js.
 * Prints a line for each runtime and case. The runtimes are those of scripts/locked/runtimes, installed in FOLDER or in a
 * temporary folder. Needs the npm registry.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pack } from './examples/projects.ts';
import { installLocked } from './locked/locked.ts';
import { installedRuntimes, type Runtime } from './smoke/runtimes.ts';

/** The decision of each case of scripts/smoke/decide.mjs, by its first word. */
const EXPECTED: Readonly<Record<string, string>> = { allows: 'allow', denies: 'deny', fails: 'fault' };
const CASES = 18;

interface Line {
  readonly name: string;
  readonly kind: string;
  readonly decision: { readonly decision: string };
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'smoke-'));
const tally = { passed: 0, failed: 0, skipped: 0 };

function count(title: string, problem: string | null): void {
  tally[problem === null ? 'passed' : 'failed'] += 1;
  console.log(problem === null ? `  ok    ${title}` : `  FAILED ${title}: ${problem}`);
}

/** What the program prints under a runtime, or why it does not. */
async function linesOf({ command }: Runtime, project: string): Promise<readonly string[] | Error> {
  const [file = '', ...args] = command;
  const options = {
    cwd: project,
    timeout: 60_000,
    env: { ...process.env, AWS_LAMBDA_FUNCTION_NAME: 'smoke' },
  };
  try {
    const { stdout } = await promisify(execFile)(file, [...args, path.join(project, 'decide.mjs')], options);
    return stdout.trim().split('\n');
  } catch (error) {
    return error as Error;
  }
}

function compare(runtime: Runtime, lines: readonly string[] | Error, reference: readonly string[]): void {
  if (lines instanceof Error) return count(`${runtime.name} runs the program`, lines.message);
  count(`${runtime.name} decides all cases`, lines.length === CASES ? null : `${lines.length} of ${CASES}`);
  for (const [at, line] of lines.entries()) {
    const { name, kind, decision } = JSON.parse(line) as Line;
    const isExpected = decision.decision === EXPECTED[name.split(' ')[0] ?? ''];
    const problem = !isExpected ? line : line === reference[at] ? null : `${line}, and not ${reference[at]}`;
    count(`${runtime.name} ${name} (${kind})`, problem);
  }
}

try {
  const project = path.join(scratch, 'project');
  await installLocked('user-of-middy-7', project, await pack(scratch));
  fs.copyFileSync(path.join(import.meta.dirname, 'smoke/decide.mjs'), path.join(project, 'decide.mjs'));
  const runtimes = await installedRuntimes(process.argv.slice(2), scratch);
  const own = await linesOf({ name: 'node', command: [process.execPath] }, project);
  if (own instanceof Error) throw own;
  for (const runtime of runtimes) compare(runtime, await linesOf(runtime, project), own);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
if (process.env['TALLY_FILE'] !== undefined)
  fs.writeFileSync(process.env['TALLY_FILE'], JSON.stringify(tally));
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
