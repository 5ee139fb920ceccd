import type { Survivors } from './accepted.ts';
import type { JudgedMutant } from './mutants.ts';
import type { Task } from './plan.ts';
import { type Counts, countsOf, countsOfRoom, type MutationRecord, scoreOf, sumOf } from './record.ts';
import { LEAST_SCORE, ROOMS } from './rooms.ts';

const percent = (counts: Counts) => `${scoreOf(counts).toFixed(1)} %`;

function shown(counts: Counts): string {
  const { killed, timedOut, survived, unreached, ignored } = counts;
  const mutants = killed + timedOut + survived + unreached;
  return (
    `${mutants} mutants, ${killed} killed, ${timedOut} timed out, ${survived} survived, ` +
    `${unreached} reached by no test: ${percent(counts)} noticed; ${ignored} ignored`
  );
}

/** Prints what became of the mutants of a task, and returns what fails the run. */
export function printRoom(
  task: Task,
  judged: readonly JudgedMutant[],
  survivors: Survivors,
  room: Counts,
): string[] {
  const what = task.why === undefined ? task.room : `${task.room} (${task.why}: ${task.files.join(', ')})`;
  console.log(`${what}: ${shown(countsOf(judged))}`);
  for (const [why, number] of reasonsOf(judged)) console.log(`  ignored, ${number}: ${why}`);
  for (const { file, lineNumber, mutator, line, original, replacement } of survivors.unexplained) {
    const place = line === original ? line : `${line}\n    ${original}`;
    console.log(`  ${file}:${lineNumber} ${mutator} survived\n    ${place}\n    -> ${replacement}`);
  }
  for (const { file, original, replacement } of survivors.outdated) {
    console.log(`  ${file}: the reason for a survivor is outdated: ${original} -> ${replacement}`);
  }
  for (const { file, original, replacement } of survivors.noticed) {
    console.log(
      `  ${file}: a test noticed what has a reason; if it does again, drop it: ${original} -> ${replacement}`,
    );
  }
  return failuresOf(task, judged, survivors, room);
}

/**
 * What fails the run. Few survivors in a sample are named, and do not fail it: the files did not change, and a mutant that
 * a test noticed by its time on one machine may survive on another.
 */
export function failuresOf(
  task: Pick<Task, 'room' | 'isSample'>,
  judged: readonly JudgedMutant[],
  { unexplained, outdated }: Survivors,
  room: Counts,
): string[] {
  const failures: string[] = [];
  const tried = judged.filter(({ fate }) => fate !== 'ignored').length;
  const most = task.isSample ? (tried * (100 - LEAST_SCORE)) / 100 : 0;
  if (unexplained.length > most)
    failures.push(`${task.room}: survivors without a reason: ${unexplained.length}`);
  if (outdated.length > 0) failures.push(`${task.room}: outdated reasons: ${outdated.length}`);
  if (scoreOf(room) < LEAST_SCORE) failures.push(`${task.room}: ${percent(room)} is under ${LEAST_SCORE} %`);
  return failures;
}

function reasonsOf(judged: readonly JudgedMutant[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { why } of judged) if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  return reasons;
}

/** Prints the record by room, and the failures. */
export function printSum(record: MutationRecord, failures: readonly string[]) {
  const rooms = Object.keys(ROOMS).map((room) => ({ room, counts: countsOfRoom(record, room) }));
  for (const { room, counts } of rooms) console.log(`${room.padEnd(16)} ${shown(counts)}`);
  console.log(`${'all'.padEnd(16)} ${shown(sumOf(rooms.map(({ counts }) => counts)))}`);
  for (const failure of failures) console.log(`FAILED ${failure}`);
}
