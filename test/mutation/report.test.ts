import { expect } from 'chai';
import type { Survivors } from '../../scripts/mutation/accepted.ts';
import type { Fate, JudgedMutant } from '../../scripts/mutation/mutants.ts';
import { noCounts } from '../../scripts/mutation/record.ts';
import { failuresOf } from '../../scripts/mutation/report.ts';

const mutant = (fate: Fate): JudgedMutant => ({
  file: 'lib/iam/arn.ts',
  line: 'return null;',
  mutator: 'ConditionalExpression',
  original: 'a',
  replacement: 'true',
  fate,
  lineNumber: 1,
});

const none: Survivors = { unexplained: [], accepted: [], outdated: [], noticed: [] };
const good = { ...noCounts(), killed: 90, survived: 10 };

function failures(isSample: boolean, survivors: number, killed: number, room = good) {
  const unexplained = Array.from({ length: survivors }, () => mutant('survived'));
  const others = Array.from({ length: killed }, () => mutant('killed'));
  const judged = [...unexplained, ...others, mutant('ignored')];
  return failuresOf({ room: 'iam', isSample }, judged, { ...none, unexplained }, room);
}

describe('failuresOf', () => {
  it('is a survivor without a reason, in files that were named or that changed', () => {
    expect(failures(false, 0, 10)).to.deep.equal([]);
    expect(failures(false, 1, 99)).to.deep.equal(['iam: survivors without a reason: 1']);
  });

  it('is more than one such survivor in ten, in a sample of files that did not change', () => {
    expect(failures(true, 1, 9)).to.deep.equal([]);
    expect(failures(true, 2, 17)).to.deep.equal(['iam: survivors without a reason: 2']);
  });

  it('is a room under 90 %', () => {
    const bad = { ...noCounts(), killed: 89, timedOut: 0, survived: 11 };
    expect(failures(true, 0, 10, bad)).to.deep.equal(['iam: 89.0 % is under 90 %']);
  });

  it('is a reason whose mutant is gone', () => {
    const survivors = { ...none, outdated: [{ ...mutant('survived'), reason: 'Saves time only.' }] };
    expect(failuresOf({ room: 'iam', isSample: true }, [], survivors, good)).to.deep.equal([
      'iam: outdated reasons: 1',
    ]);
  });
});
