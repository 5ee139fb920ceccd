import fs from 'node:fs';
import Mocha from 'mocha';
import { drawn } from '../test/support/drawn-cases.ts';

/**
 * Mocha's `spec` report. Also writes the counts of tests, properties and drawn cases as one line of JSON into the file
 * named by `TALLY_FILE`. A failing hook counts as a failure, as in Mocha's exit code.
 */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['TALLY_FILE'];
    if (file === undefined) throw new Error('TALLY_FILE must name the file for the counts');
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      const counts = { passed: passes, failed: failures, skipped: pending, ...drawn };
      fs.writeFileSync(file, JSON.stringify(counts));
    });
  }
}
