import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { changedSince, type MutationRecord } from './record.ts';
import { filesOf, ROOMS, roomOf } from './rooms.ts';

/** Files of one room that are judged in one run of its tests. */
export interface Task {
  room: string;
  files: readonly string[];
  /** Said in the output, unless the whole room is judged. */
  why?: string;
}

/** The files of a sample have about so many mutants in all, which takes about half a minute. */
const SAMPLE = 200;

/** Rooms or files by name; all rooms without names. */
export function planNamed(names: readonly string[]): Task[] {
  const all = names.length === 0 ? Object.keys(ROOMS) : names;
  const files = all.flatMap((name) => (name in ROOMS ? filesOf(name) : [existingFile(name)]));
  return byRoom(files);
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
    ...byRoom(changed).map((task) => ({ ...task, why: 'changed since the record' })),
    ...byRoom(sample).map((task) => ({
      ...task,
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
  let mutants = 0;
  for (const file of [...room.slice(room.indexOf(first)), ...room.slice(0, room.indexOf(first))]) {
    const { killed = 0, timedOut = 0, survived = 0 } = record[file] ?? {};
    if (sample.length > 0 && mutants + killed + timedOut + survived > SAMPLE) break;
    mutants += killed + timedOut + survived;
    sample.push(file);
  }
  return sample;
}

const byRoom = (files: readonly string[]): Task[] =>
  Object.keys(ROOMS).flatMap((room) => {
    const own = files.filter((file) => roomOf(file) === room);
    return own.length === 0 ? [] : [{ room, files: own }];
  });

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
