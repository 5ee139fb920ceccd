import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  changedSince,
  countsOf,
  countsOfRoom,
  noCounts,
  scoreOf,
  sumOf,
  updatedRecord,
} from '../../scripts/mutation/record.ts';

const FILE = 'lib/iam/arn.ts';
const OTHER = 'lib/iam/evaluate.ts';
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

const mutant = (file: string, fate: 'killed' | 'survived') => ({
  file,
  line: '',
  mutator: '',
  original: '',
  replacement: '',
  fate,
  lineNumber: 1,
});

describe('record of mutants', () => {
  it('counts mutants by what became of them', () => {
    const counts = countsOf([{ fate: 'killed' }, { fate: 'killed' }, { fate: 'ignored' }]);
    expect(counts).to.deep.equal({ killed: 2, timedOut: 0, survived: 0, unreached: 0, ignored: 1 });
    expect(sumOf([counts, counts]).killed).to.equal(4);
  });

  it('scores killed and timed out mutants; unreached ones lower the score and ignored ones do not', () => {
    expect(scoreOf({ killed: 6, timedOut: 3, survived: 1, unreached: 0, ignored: 0 })).to.equal(90);
    expect(scoreOf({ killed: 6, timedOut: 3, survived: 0, unreached: 1, ignored: 100 })).to.equal(90);
    expect(scoreOf(noCounts())).to.equal(100);
  });

  it('holds the hash and the counts of each file that was judged, and keeps those of the others', () => {
    const first = updatedRecord({}, [FILE, OTHER], [mutant(FILE, 'killed'), mutant(OTHER, 'survived')]);
    expect(first).to.deep.equal({
      [FILE]: { sha256: sha256(FILE), ...noCounts(), killed: 1 },
      [OTHER]: { sha256: sha256(OTHER), ...noCounts(), survived: 1 },
    });
    const second = updatedRecord(first, [OTHER], [mutant(OTHER, 'killed'), mutant(OTHER, 'killed')]);
    expect(second[FILE]).to.deep.equal(first[FILE]);
    expect(second[OTHER]).to.include({ killed: 2, survived: 0 });
    expect(countsOfRoom(second, 'iam').killed).to.equal(3);
    expect(countsOfRoom(second, 'rules').killed).to.equal(0);
  });

  it('forgets files that no longer exist', () => {
    const gone = { 'lib/iam/gone.ts': { sha256: '', ...noCounts(), survived: 9 } };
    expect(updatedRecord(gone, [FILE], [])).to.have.all.keys(FILE);
  });

  it('names the files that are new or whose text is not the one that was judged', () => {
    const record = {
      [FILE]: { sha256: sha256(FILE), ...noCounts() },
      [OTHER]: { sha256: sha256(FILE), ...noCounts() },
    };
    expect(changedSince(record, [FILE, OTHER, 'lib/iam/conditions.ts'])).to.deep.equal([
      OTHER,
      'lib/iam/conditions.ts',
    ]);
  });
});
