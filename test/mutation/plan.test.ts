import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { mutantsOf, planChanged, planNamed, sampleOf } from '../../scripts/mutation/plan.ts';
import { hashOf, type MutationRecord, noCounts } from '../../scripts/mutation/record.ts';
import { filesOf, ROOMS, secondsAMutant } from '../../scripts/mutation/rooms.ts';

const ALL = Object.keys(ROOMS).flatMap(filesOf);

/** A record in which each file is unchanged and has so many mutants. */
function recordOf(mutants: number): MutationRecord {
  return Object.fromEntries(
    ALL.map((file) => [file, { sha256: hashOf(file), ...noCounts(), killed: mutants }]),
  );
}

describe('planNamed', () => {
  it('takes all files of all seven rooms when nothing is named', () => {
    const tasks = planNamed([]);
    expect(tasks.map(({ room }) => room)).to.have.members([
      'iam',
      'answer',
      'routes',
      'token',
      'jwks',
      'rules',
      'policy-compiler',
    ]);
    expect(tasks.flatMap(({ files }) => files)).to.have.members(ALL);
  });

  it('takes rooms and single files, one task for each room', () => {
    const tasks = planNamed(['iam', 'lib/rules/rule.ts', 'lib/rules/grants.ts']);
    expect(tasks.map(({ room, files }) => ({ room, files }))).to.deep.equal([
      { room: 'iam', files: filesOf('iam') },
      { room: 'rules', files: ['lib/rules/rule.ts', 'lib/rules/grants.ts'] },
    ]);
  });

  it('refuses names that are neither, and names the rooms', () => {
    expect(() => planNamed(['iamm'])).to.throw('iamm is neither a file nor one of the rooms iam, answer');
    expect(() => planNamed(['lib/net/ip-address.ts'])).to.throw(
      'lib/net/ip-address.ts is in none of the rooms',
    );
  });
});

describe('planChanged', () => {
  it('takes the files that differ from the record first, then a sample of the others', () => {
    const record = recordOf(1000);
    const changed = { ...record, 'lib/iam/arn.ts': { sha256: 'another', ...noCounts() } };
    const [first, ...others] = planChanged(changed);
    expect(first).to.deep.include({ room: 'iam', files: ['lib/iam/arn.ts'] });
    expect(others.flatMap(({ files }) => files))
      .to.have.lengthOf(1)
      .and.not.include('lib/iam/arn.ts');
  });

  it('takes changed files in slices of about half a minute, so that the time can be kept', () => {
    const unlike = Object.entries(recordOf(90)).map(([file, counts]) => [
      file,
      { ...counts, sha256: 'another' },
    ]);
    const tasks = planChanged(Object.fromEntries(unlike) as MutationRecord);
    expect(tasks.flatMap(({ files }) => files)).to.have.members(ALL);
    for (const { files, seconds, room } of tasks) {
      expect(seconds).to.be.closeTo(90 * files.length * secondsAMutant(room), 1e-6);
      if (files.length > 1) expect(seconds).to.be.at.most(30);
      expect(files.every((file) => file.startsWith(`lib/${room}/`))).to.equal(true);
    }
  });

  it('takes a file of more mutants by itself', () => {
    const unlike = Object.entries(recordOf(900)).map(([file, counts]) => [
      file,
      { ...counts, sha256: 'another' },
    ]);
    const tasks = planChanged(Object.fromEntries(unlike) as MutationRecord);
    expect(tasks.map(({ files }) => files.length)).to.deep.equal(ALL.map(() => 1));
  });

  it('takes a sample only when nothing differs', () => {
    const tasks = planChanged(recordOf(1000));
    expect(tasks.map(({ files }) => files.length)).to.deep.equal([1]);
    expect(tasks[0]?.why).to.match(/^a sample, drawn by the commit [0-9a-f]{7}$/);
  });
});

describe('mutantsOf', () => {
  it('is the count on record, or follows from the lines', () => {
    expect(mutantsOf(recordOf(7), 'lib/iam/arn.ts')).to.equal(7);
    expect(mutantsOf(recordOf(0), 'lib/iam/arn.ts')).to.equal(0);
    const lines = readFileSync('lib/iam/arn.ts', 'utf8').split('\n').length;
    expect(mutantsOf({}, 'lib/iam/arn.ts')).to.be.within(lines / 2, lines);
  });
});

describe('sampleOf', () => {
  const seed = (place: number) => place.toString(16).padStart(8, '0');

  it('is the same for the same seed, and reaches every file with other seeds', () => {
    const record = recordOf(1000);
    const drawn = ALL.map((_, place) => sampleOf(record, ALL, seed(place)));
    expect(drawn.flat()).to.deep.equal(ALL);
    expect(sampleOf(record, ALL, seed(ALL.length + 3))).to.deep.equal(drawn[3]);
  });

  it('takes neighbouring files of one room, up to about half a minute', () => {
    const iam = filesOf('iam');
    const from = iam.length - 1;
    const sample = sampleOf(recordOf(80), ALL, seed(ALL.indexOf(iam[from] ?? '')));
    expect(sample).to.deep.equal([iam[from], ...iam.slice(0, 2)]);
  });

  it('goes on after files without mutants, such as those of types', () => {
    const iam = filesOf('iam');
    const record = { ...recordOf(1000), [iam[0] as string]: { sha256: '', ...noCounts() } };
    expect(sampleOf(record, ALL, seed(ALL.indexOf(iam[0] as string)))).to.deep.equal(iam.slice(0, 1));
    const small = { ...recordOf(100), [iam[0] as string]: { sha256: '', ...noCounts() } };
    expect(sampleOf(small, ALL, seed(ALL.indexOf(iam[0] as string)))).to.deep.equal(iam.slice(0, 3));
  });

  it('is empty when there is nothing to draw from', () => {
    expect(sampleOf({}, [], seed(1))).to.deep.equal([]);
  });
});
