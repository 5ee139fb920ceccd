import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { changedSince, type MutationRecord } from './record.ts';
import { filesOf, ROOMS, roomOf, secondsAMutant } from './rooms.ts';

/** Files of one room that are judged in one run of its tests. */
export interface Task {
  room: string;
  files: readonly string[];
  /** Said in the output, unless the whole room is judged. */
  why?: string;
  /** About so long the mutants take, without the start. */
  seconds: number;
  /** Drawn by chance from what did not change. */
  isSample: boolean;
}

/** The files of a sample take about so many seconds. */
const SAMPLE = 30;

/** Changed files are judged in slices of about so many seconds, so that the time can be kept. */
const SLICE = 30;

/** Until the first mutant of a task runs. */
const SECONDS_TO_START = 8;

export const secondsFor = ({ seconds }: Pick<Task, 'seconds'>) => SECONDS_TO_START + seconds;

/** Rooms or files by name; all rooms without names. */
export function planNamed(names: readonly string[]): Task[] {
  const all = names.length === 0 ? Object.keys(ROOMS) : names;
  const files = all.flatMap((name) => (name in ROOMS ? filesOf(name) : [existingFile(name)]));
  return byRoom({}, files);
}

function existingFile(name: string): string {
  if (!existsSync(name))
    throw new Error(`${name} is neither a file nor one of the rooms ${Object.keys(ROOMS).join(', ')}`);
  return name;
}

/** The files that differ from the record; then a sample of one room, so that tests that lost their grip are noticed. */
export function planChanged(record: MutationRecord): Task[] {
  const all = Object.keys(ROOMS).flatMap(filesOf);
  const changed = changedSince(record, all);
  const unchanged = all.filter((file) => !changed.includes(file));
  const sample = sampleOf(record, unchanged, commit());
  return [
    ...byRoom(record, changed)
      .flatMap((task) => slicesOf(record, task))
      .map((task) => ({ ...task, why: 'changed since the record' })),
    ...byRoom(record, sample).map((task) => ({
      ...task,
      isSample: true,
      why: `a sample, drawn by the commit ${commit().slice(0, 7)}`,
    })),
  ];
}

/** Neighbouring files of one room, from a place that the seed (hexadecimal) decides. */
export function sampleOf(record: MutationRecord, files: readonly string[], seed: string): string[] {
  const first = files[Number.parseInt(seed.slice(0, 8), 16) % Math.max(files.length, 1)];
  if (first === undefined) return [];
  const room = files.filter((file) => roomOf(file) === roomOf(first));
  const sample: string[] = [];
  let seconds = 0;
  for (const file of [...room.slice(room.indexOf(first)), ...room.slice(0, room.indexOf(first))]) {
    if (sample.length > 0 && seconds + secondsOf(record, file) > SAMPLE) break;
    seconds += secondsOf(record, file);
    sample.push(file);
  }
  return sample;
}

/** About so many mutants has a file: what is on record, or two for every three lines. */
export function mutantsOf(record: MutationRecord, file: string): number {
  const known = record[file];
  if (known !== undefined) return known.killed + known.timedOut + known.survived + known.unreached;
  return Math.ceil((readFileSync(file, 'utf8').split('\n').length * 2) / 3);
}

function byRoom(record: MutationRecord, files: readonly string[]): Task[] {
  return Object.keys(ROOMS).flatMap((room) => {
    const own = files.filter((file) => roomOf(file) === room);
    return own.length === 0 ? [] : [taskOf(record, room, own)];
  });
}

function taskOf(record: MutationRecord, room: string, files: readonly string[]): Task {
  const seconds = files.reduce((sum, file) => sum + secondsOf(record, file), 0);
  return { room, files, seconds, isSample: false };
}

const secondsOf = (record: MutationRecord, file: string) =>
  mutantsOf(record, file) * secondsAMutant(roomOf(file));

/** The files of a task in order, as many at once as make a slice. */
function slicesOf(record: MutationRecord, { room, files }: Task): Task[] {
  const slices: string[][] = [];
  let left = 0;
  for (const file of files) {
    const seconds = secondsOf(record, file);
    if (seconds > left || slices.length === 0) {
      slices.push([]);
      left = SLICE;
    }
    slices.at(-1)?.push(file);
    left -= seconds;
  }
  return slices.map((slice) => taskOf(record, room, slice));
}

/** The commit at hand; zeros where there is no repository. */
function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '0'.repeat(40);
  }
}
