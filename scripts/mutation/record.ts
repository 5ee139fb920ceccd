import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Fate, JudgedMutant } from './mutants.ts';
import { filesOf, ROOMS, roomOf } from './rooms.ts';

export type Counts = Record<Fate, number>;

/** What became of a file's mutants when they were last judged, and of which text of the file. */
export type FileRecord = { sha256: string } & Counts;

/** By file, from the last runs. A fresh clone has no other memory of them. */
export type MutationRecord = Record<string, FileRecord>;

export const RECORD = 'test/mutation/record.json';

export const noCounts = (): Counts => ({ killed: 0, timedOut: 0, survived: 0, unreached: 0, ignored: 0 });

export function countsOf(judged: readonly { fate: Fate }[]): Counts {
  const counts = noCounts();
  for (const { fate } of judged) counts[fate] += 1;
  return counts;
}

export function sumOf(all: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const counts of all) for (const fate of Object.keys(sum) as Fate[]) sum[fate] += counts[fate];
  return sum;
}

/** The share of mutants that the tests noticed, in percent. Ignored ones do not count; those that no test reaches do. */
export function scoreOf({ killed, timedOut, survived, unreached }: Counts): number {
  const all = killed + timedOut + survived + unreached;
  return all === 0 ? 100 : (100 * (killed + timedOut)) / all;
}

export const readRecord = (): MutationRecord =>
  existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as MutationRecord) : {};

/** The record with these files judged anew, and without files that no longer exist. */
export function updatedRecord(
  record: MutationRecord,
  files: readonly string[],
  judged: readonly JudgedMutant[],
): MutationRecord {
  const existing = new Set(Object.keys(ROOMS).flatMap(filesOf));
  const entries = new Map(Object.entries(record).filter(([file]) => existing.has(file)));
  for (const file of files) {
    entries.set(file, {
      sha256: hashOf(file),
      ...countsOf(judged.filter((mutant) => mutant.file === file)),
    });
  }
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function writeRecord(record: MutationRecord) {
  const lines = Object.entries(record).map(
    ([file, counts]) =>
      `  ${JSON.stringify(file)}: ${JSON.stringify(counts)
        .replace(/([:,])/g, '$1 ')
        .replace('{', '{ ')
        .replace('}', ' }')}`,
  );
  writeFileSync(RECORD, `{\n${lines.join(',\n')}\n}\n`);
}

export const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Files whose text is not the one that was judged. */
export const changedSince = (record: MutationRecord, files: readonly string[]) =>
  files.filter((file) => record[file]?.sha256 !== hashOf(file));

/** What is on record of a room. */
export const countsOfRoom = (record: MutationRecord, room: string) =>
  sumOf(Object.entries(record).flatMap(([file, counts]) => (roomOf(file) === room ? [counts] : [])));
