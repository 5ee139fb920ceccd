import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, Outcome } from './measure.ts';
import type { RealTable } from './real-tables.ts';
import { APIS } from './requests.ts';

/**
 * Measures each table on each kind of API, on all cores. The result depends on the tables and on the number of callers
 * alone.
 *
 * @param callers - for each table and model: of the kinds of callers in equal parts if it is a multiple of five
 */
export async function measureAll(
  tables: readonly RealTable[],
  callers: number,
): Promise<readonly (readonly Outcome[])[]> {
  const jobs = tables.flatMap((table, seed) => APIS.map((api): Job => ({ table, api, callers, seed })));
  // The largest first, so that no core is left with one of them at the end.
  const order = [...jobs.keys()].sort((one, other) => sizeOf(jobs[other]) - sizeOf(jobs[one]));
  const outcomes = new Array<readonly Outcome[]>(jobs.length);
  const work = async () => {
    for (let at = order.shift(); at !== undefined; at = order.shift()) {
      const job = jobs[at] as Job;
      outcomes[at] = await run(job);
      process.stderr.write(`${job.table.name}, ${job.api}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return outcomes;
}

function sizeOf(job: Job | undefined): number {
  return job?.table.keys.length ?? 0;
}

function run(job: Job): Promise<readonly Outcome[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: job });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
