import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { percentile } from '../statistics.ts';

/** Compiles a file as an ES module, as the loader does before it runs it, and writes the milliseconds. */
const SCRIPT = `
  const text = process.getBuiltinModule('node:fs').readFileSync(process.argv[1], 'utf8');
  const { SourceTextModule } = process.getBuiltinModule('node:vm');
  const [seconds, nanoseconds] = process.hrtime();
  new SourceTextModule(text);
  const [until, rest] = process.hrtime();
  console.log((until - seconds) * 1e3 + (rest - nanoseconds) / 1e6);
`;

/**
 * Returns the time that V8 takes to read a file in a new process: milliseconds, lower quartile of the rounds. Each
 * process that loads the file spends it, whatever it uses of the file.
 *
 * @param started - called with the id of each process
 */
export async function readingMs(
  file: string,
  rounds: number,
  started?: (pid: number) => void,
): Promise<number> {
  const args = ['--no-warnings', '--experimental-vm-modules', '--input-type=module', '--eval', SCRIPT, file];
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const running = promisify(execFile)(process.execPath, args);
    started?.(running.child.pid as number);
    times.push(Number((await running).stdout));
  }
  return percentile(times, 0.25);
}
