import { existsSync, readFileSync } from 'node:fs';
import type { JudgedMutant, Mutant } from './mutants.ts';

/** A mutant that survives and may: the reason says why no test can or should notice it. */
export interface AcceptedMutant extends Mutant {
  reason: string;
}

export interface Survivors {
  /** Survivors that have no reason. */
  unexplained: JudgedMutant[];
  accepted: JudgedMutant[];
  /** Reasons for mutants that no longer exist. */
  outdated: AcceptedMutant[];
  /** Reasons for mutants that a test noticed this time: what only costs time may fail in time on a busy machine. */
  noticed: AcceptedMutant[];
}

const keyOf = ({ file, line, mutator, original, replacement }: Mutant) =>
  JSON.stringify([file, line, mutator, original, replacement]);

/** Joins the survivors of the files that were judged with the reasons on record. */
export function withReasons(judged: readonly JudgedMutant[], reasons: readonly AcceptedMutant[]): Survivors {
  const survivors = judged.filter(({ fate }) => fate === 'survived' || fate === 'unreached');
  const alive = new Set(survivors.map(keyOf));
  const tried = new Set(judged.filter(({ fate }) => fate !== 'ignored').map(keyOf));
  const explained = new Set(reasons.map(keyOf));
  const files = new Set(judged.map(({ file }) => file));
  const own = reasons.filter(({ file }) => files.has(file));
  return {
    unexplained: survivors.filter((mutant) => !explained.has(keyOf(mutant))),
    accepted: survivors.filter((mutant) => explained.has(keyOf(mutant))),
    outdated: own.filter((reason) => !tried.has(keyOf(reason))),
    noticed: own.filter((reason) => tried.has(keyOf(reason)) && !alive.has(keyOf(reason))),
  };
}

/** The accepted mutants of a room, from `test/mutation/accepted/<room>.json`. */
export function acceptedOf(room: string): AcceptedMutant[] {
  const file = `test/mutation/accepted/${room}.json`;
  if (!existsSync(file)) return [];
  const accepted = JSON.parse(readFileSync(file, 'utf8')) as AcceptedMutant[];
  const bare = accepted.find(({ reason }) => typeof reason !== 'string' || reason.length < 10);
  if (bare !== undefined) throw new Error(`${file}: the mutant of "${bare.line}" has no reason`);
  return accepted;
}
