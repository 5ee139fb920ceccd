import { type ChildProcess, fork } from 'node:child_process';
import type { Opened, Opening, Run, Sample } from './warm-worker.ts';

/** One contender in its process. */
export interface Worker extends Opened {
  run(run: Run): Promise<Sample>;
  close(): void;
}

/**
 * Starts the process and creates the contender.
 *
 * @param output - of its standard output. Default: ignored, so that the time of a reader does not count as the
 *   contender's
 */
export async function startWorker(opening: Opening, output: 'pipe' | 'ignore' = 'ignore'): Promise<Worker> {
  const child = fork(new URL('./warm-worker.ts', import.meta.url), {
    stdio: ['ignore', output, 'inherit', 'ipc'],
    execArgv: [],
  });
  child.stdout?.resume();
  const opened = await ask<Opened>(child, opening);
  return { ...opened, run: (run) => ask<Sample>(child, run), close: () => child.kill() };
}

function ask<Answer>(child: ChildProcess, question: Opening | Run): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`a contender ended with exit code ${code}`));
    child.once('exit', died);
    child.once('message', (answer) => {
      child.off('exit', died);
      resolve(answer as Answer);
    });
    child.send(question);
  });
}
