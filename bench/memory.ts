import { fork } from 'node:child_process';
import type { MemoryStep } from './memory-worker.ts';

/** As in a function of 128 MB: live heap of a process with this package after so many distinct tokens (ascending). */
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
