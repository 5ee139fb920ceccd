/**
 * npm run bench:cli
 *
 * How long commands take on GitHub's routes, as whole processes of the published files: start of Node.js, import of the
 * options and the command itself. Fails if the median of the CPU time exceeds the aim: with an idle core the wall-clock time is
 * about the same, and other work on the machine adds to it.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type MeasuredCommand, measuredCommands } from './cli/commands.ts';
import { median } from './statistics.ts';

const MAIN = path.resolve(import.meta.dirname, '../dist/cli/main.js');
const ROUNDS = 7;

/** Writes the CPU time of the process, milliseconds, to its file descriptor 3. */
const METER = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    fs.writeSync(3, String((user + system) / 1000));
  });
`)}`;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-cli-'));
const slow: string[] = [];
try {
  for (const command of measuredCommands(folder)) {
    const runs = Array.from({ length: ROUNDS }, () => timesOf(command));
    const cpu = median(runs.map((run) => run.cpu));
    const wall = median(runs.map((run) => run.wall));
    console.log(
      `${command.name}: ${Math.round(cpu)} ms of CPU, ${Math.round(wall)} ms (aim: ${command.aim} ms)`,
    );
    if (cpu > command.aim) slow.push(command.name);
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
if (slow.length > 0) {
  console.error(`slower than the aim: ${slow.join(', ')}`);
  process.exitCode = 1;
}

/** The times of one process, milliseconds. */
function timesOf({ name, args, exitCodes }: MeasuredCommand): {
  readonly wall: number;
  readonly cpu: number;
} {
  const start = performance.now();
  const { status, output } = spawnSync(process.execPath, ['--import', METER, MAIN, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const wall = performance.now() - start;
  if (!exitCodes.includes(status ?? -1)) throw new Error(`${name} exited with ${status}: ${output[2]}`);
  return { wall, cpu: Number(output[3]) };
}
