// `npm run mutation [rooms or files]` changes the code in small ways, one at a time, and runs the tests against each
// change: a mutant that no test notices needs a test, or a reason in test/mutation/accepted/. Without names it judges all
// rooms. `--changed [--within SECONDS]` judges the files that differ from the record, and a sample of the others. It fails
// if the time does not suffice for what differs.
import { parseArgs } from 'node:util';
import { acceptedOf, withReasons } from './mutation/accepted.ts';
import { judgeMutants } from './mutation/mutants.ts';
import { planChanged, planNamed, secondsFor, type Task } from './mutation/plan.ts';
import { countsOfRoom, readRecord, updatedRecord, writeRecord } from './mutation/record.ts';
import { printRoom, printSum } from './mutation/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { changed: { type: 'boolean', default: false }, within: { type: 'string' } },
});
const within = Number(values.within ?? Number.POSITIVE_INFINITY);
if (Number.isNaN(within) || within <= 0) throw new Error('--within takes a number of seconds: --within 60');

const started = Date.now();
const record = readRecord();
const tasks: readonly Task[] = values.changed ? planChanged(record) : planNamed(positionals);
const failures: string[] = [];
const unjudged: string[] = [];
let updated = record;

for (const task of tasks) {
  const elapsed = (Date.now() - started) / 1000;
  if (task !== tasks[0] && elapsed + secondsFor(task) > within) {
    console.log(`${task.room}: not judged, the time does not suffice: ${task.files.join(', ')}`);
    if (!task.isSample) unjudged.push(...task.files);
    continue;
  }
  const judged = await judgeMutants(task.room, task.files);
  updated = updatedRecord(updated, task.files, judged);
  const survivors = withReasons(judged, acceptedOf(task.room));
  failures.push(...printRoom(task, judged, survivors, countsOfRoom(updated, task.room)));
}

if (!values.changed) writeRecord(updated);
if (unjudged.length > 0) {
  failures.push(
    `run \`npm run mutation -- ${unjudged.join(' ')}\` and commit the record: they differ from it`,
  );
}
printSum(updated, failures);
process.exitCode = failures.length === 0 ? 0 : 1;
