import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseArguments, UsageError } from './arguments.ts';
import { printedTest } from './printed-test.ts';
import { foundReport, lineOf, sumOf, tallyOf } from './report.ts';
import { runTargets, type TargetResult } from './run.ts';
import type { FoundCase } from './slice.ts';
import type { AnyTarget, FuzzTarget } from './target.ts';
import { TARGETS, targetOf } from './targets.ts';

const MOCHA = path.resolve('node_modules/mocha/bin/mocha.js');

/** Runs a file with mocha in a process of its own. */
function mocha(file: string, env: Readonly<Record<string, string>>) {
  const { status, stdout } = spawnSync(process.execPath, [MOCHA, '--no-config', file], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stdout };
}

/** Odd in each way that a literal must survive. */
const oddInputs = fc.record({
  list: fc.array(fc.nat(9), { maxLength: 8 }),
  text: fc.string({ unit: 'binary' }),
  json: fc.dictionary(fc.constantFrom('__proto__', 'a'), fc.jsonValue({ maxDepth: 1 })),
});

/** A target whose claim does not hold for lists of more than two, and a good one. */
function planted(check: FuzzTarget<{ list: number[] }>['check']): AnyTarget {
  return {
    name: 'planted',
    claim: "holds, isn't it",
    home: 'test/x.test.ts',
    inputs: oddInputs,
    ciRuns: 50,
    check,
  };
}
const good: AnyTarget = { ...planted(() => undefined), name: 'good', claim: 'always holds', ciRuns: 70 };
const bad = planted(({ list }) => {
  if (list.length > 2) throw new Error('three are too many');
});

async function run(targets: readonly AnyTarget[], args: readonly string[]) {
  const found: FoundCase[] = [];
  const results = await runTargets({ ...parseArguments(args), targets }, (_, one) => found.push(one));
  return { results, found };
}

describe('npm run fuzz', () => {
  it('minimises a case, and goes on with the other targets', async () => {
    const { results, found } = await run([bad, good], ['1s', '--seed', '5']);
    expect(found).to.have.lengthOf(1);
    expect(found[0]?.input).to.deep.equal({ list: [0, 0, 0], text: '', json: {} });
    expect(results.map(({ found: one }) => one === null)).to.deep.equal([false, true]);
    expect(results[1]?.runs).to.be.above(500);
    expect(lineOf(results[0] as never)).to.match(/^planted: \d+ inputs, a case was FOUND$/);
    expect(sumOf(results)).to.match(/^fuzz: [\d,]+ inputs for 2 claims, cases found: planted$/);
  });

  it('prints a test that fails with the fault and passes without it', async function () {
    this.timeout(60_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-'));
    try {
      fs.mkdirSync(path.join(folder, 'found'));
      fs.writeFileSync(
        path.join(folder, 'targets.ts'),
        `export const targetOf = (_name: string) => ({
          check({ list }: { list: number[] }) {
            if (process.env['FAULT'] === 'yes' && list.length > 2) throw new Error('three are too many');
          },
        });\n`,
      );
      const { found } = await run([bad], ['--runs', '500', '--seed', '5']);
      const { file, text } = printedTest(bad, found[0] as FoundCase, 'found');
      const report = foundReport(bad, found[0] as FoundCase);
      expect(report)
        .to.include(text)
        .and.include('test/fuzz/found/planted-5.test.ts')
        .and.include('three are too many');
      fs.writeFileSync(path.join(folder, file), text);
      const withFault = mocha(path.join(folder, file), { FAULT: 'yes' });
      expect(withFault.status, withFault.stdout).to.equal(1);
      expect(withFault.stdout).to.include('three are too many').and.include("holds, isn't it (seed 5)");
      const without = mocha(path.join(folder, file), { FAULT: 'no' });
      expect(without.status, without.stdout).to.equal(0);
      expect(without.stdout).to.include('1 passing');
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('prints the input as it was, whatever it contains', () => {
    fc.assert(
      fc.property(oddInputs, (input) => {
        const { text } = printedTest(bad, { input, error: null, seed: 1, path: '0' });
        const [, literal = ''] = /\.check\(([^\n]*)\);\n/.exec(text) ?? [];
        expect(new Function(`return ${literal}`)()).to.deep.equal(input);
      }),
      { numRuns: 200 },
    );
  });

  it('draws the same inputs for the same seed, and counts them', async () => {
    const drawn = async (): Promise<readonly string[]> => {
      const seen: string[] = [];
      const target = planted((input) => {
        seen.push(JSON.stringify(input));
      });
      const { results } = await run([target], ['--runs', '40', '--seed', '7']);
      expect(results[0]?.runs).to.equal(40);
      return seen;
    };
    expect(await drawn()).to.deep.equal(await drawn());
  });

  it('gives each target the runs of its fixed slice with --ci', async () => {
    const { results } = await run([bad, good], ['--ci']);
    expect(results[1]?.runs).to.equal(70);
    const [passed, failed] = [results[1], results[0]] as [TargetResult, TargetResult];
    const counts = { passed: 1, failed: 1, skipped: 0, properties: 2, cases: 70 + failed.runs };
    expect(tallyOf([passed, failed])).to.deep.equal(counts);
  });

  it('reads times in seconds, minutes and hours, names and limits', () => {
    expect(parseArguments(['90']).limit).to.deep.equal({ kind: 'time', ms: 90_000 });
    expect(parseArguments(['10m', 'events']).limit).to.deep.equal({ kind: 'time', ms: 600_000 });
    expect(parseArguments(['2h']).limit).to.deep.equal({ kind: 'time', ms: 7_200_000 });
    expect(parseArguments([]).limit).to.deep.equal({ kind: 'time', ms: 60_000 });
    expect(parseArguments(['events', 'events']).targets).to.deep.equal([targetOf('events')]);
    expect(parseArguments([]).targets).to.equal(TARGETS);
    expect(parseArguments(['--runs', '5', '--seed', '9'])).to.deep.include({
      limit: { kind: 'runs', runs: 5 },
      seed: 9,
    });
  });

  for (const args of [
    ['10x'],
    ['0'],
    ['1s', '2s'],
    ['nobody'],
    ['--seed', 'x'],
    ['--seed', '-1'],
    ['--runs', '0'],
    ['1s', '--runs', '5'],
    ['--ci', '1s'],
    ['--ci', '--seed', '1'],
    ['--what'],
  ]) {
    // biome-ignore format: a table
    it(`explains its arguments instead of running: ${args.join(' ')}`, () => {
      expect(() => parseArguments(args)).to.throw(UsageError, /usage: npm run fuzz/);
    });
  }
});

describe('a fuzz target', () => {
  for (const target of TARGETS) {
    it(`has inputs that are plain data, for which its claim holds: ${target.name}`, async () => {
      for (const input of fc.sample(target.inputs, { numRuns: 5, seed: 20_261_129 })) {
        const { text } = printedTest(target, { input, error: null, seed: 1, path: '0' });
        const [, literal = ''] = /\.check\(([^\n]*)\);\n/.exec(text) ?? [];
        await target.check(new Function(`return ${literal}`)());
      }
      expect(fs.existsSync(target.home), target.home).to.equal(true);
    }).timeout(60_000);
  }
});

describe('targetOf', () => {
  it('throws with the names of all targets for a name that none has', () => {
    expect(() => targetOf('nobody')).to.throw(/'nobody': choose from events/);
  });
});
