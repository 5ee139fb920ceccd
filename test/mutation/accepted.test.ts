import { expect } from 'chai';
import { withReasons } from '../../scripts/mutation/accepted.ts';
import type { Fate, JudgedMutant } from '../../scripts/mutation/mutants.ts';

const FILE = 'lib/iam/arn.ts';
const LINE = 'if (latest !== null) return latest;';

function judged(fate: Fate, more: Partial<JudgedMutant> = {}): JudgedMutant {
  const mutator = 'ConditionalExpression';
  const original = 'latest !== null';
  return { file: FILE, line: LINE, mutator, original, replacement: 'false', fate, lineNumber: 63, ...more };
}

const reason = {
  file: FILE,
  line: LINE,
  mutator: 'ConditionalExpression',
  original: 'latest !== null',
  replacement: 'false',
  reason: 'Saves time only: the slow path returns the same.',
};

describe('withReasons', () => {
  it('accepts a survivor by its text, on whichever line it is', () => {
    for (const lineNumber of [63, 900]) {
      const mutant = judged('survived', { lineNumber });
      const got = withReasons([mutant], [reason]);
      expect(got).to.deep.equal({ unexplained: [], accepted: [mutant], outdated: [], noticed: [] });
    }
  });

  it('accepts a mutant that no test reaches as it does a survivor', () => {
    const mutant = judged('unreached');
    expect(withReasons([mutant], [reason]).accepted).to.deep.equal([mutant]);
    expect(withReasons([mutant], []).unexplained).to.deep.equal([mutant]);
  });

  it('does not accept a survivor that differs in one part', () => {
    for (const more of [
      { file: 'lib/iam/evaluate.ts' },
      { line: LINE.replace('null', 'undefined') },
      { mutator: 'BooleanLiteral' },
      { original: 'latest' },
      { replacement: 'true' },
    ]) {
      const mutant = judged('survived', more);
      expect(withReasons([mutant], [reason]).unexplained, JSON.stringify(more)).to.deep.equal([mutant]);
    }
  });

  const none = { unexplained: [], accepted: [], outdated: [], noticed: [] };

  it('reports a reason as outdated if its mutant is ignored or no longer exists', () => {
    expect(withReasons([judged('ignored')], [reason])).to.deep.equal({ ...none, outdated: [reason] });
    const other = judged('killed', { replacement: 'true' });
    expect(withReasons([other], [reason])).to.deep.equal({ ...none, outdated: [reason] });
  });

  it('names the reason of a mutant that is killed or times out, which beside less work may survive', () => {
    for (const fate of ['killed', 'timedOut'] as const) {
      expect(withReasons([judged(fate)], [reason])).to.deep.equal({ ...none, noticed: [reason] });
    }
  });

  it('says nothing about reasons for files that were not judged', () => {
    const other = judged('killed', { file: 'lib/iam/evaluate.ts' });
    expect(withReasons([other], [reason]).outdated).to.deep.equal([]);
  });
});
