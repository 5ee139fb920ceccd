import { fork } from 'node:child_process';
import type { MemoryStep } from './memory-worker.ts';

/** Live heap after each number of distinct tokens (ascending), with the heap limit of a function of 128 MB. */
export function measureMemory(steps: readonly number[]): Promise<MemoryStep[]> {
  const child = fork(new URL('./memory-worker.ts', import.meta.url), {
    execArgv: ['--max-old-space-size=100'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the memory worker ended with exit code ${code}`)));
    child.once('message', (results) => {
      resolve(results as MemoryStep[]);
      child.kill();
    });
    child.send(steps);
  });
}
